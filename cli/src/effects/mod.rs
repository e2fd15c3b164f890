//! What transactions do and past blocks did, in words and as JSON: the same for dry runs, results and histories.

mod pool;
mod session;
mod vault;

use phala_client::{account::address, chain::Event, AccountId32};
use serde_json::{json, Value};

/// Something that happens.
#[derive(Clone, Debug)]
pub(crate) struct Effect {
    /// Its name is under `event`, beside its numbers.
    pub(crate) json: Value,
    /// For people, without a full stop.
    pub(crate) text: String,
}

impl Effect {
    fn new(event: &str, mut details: Value, text: String) -> Self {
        details["event"] = json!(event);
        Self { json: details, text }
    }
}

/// What of `events` is about stake, sessions and rewards.
pub(crate) fn of(events: &[Event]) -> Vec<Effect> {
    events.iter().filter_map(effect).collect()
}

/// What an event is about, if that is stake, sessions or rewards.
pub(crate) fn effect(event: &Event) -> Option<Effect> {
    match event {
        Event::StakePool(event) => Some(pool::effect(event)),
        Event::Vault(event) => Some(vault::effect(event)),
        Event::Mining(event) => session::effect(event),
        _ => None,
    }
}

/// An account as JSON has it.
fn named(account: &AccountId32) -> Value {
    json!(address(account))
}

/// An account that may be missing, as JSON has it.
fn named_or_none(account: &Option<AccountId32>) -> Value {
    account.as_ref().map_or(Value::Null, named)
}

/// Its address, shortened, as people read it.
fn who(account: &AccountId32) -> String {
    crate::format::short(&address(account))
}

#[cfg(test)]
mod tests {
    use phala_client::chain::api::{mining, runtime_types::sp_arithmetic::per_things::Permill, stake_pool};
    use phala_primitives::{WorkerId, PHA};

    use super::*;

    const WHO: AccountId32 = AccountId32([1; 32]);

    fn told(event: stake_pool::Event) -> Effect {
        effect(&Event::StakePool(event)).unwrap_or_else(|| panic!("nothing is told"))
    }

    #[test]
    fn amounts_should_be_told_in_pha_and_shares_like_them() {
        let bought =
            told(stake_pool::Event::Contributed { pool: 2, who: WHO, amount: PHA / 2, shares: 3 * PHA / 4 });
        assert_eq!(bought.text, "3ze76qZeEktz… puts 0.5 PHA on hold for 0.75 shares of pool 2");
        assert_eq!(
            bought.json,
            json!({
                "event": "contributed",
                "pool": 2,
                "who": address(&WHO),
                "amount_pha": "0.5",
                "shares": "0.75",
            })
        );
    }

    #[test]
    fn rates_should_be_told_in_percent_with_the_time_from_which_they_hold() {
        let set =
            told(stake_pool::Event::CommissionSet { pool: 2, commission: Permill(125_000), from: 60_000 });
        assert_eq!(set.text, "the commission of pool 2 is 12.5 % from 1970-01-01T00:01:00Z on");
        assert_eq!((&set.json["commission_percent"], &set.json["from_ms"]), (&json!("12.5"), &json!(60_000)));
    }

    #[test]
    fn what_is_taken_away_should_be_told_as_nothing() {
        for event in [
            stake_pool::Event::ManagerSet { pool: 2, manager: None },
            stake_pool::Event::OwnershipOffered { pool: 2, to: None },
            stake_pool::Event::CapSet { pool: 2, cap: None },
        ] {
            let told = told(event);
            assert!(
                told.json.as_object().is_some_and(|fields| fields.values().any(Value::is_null)),
                "{told:?}"
            );
        }
    }

    #[test]
    fn sessions_should_be_told_and_challenges_not() {
        let worker = WorkerId([1; 32]).into();
        let stopped = mining::Event::SessionStopped { session: 7, worker, pool: 2, until: 60_000 };
        let told = effect(&Event::Mining(stopped)).map(|effect| effect.text);
        assert_eq!(told.as_deref(), Some("session 7 stops; its stake comes back at 1970-01-01T00:01:00Z"));
        let challenged = mining::Event::Challenged { session: 7, challenge: 1, deadline: 1 };
        assert!(effect(&Event::Mining(challenged)).is_none());
    }
}
