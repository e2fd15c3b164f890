//! Commands that change the chain: what they would do is found out first, shown, confirmed, and only then sent.

use anyhow::Result;
use clap::Args;
use phala_client::{
    account::address,
    chain::{api, Event, Included, Payload},
    operator::Call,
    AccountId32, Chain, DryRun, Funds, Keypair, Snapshot,
};
use serde_json::{json, Value};

use crate::{
    advice::{advise, About},
    effects::{self, Effect},
    format::{decimal, pha},
    output,
    progress::Progress,
    secret::{confirm, PassphraseArguments},
    settings::{Flags, Settings, Signing},
    signer::Signer,
    Globals,
};

/// What every command that changes the chain understands, for a flattened field of its arguments.
#[derive(Args)]
pub(crate) struct Acting {
    /// Show what it would cost and do, found out by the node at the last final block, and send nothing.
    #[arg(long)]
    dry_run: bool,
    /// Do not ask for confirmation.
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    passphrase: PassphraseArguments,
    #[command(flatten)]
    settings: Flags<Signing>,
}

/// Who acts, and on what is known of the chain.
pub(crate) struct Actor<'a> {
    /// The chain.
    pub(crate) chain: Chain,
    /// Its last final block.
    pub(crate) snapshot: Snapshot,
    /// Who signs.
    pub(crate) account: AccountId32,
    /// Nothing is to be sent.
    pub(crate) dry_run: bool,
    signer: Signer,
    settings: Settings,
    yes: bool,
    passphrase: PassphraseArguments,
    globals: &'a Globals,
}

impl Acting {
    /// Connects, and finds out who signs.
    pub(crate) async fn begin(self, globals: &Globals) -> Result<Actor<'_>> {
        let settings = globals.settings(&self.settings)?;
        let chain = settings.connect().await?;
        let signer = Signer::from_settings(&settings, &chain).await?;
        Ok(Actor {
            snapshot: chain.snapshot(None).await?,
            account: signer.account_id(),
            dry_run: self.dry_run,
            chain,
            signer,
            settings,
            yes: self.yes,
            passphrase: self.passphrase,
            globals,
        })
    }
}

impl Actor<'_> {
    /// The settings of the command.
    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Whether a person looks on: then it is told what is about to happen.
    pub(crate) fn is_watched(&self) -> bool {
        !self.globals.json || !(self.yes || self.dry_run)
    }

    /// Asks for confirmation, unless that was given, and has `send` send with the account's key.
    pub(crate) async fn send(
        self,
        send: impl AsyncFnOnce(&Chain, &Keypair) -> Result<Included, phala_client::Error>,
    ) -> Result<Included> {
        if !self.yes {
            confirm("Do it?")?;
        }
        let key = self.signer.unlock(&self.passphrase)?;
        let progress = Progress::start("waiting until it is final");
        let included = send(&self.chain, &key).await;
        progress.end();
        Ok(included?)
    }

    /// Why the chain would refuse, with the numbers behind it.
    pub(crate) async fn check(&self, foreseen: &DryRun, about: About) -> Result<()> {
        let Some(refusal) = &foreseen.refusal else { return Ok(()) };
        let advice = advise(self, about, foreseen, refusal).await?;
        Ok(foreseen.check(advice.as_deref())?)
    }

    /// Carries out `call`, or shows what it would do.
    pub(crate) async fn act(self, call: impl Payload, about: About) -> Result<()> {
        let foreseen = self.snapshot.dry_run(&self.account, &call).await?;
        self.check(&foreseen, about).await?;
        let (globals, account, block) = (self.globals, self.account, self.snapshot.number());
        if self.dry_run {
            return show(&foreseen, &account, block, globals);
        }
        if self.is_watched() {
            announce(&foreseen, &account);
        }
        let (chain, name) = (self.chain.clone(), foreseen.call.clone());
        let included = self.send(async |chain, key| chain.include(&name, &call, key).await).await?;
        tell(&chain, &foreseen.call, &account, &included, globals).await
    }

    /// Carries out all of `calls` or none, or shows what they would do.
    pub(crate) async fn act_together(self, calls: Vec<Call>, about: About) -> Result<()> {
        self.act(api::transactions().utility().batch_all(calls), about).await
    }
}

/// What a dry run found out.
fn show(foreseen: &DryRun, account: &AccountId32, block: u32, globals: &Globals) -> Result<()> {
    let effects = effects::of(&foreseen.events);
    if globals.json {
        let mut report = summary(&foreseen.call, account, block, true);
        report["fee_pha"] = json!(decimal(foreseen.fee));
        report["free_pha"] = json!(decimal(foreseen.before.free));
        report["held_pha"] = json!(decimal(foreseen.before.held));
        return output::json(&with_outcome(report, &foreseen.after, &effects));
    }
    output::line(format_args!("Nothing is sent. After block {block}, {} would do this:", foreseen.call))?;
    lines(foreseen, account, &effects).iter().try_for_each(output::line)
}

/// What is about to happen.
fn announce(foreseen: &DryRun, account: &AccountId32) {
    for line in lines(foreseen, account, &effects::of(&foreseen.events)) {
        eprintln!("{line}");
    }
}

fn lines(foreseen: &DryRun, account: &AccountId32, effects: &[Effect]) -> Vec<String> {
    let moved = |before, after| match before == after {
        true => pha(before),
        false => format!("{} → {}", pha(before), pha(after)),
    };
    let DryRun { before, after, .. } = foreseen;
    let mut lines = vec![
        format!("signed by  {}", address(account)),
        format!("fee        {}", pha(foreseen.fee)),
        format!("free       {}", moved(before.free, after.free)),
        format!("on hold    {}", moved(before.held, after.held)),
    ];
    lines.extend(effects.iter().map(|effect| format!("effect     {}", effect.text)));
    lines
}

/// What has happened.
async fn tell(
    chain: &Chain,
    call: &str,
    account: &AccountId32,
    included: &Included,
    globals: &Globals,
) -> Result<()> {
    let events: Vec<Event> = included.happened()?;
    let effects = effects::of(&events);
    let after = chain.snapshot(Some(included.number)).await?.balances(account).await?;
    let (free, held) = after.unwrap_or_default();
    if globals.json {
        let mut report = summary(call, account, included.number, false);
        report["fee_pha"] = json!(decimal(included.fee()?));
        return output::json(&with_outcome(report, &Funds { free, held }, &effects));
    }
    for effect in &effects {
        output::line(&effect.text)?;
    }
    output::line(format_args!(
        "final in block {}; fee paid {}; the account has {} free and {} on hold",
        included.number,
        pha(included.fee()?),
        pha(free),
        pha(held)
    ))
}

fn summary(call: &str, account: &AccountId32, block: u32, dry_run: bool) -> Value {
    json!({ "dry_run": dry_run, "call": call, "account": address(account), "block": block })
}

fn with_outcome(mut report: Value, after: &Funds, effects: &[Effect]) -> Value {
    report["free_after_pha"] = json!(decimal(after.free));
    report["held_after_pha"] = json!(decimal(after.held));
    report["effects"] = effects.iter().map(|effect| effect.json.clone()).collect();
    report
}

#[cfg(test)]
mod tests {
    use phala_primitives::PHA;

    use super::*;

    #[test]
    fn effects_should_be_announced_with_fee_and_balances_before_and_after() {
        let account = AccountId32([1; 32]);
        let created = api::stake_pool::Event::PoolCreated { pool: 3, owner: account };
        let foreseen = DryRun {
            call: "StakePool.create".to_owned(),
            fee: PHA / 500,
            before: Funds { free: PHA, held: PHA },
            after: Funds { free: PHA / 2, held: PHA },
            events: vec![Event::StakePool(created)],
            refusal: None,
        };
        let told = lines(&foreseen, &account, &effects::of(&foreseen.events));
        assert_eq!(
            told[1..],
            [
                "fee        0.002 PHA",
                "free       1 PHA → 0.5 PHA",
                "on hold    1 PHA",
                "effect     pool 3 is created and belongs to 3ze76qZeEktz…",
            ]
        );
        let report =
            with_outcome(summary("x", &account, 9, true), &foreseen.after, &effects::of(&foreseen.events));
        assert_eq!((&report["free_after_pha"], &report["dry_run"]), (&json!("0.5"), &json!(true)));
        assert_eq!(report["effects"][0]["event"], "pool_created");
    }
}
