//! What accounts have, and sending it.

use std::time::Duration;

use anyhow::{ensure, Context, Result};
use clap::Args;
use phala_client::{
    account::{address, Objection, Quote, Transfer},
    Chain,
};
use serde_json::json;

use crate::{
    exit::usage,
    format::{decimal, hex, parse_pha, pha},
    output,
    progress::Progress,
    secret::{confirm, PassphraseArguments},
    settings::{Flags, Money},
    signer::{find_account, Signer},
    Globals,
};

/// Longest wait for a transfer to be final. Usual is a few blocks.
const FINALITY_TIMEOUT: Duration = Duration::from_secs(300);

/// Arguments of `phala account balance`.
#[derive(Args)]
pub(crate) struct BalanceArguments {
    /// Name of a key file, any address, or a development account.
    account: String,
    #[command(flatten)]
    settings: Flags<Money>,
}

/// Arguments of `phala account transfer`.
#[derive(Args)]
pub(crate) struct TransferArguments {
    /// Who pays: name or address of a key file, or a development account.
    from: String,
    /// Who gets it: any address, the name of a key file, or a development account.
    to: String,
    /// How much, in PHA, with at most 12 decimals.
    amount: String,
    /// Send even if that leaves the payer with less than an account must hold, which ends it: what is left is lost.
    #[arg(long)]
    allow_death: bool,
    /// Do not ask for confirmation.
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    passphrase: PassphraseArguments,
    #[command(flatten)]
    settings: Flags<Money>,
}

/// Shows what an account has.
pub(crate) async fn balance(arguments: BalanceArguments, globals: &Globals) -> Result<()> {
    let settings = globals.settings(&arguments.settings)?;
    let chain = settings.connect().await?;
    let account = find_account(&arguments.account, &settings.keys(), &chain).await?;
    let (free, held) = chain.balances(&account).await?;
    if globals.json {
        return output::json(&json!({
            "address": address(&account),
            "free_pha": decimal(free),
            "held_pha": decimal(held),
        }));
    }
    output::line(format_args!("address  {}", address(&account)))?;
    output::line(format_args!("free     {}", pha(free)))?;
    output::line(format_args!("held     {} (stake and escrows)", pha(held)))
}

/// Sends money.
pub(crate) async fn transfer(arguments: TransferArguments, globals: &Globals) -> Result<()> {
    let amount = parse_pha(&arguments.amount).map_err(|error| usage(format!("AMOUNT: {error:#}")))?;
    ensure!(amount > 0, usage("AMOUNT: there is nothing to send"));
    let settings = globals.settings(&arguments.settings)?;
    let chain = settings.connect().await?;
    let payer = Signer::find(&arguments.from, &settings.keys(), &chain).await?;
    let transfer = Transfer {
        from: payer.account_id(),
        to: find_account(&arguments.to, &settings.keys(), &chain).await?,
        amount,
        keep_alive: !arguments.allow_death,
    };
    ensure!(transfer.from != transfer.to, usage("payer and recipient are the same account"));
    let quote = transfer.quote(&chain).await?;
    if let Some(objection) = quote.objection(&transfer) {
        anyhow::bail!("{}", explain(objection));
    }
    if !globals.json || !arguments.yes {
        announce(&arguments, &transfer, &quote);
    }
    if !arguments.yes {
        confirm("Send it?")?;
    }
    let signer = payer.unlock(&arguments.passphrase)?;
    let progress = Progress::start("waiting until the transfer is final");
    let outcome = tokio::time::timeout(FINALITY_TIMEOUT, transfer.send(&chain, &signer)).await;
    progress.end();
    let receipt = outcome.with_context(|| {
        let seconds = FINALITY_TIMEOUT.as_secs();
        format!("sent, but not final after {seconds} s: look at the balances before sending it again")
    })??;
    tell(&chain, &transfer, &receipt, globals).await
}

/// What is about to happen.
fn announce(arguments: &TransferArguments, transfer: &Transfer, quote: &Quote) {
    let named = |text: &str, account| {
        let address = address(account);
        if text == address {
            address
        } else {
            format!("{address} ({text})")
        }
    };
    eprintln!("from    {}", named(&arguments.from, &transfer.from));
    eprintln!("to      {}", named(&arguments.to, &transfer.to));
    eprintln!("amount  {}", pha(transfer.amount));
    eprintln!("fee     about {}", pha(quote.fee));
}

async fn tell(
    chain: &Chain,
    transfer: &Transfer,
    receipt: &phala_client::account::Receipt,
    globals: &Globals,
) -> Result<()> {
    let (from_free, _) = chain.balances(&transfer.from).await?;
    let (to_free, _) = chain.balances(&transfer.to).await?;
    if globals.json {
        return output::json(&json!({
            "from": address(&transfer.from),
            "to": address(&transfer.to),
            "amount_pha": decimal(transfer.amount),
            "fee_pha": decimal(receipt.fee),
            "block": receipt.block,
            "block_hash": hex(&receipt.block_hash),
            "transaction": hex(&receipt.transaction),
            "from_free_pha": decimal(from_free),
            "to_free_pha": decimal(to_free),
        }));
    }
    output::line(format_args!("final in block {} ({})", receipt.block, hex(&receipt.block_hash)))?;
    output::line(format_args!("transaction  {}", hex(&receipt.transaction)))?;
    output::line(format_args!("fee paid     {}", pha(receipt.fee)))?;
    output::line(format_args!("payer has    {}", pha(from_free)))?;
    output::line(format_args!("payee has    {}", pha(to_free)))
}

fn explain(objection: Objection) -> String {
    match objection {
        Objection::TooMuch { missing } => {
            format!("the payer has too little: {} are missing for amount and fee; send less", pha(missing))
        }
        Objection::EndsPayer { least } => format!(
            "that would leave the payer with less than the {} that an account must hold, and end it; send less, or use \
             --allow-death and lose what is left",
            pha(least)
        ),
        Objection::TooLittle { least } => format!(
            "the recipient has no account on this chain yet, and one must hold at least {}; send more",
            pha(least)
        ),
    }
}
