//! The numbers behind a refusal, as far as the chain shows them: how much is free and when there will be more, whose a
//! pool is, what is least or most.

use anyhow::Result;
use phala_client::{account::address, pool, vault, DryRun, Funds, Refusal};
use phala_primitives::PoolId;

use crate::{
    act::Actor,
    format::{decimal, percent, pha, time},
};

/// What a call is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum About {
    /// Nothing but the account that signs.
    Account,
    /// A pool.
    Pool(PoolId),
    /// A vault, and a pool if stake moves between the two.
    Vault(u64, Option<PoolId>),
}

/// What to add to a refusal.
pub(crate) async fn advise(
    actor: &Actor<'_>,
    about: About,
    foreseen: &DryRun,
    refusal: &Refusal,
) -> Result<Option<String>> {
    let (pallet, error) = refusal.error.split_once('.').unwrap_or(("", &refusal.error));
    let advice = match (pallet, about) {
        ("StakePool", About::Pool(pool) | About::Vault(_, Some(pool))) => of_pool(actor, pool, error).await?,
        ("Vault", About::Vault(number, _)) => of_vault(actor, number, error).await?,
        ("Token", _) | ("", _) => of_money(foreseen, error),
        _ => None,
    };
    Ok(advice.map(|advice| format!("({advice}.)")))
}

fn of_money(foreseen: &DryRun, error: &str) -> Option<String> {
    let is_about_money = matches!(error, "Payment" | "FundsUnavailable" | "NotExpendable" | "OnlyProvider");
    is_about_money.then(|| {
        let Funds { free, held } = &foreseen.before;
        format!("It has {} free and {} on hold; the fee is {}", pha(*free), pha(*held), pha(foreseen.fee))
    })
}

async fn of_pool(actor: &Actor<'_>, number: PoolId, error: &str) -> Result<Option<String>> {
    let snapshot = &actor.snapshot;
    let Some(view) = pool::find(snapshot, number).await? else { return Ok(None) };
    Ok(Some(match error {
        "InsufficientFreeStake" => free_stake(&view),
        "NotPoolOwner" => match &view.manager {
            Some(manager) => {
                format!(
                    "Pool {number} belongs to {}; its manager is {}",
                    address(&view.owner),
                    address(manager)
                )
            }
            None => format!("Pool {number} belongs to {}, and has no manager", address(&view.owner)),
        },
        "NotOffered" => match &view.offered {
            Some(to) => format!("Pool {number} is offered to {}", address(to)),
            None => format!("Pool {number} is offered to nobody"),
        },
        "NotEnoughShares" => match pool::position(snapshot, actor.account, number).await? {
            Some(own) => owned(own.shares, own.value),
            None => format!("{} has nothing in pool {number}", address(&actor.account)),
        },
        "NothingToClaim" => format!("Its {} of {} workers mine", view.sessions, view.workers),
        "CapExceeded" | "CapBelowStake" => format!(
            "Pool {number} has {}, and takes {} more",
            pha(view.stake),
            view.capacity.map_or("any amount".to_owned(), pha)
        ),
        "ContributionTooSmall" => format!("The least is {}", pha(pool::limits(snapshot)?.min_contribution)),
        "CommissionStepTooLarge" => format!(
            "It is {} %, and may rise by {} % at a time",
            percent(view.commission.0),
            percent(pool::limits(snapshot)?.commission_step)
        ),
        "PoolNotEmpty" => format!("It has {} shares and {} workers", decimal(view.shares), view.workers),
        "RewardsUnclaimed" => format!("{} of it are commission", pha(view.owner_rewards)),
        "TooManyWorkers" => format!("It may have {}", pool::limits(snapshot)?.max_workers),
        _ => return Ok(None),
    }))
}

/// How much stake is free, and when there will be more.
fn free_stake(view: &pool::PoolView) -> String {
    let free =
        format!("Of the free stake of pool {}, {} are nobody's in its queue", view.pool, pha(view.available));
    match view.more_at {
        Some(at) => {
            format!(
                "{free}; {} are cooling down, and the first of them come back at {}",
                pha(view.cooling),
                time(at)
            )
        }
        None => format!(
            "{free}; nothing is cooling down, so that more comes with contributions or stopped sessions"
        ),
    }
}

async fn of_vault(actor: &Actor<'_>, number: u64, error: &str) -> Result<Option<String>> {
    let snapshot = &actor.snapshot;
    let Some(view) = vault::find(snapshot, number).await? else { return Ok(None) };
    Ok(Some(match error {
        "InsufficientFreeStake" => format!("Vault {number} has {} that lie in no pool", pha(view.free)),
        "WithdrawalsWaiting" => {
            format!("{} wait for {}, and {} are free", view.waiting, pha(view.waiting_value), pha(view.free))
        }
        "NotVaultOwner" => format!("Vault {number} belongs to {}", address(&view.owner)),
        "NotOffered" => match &view.offered_to {
            Some(to) => format!("Vault {number} is offered to {}", address(to)),
            None => format!("Vault {number} is offered to nobody"),
        },
        "NotEnoughShares" => match vault::position(snapshot, actor.account, number).await? {
            Some(own) => owned(own.shares, own.value),
            None => format!("{} has nothing in vault {number}", address(&actor.account)),
        },
        "ContributionTooSmall" => format!("The least is {}", pha(pool::limits(snapshot)?.min_contribution)),
        "RewardsUnclaimed" => format!("{} of it are fees of the owner's", pha(view.owner_rewards)),
        "FeeTooHigh" => format!("The most is {} %", percent(vault::limits(snapshot)?.max_fee)),
        "FeeStepTooLarge" => format!(
            "It is {} %, and may rise by {} % at a time",
            percent(view.fee.0),
            percent(pool::limits(snapshot)?.commission_step)
        ),
        _ => return Ok(None),
    }))
}

fn owned(shares: u128, value: u128) -> String {
    format!("You own {} shares, worth {}", decimal(shares), pha(value))
}

#[cfg(test)]
mod tests {
    use phala_primitives::PHA;

    use super::*;
    use crate::commands::pool::testing::pool;

    #[test]
    fn lack_of_free_stake_should_be_told_with_what_is_free_and_when_there_will_be_more() {
        let mut view = pool(3);
        assert_eq!(
            free_stake(&view),
            "Of the free stake of pool 3, 50 PHA are nobody's in its queue; nothing is cooling down, so that more comes \
             with contributions or stopped sessions"
        );
        view.cooling = 20 * PHA;
        view.more_at = Some(60_000);
        let told = free_stake(&view);
        assert!(
            told.ends_with(
                "20 PHA are cooling down, and the first of them come back at 1970-01-01T00:01:00Z"
            ),
            "{told}"
        );
    }

    #[test]
    fn lack_of_money_should_be_told_with_what_there_is_and_the_fee() {
        let funds = || Funds { free: PHA, held: 2 * PHA };
        let (before, after) = (funds(), funds());
        let foreseen =
            DryRun { call: String::new(), fee: PHA / 4, before, after, events: Vec::new(), refusal: None };
        let told = "It has 1 PHA free and 2 PHA on hold; the fee is 0.25 PHA";
        for error in ["Payment", "FundsUnavailable"] {
            assert_eq!(of_money(&foreseen, error).as_deref(), Some(told));
        }
        assert_eq!(of_money(&foreseen, "ExhaustsResources"), None);
    }
}
