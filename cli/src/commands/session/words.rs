//! What happens to sessions, in words and as JSON. Explanations and the live view say the same.

use phala_client::{
    economics::{arithmetic::from_balance, FixedU128, SlashLevel},
    session::{Happening, Step, ValueChange},
};
use serde_json::{json, Value};

use crate::format::{decimal, fixed, hex, pha, rounded, time};

/// A step as lines for people: when and how far the value moved, then why.
pub(super) fn lines(step: &Step, name_session: bool) -> String {
    let session = if name_session { format!("session {}  ", step.session) } else { String::new() };
    let head = format!("{}  block {}  {session}", time(step.time), step.block);
    let text = text(&step.happening);
    match &step.happening {
        Happening::Started { value, .. } => {
            format!("{head}V = {} PHA\n    {text}", rounded(*value))
        }
        Happening::Changed { before, after, .. } => format!(
            "{head}V {} → {} PHA ({})\n    {text}",
            rounded(*before),
            rounded(*after),
            difference(*before, *after)
        ),
        Happening::Challenged { .. }
        | Happening::SubsidyExhausted { .. }
        | Happening::Stopped { .. }
        | Happening::Returned { .. } => format!("{head}\n    {text}"),
    }
}

/// A step as JSON.
pub(super) fn json(step: &Step) -> Value {
    let mut object = json!({
        "session": step.session,
        "block": step.block,
        "time": time(step.time),
        "time_ms": step.time,
        "event": name(&step.happening),
        "text": text(&step.happening),
    });
    if let (Some(object), Value::Object(details)) = (object.as_object_mut(), details(&step.happening)) {
        object.extend(details);
    }
    object
}

/// `+0.25` or `-0.25`.
pub(super) fn difference(before: FixedU128, after: FixedU128) -> String {
    match after >= before {
        true => format!("+{}", rounded(gap(before, after))),
        false => format!("-{}", rounded(gap(after, before))),
    }
}

/// `larger` − `smaller`.
fn gap(smaller: FixedU128, larger: FixedU128) -> FixedU128 {
    FixedU128::from_inner(larger.into_inner().saturating_sub(smaller.into_inner()))
}

fn name(happening: &Happening) -> &'static str {
    match happening {
        Happening::Started { .. } => "started",
        Happening::Challenged { .. } => "challenged",
        Happening::SubsidyExhausted { .. } => "subsidy_exhausted",
        Happening::Stopped { .. } => "cooling_down",
        Happening::Returned { .. } => "stake_returned",
        Happening::Changed { reason, .. } => match reason {
            ValueChange::Paid { .. } => "paid",
            ValueChange::WentOffline { .. } => "went_offline",
            ValueChange::Recovered { .. } => "recovered",
            ValueChange::Fault { .. } => "fault",
            ValueChange::Stopped { .. } => "stopped",
            ValueChange::ParametersChanged { .. } => "parameters_changed",
            ValueChange::Restarted { .. } => "restarted",
        },
    }
}

fn text(happening: &Happening) -> String {
    match happening {
        Happening::Started { pool, stake, .. } => {
            format!(
                "started: {} of pool {pool} were put behind the worker, which promises this V^e",
                pha(*stake)
            )
        }
        Happening::Challenged { challenge, deadline } => {
            format!(
                "challenged: a block must hold the answer to challenge {challenge} by {}",
                time(*deadline)
            )
        }
        Happening::SubsidyExhausted { earned, paid } => format!(
            "the subsidy account is empty: of {} earned it paid {}, and the rest will not be paid later",
            pha(*earned),
            pha(*paid)
        ),
        Happening::Stopped { until } => format!("cools down: its stake comes back at {}", time(*until)),
        Happening::Returned { taken, returned } => {
            format!("over: {} of {} came back to the pool", pha(*returned), pha(*taken))
        }
        Happening::Changed { reason, before, after, .. } => reason_text(reason, *before, *after),
    }
}

fn reason_text(reason: &ValueChange, before: FixedU128, after: FixedU128) -> String {
    let moved = |ticks: &u64| match after >= before {
        true => format!("V grew by {} PHA in {ticks} ticks", rounded(gap(before, after))),
        false => format!("V fell by {} PHA in {ticks} ticks", rounded(gap(after, before))),
    };
    match reason {
        ValueChange::Paid { ticks, due, payout, treasury, instant } => {
            let taken = (**due).min(from_balance(*payout));
            format!(
                "answered in time and was paid: {} to the pool, {} to the treasury. V had grown by {} PHA in {ticks} \
                 ticks; of {} PHA growth not yet paid, the payout takes {} PHA out of V. Performance {}",
                pha(*payout),
                pha(*treasury),
                rounded(grown(before, after, taken)),
                rounded(**due),
                rounded(taken),
                rounded(**instant)
            )
        }
        ValueChange::WentOffline { ticks } => format!(
            "went offline: no block held the answer to a challenge by its deadline. Until then {}. What was earned \
             since the last answer is forfeited; from now on V falls and nothing is earned, until it answers",
            moved(ticks)
        ),
        ValueChange::Recovered { ticks, instant } => format!(
            "recovered: it answers again, with performance {}. {} offline, for which nothing is earned or paid",
            rounded(**instant),
            moved(ticks)
        ),
        ValueChange::Fault { ticks, level, evidence } => format!(
            "fault of {}: a part of V is lost, after {ticks} ticks since the change before. Evidence {}",
            level_text(**level),
            hex(evidence)
        ),
        ValueChange::Stopped { ticks } => format!("stopped by the pool's owner: {}, and V stays now", moved(ticks)),
        ValueChange::ParametersChanged { ticks } => {
            format!("the rules changed: {} under the old ones", moved(ticks))
        }
        ValueChange::Restarted { ticks, taken, returned, stake, score, confidence } => format!(
            "restarted with {} after {ticks} ticks: V begins anew with score {score} and confidence level {confidence}. \
             Of the old {}, {} came back",
            pha(*stake),
            pha(*taken),
            pha(*returned)
        ),
    }
}

/// How far V grew before a payout took `taken` out of it.
fn grown(before: FixedU128, after: FixedU128, taken: FixedU128) -> FixedU128 {
    let grown = after.into_inner().saturating_add(taken.into_inner());
    FixedU128::from_inner(grown.saturating_sub(before.into_inner()))
}

fn level_text(level: SlashLevel) -> &'static str {
    match level {
        SlashLevel::GoodFaith => "level 2 (good faith, such as a job accepted and not delivered)",
        SlashLevel::Proven => "level 3 (a result proven wrong, or two that contradict each other)",
        SlashLevel::Threat => "level 4 (a threat to the network)",
    }
}

fn level_number(level: SlashLevel) -> u8 {
    match level {
        SlashLevel::GoodFaith => 2,
        SlashLevel::Proven => 3,
        SlashLevel::Threat => 4,
    }
}

fn details(happening: &Happening) -> Value {
    match happening {
        Happening::Started { worker, pool, stake, value } => json!({
            "worker": worker,
            "pool": pool,
            "stake_pha": decimal(*stake),
            "after_pha": fixed(*value),
        }),
        Happening::Challenged { challenge, deadline } => json!({
            "challenge": challenge,
            "deadline": time(*deadline),
            "deadline_ms": deadline,
        }),
        Happening::SubsidyExhausted { earned, paid } => json!({
            "earned_pha": decimal(*earned),
            "paid_pha": decimal(*paid),
        }),
        Happening::Stopped { until } => json!({ "returns_at": time(*until), "returns_at_ms": until }),
        Happening::Returned { taken, returned } => json!({
            "stake_pha": decimal(*taken),
            "returned_pha": decimal(*returned),
        }),
        Happening::Changed { reason, before, after, .. } => {
            let mut object = reason_details(reason);
            object["before_pha"] = json!(fixed(*before));
            object["after_pha"] = json!(fixed(*after));
            object
        }
    }
}

fn reason_details(reason: &ValueChange) -> Value {
    match reason {
        ValueChange::Paid { ticks, due, payout, treasury, instant } => json!({
            "ticks": ticks,
            "growth_not_yet_paid_pha": fixed(**due),
            "payout_pha": decimal(*payout),
            "treasury_pha": decimal(*treasury),
            "performance": fixed(**instant),
        }),
        ValueChange::WentOffline { ticks }
        | ValueChange::Stopped { ticks }
        | ValueChange::ParametersChanged { ticks } => json!({ "ticks": ticks }),
        ValueChange::Recovered { ticks, instant } => {
            json!({ "ticks": ticks, "performance": fixed(**instant) })
        }
        ValueChange::Fault { ticks, level, evidence } => {
            json!({ "ticks": ticks, "level": level_number(**level), "evidence": hex(evidence) })
        }
        ValueChange::Restarted { ticks, taken, returned, stake, score, confidence } => json!({
            "ticks": ticks,
            "old_stake_pha": decimal(*taken),
            "returned_pha": decimal(*returned),
            "stake_pha": decimal(*stake),
            "score": score,
            "confidence": confidence,
        }),
    }
}

#[cfg(test)]
mod tests {
    use phala_client::economics::FixedU128;
    use phala_primitives::{WorkerId, PHA};

    use super::*;

    fn value(thousandths: u128) -> FixedU128 {
        FixedU128::from_inner(thousandths * 1_000_000_000_000_000)
    }

    fn step(reason: ValueChange, before: FixedU128, after: FixedU128) -> Step {
        let worker = WorkerId([1; 32]);
        let happening = Happening::Changed { worker, reason, before, after, previous: 3 };
        Step { block: 7, time: 1_700_000_000_000, session: 2, happening }
    }

    #[test]
    fn payout_should_be_told_with_growth_and_what_was_taken_from_it() {
        // 10 → grows by 0.5, of which 0.75 were not yet paid; 0.2 PHA are paid.
        let (due, instant) = (value(750).into(), value(400_000).into());
        let reason = ValueChange::Paid { ticks: 12, due, payout: PHA / 5, treasury: PHA / 20, instant };
        let step = step(reason, value(10_000), value(10_300));
        let said = lines(&step, false);
        for part in [
            "2023-11-14T22:13:20Z  block 7  V 10 → 10.3 PHA (+0.3)",
            "0.2 PHA to the pool, 0.05 PHA to the treasury",
            "grown by 0.5 PHA in 12 ticks",
            "of 0.75 PHA growth not yet paid, the payout takes 0.2 PHA",
            "Performance 400",
        ] {
            assert!(said.contains(part), "{part} is missing in {said}");
        }
        let json = json(&step);
        assert_eq!(json["event"], "paid");
        assert_eq!(json["before_pha"], "10");
        assert_eq!(json["after_pha"], "10.3");
        assert_eq!(json["payout_pha"], "0.2");
    }

    #[test]
    fn outage_should_be_told_with_its_loss() {
        let reason = ValueChange::Recovered { ticks: 300, instant: value(400_000).into() };
        let said = lines(&step(reason, value(10_000), value(9_990)), true);
        assert!(said.contains("session 2  V 10 → 9.99 PHA (-0.01)"), "{said}");
        assert!(said.contains("fell by 0.01 PHA in 300 ticks offline"), "{said}");
        assert!(said.contains("with performance 400"), "{said}");
    }
}
