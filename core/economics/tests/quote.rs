//! What a stake promises, and which stakes may start.

#![allow(clippy::unwrap_used)]

use phala_economics::{
    arithmetic::from_balance, quote, quote_fixed, start::initial_value, FixedU128, StartError,
    TokenomicParameters,
};
use proptest::prelude::*;

const PHA: u128 = 1_000_000_000_000;

/// The quote for a whole number of PHA, with the original network's parameters.
fn khala(stake: u128, score: u32, confidence: u8) -> phala_economics::Quote {
    quote(&TokenomicParameters::khala(), stake * PHA, score, confidence).unwrap()
}

#[test]
fn quote_should_tell_value_and_bounds_also_when_no_session_may_start() {
    let quoted = khala(1_000, 1_000, 4);
    assert_eq!(quoted.initial_value, FixedU128::from_u32(1_900));
    assert_eq!(quoted.stake_min.into_inner(), 1_581_138_830_084_189_665_999);
    assert_eq!(quoted.refusal, Some(StartError::InsufficientStake));
    assert_eq!(khala(0, 1_000, 4).initial_value, FixedU128::from_u32(500));
    assert_eq!(khala(2_000, 1_000, 1).refusal, None);
    assert_eq!(khala(20_000, 1_000, 1).refusal, Some(StartError::TooMuchStake));
    assert_eq!(khala(20_000, 1_000, 1).initial_value.into_inner(), 30_535_714_285_714_285_714_285);
    assert_eq!(khala(2_000, 49, 1).refusal, Some(StartError::BenchmarkTooLow));
    assert_eq!(khala(0, 0, 1).refusal, Some(StartError::BenchmarkTooLow));
}

#[test]
fn quote_should_have_no_room_for_a_stake_when_the_rig_alone_promises_too_much() {
    let quoted = khala(1, 1_000_000, 1);
    assert_eq!(quoted.stake_max, FixedU128::from_u32(0));
    assert!(quoted.stake_min > quoted.stake_max);
}

#[test]
fn quote_should_be_refused_when_the_confidence_level_does_not_exist() {
    for level in [0, 6, u8::MAX] {
        let refused = quote(&TokenomicParameters::khala(), PHA, 1_000, level);
        assert_eq!(refused, Err(StartError::UnknownConfidence));
    }
}

/// Parameters with any price, multiplier and bounds that people might choose.
fn parameters() -> impl Strategy<Value = TokenomicParameters> {
    let milli = |range: std::ops::Range<u128>| {
        range.prop_map(|thousandths| FixedU128::from_inner(thousandths * 10u128.pow(15)))
    };
    (
        milli(1..100_000),
        milli(1_000..5_000),
        milli(0..200_000),
        milli(0..5_000),
        milli(1_000_000..100_000_000),
    )
        .prop_map(|(price, stake_multiplier, stake_k, rig_k, value_max)| TokenomicParameters {
            price,
            stake_multiplier,
            stake_k,
            rig_k,
            value_max,
            ..TokenomicParameters::khala()
        })
}

proptest! {
    #[test]
    fn stake_should_start_exactly_between_the_bounds(
        parameters in parameters(), score in 50..6_000u32, level in 1..=5u8, stake in 0..100_000 * PHA,
    ) {
        let quoted = quote(&parameters, stake, score, level).unwrap();
        let between = (quoted.stake_min..=quoted.stake_max).contains(&from_balance(stake));
        prop_assert_eq!(quoted.refusal.is_none(), between, "{:?}", quoted);
        let started = initial_value(&parameters, stake, score, level);
        prop_assert_eq!(started.is_ok(), between);
        prop_assert!(started.is_err() || started == Ok(quoted.initial_value));
    }

    #[test]
    fn bounds_should_be_sharp_to_a_base_unit(parameters in parameters(), score in 50..6_000u32, level in 1..=5u8) {
        let refusal = |stake| quote(&parameters, stake, score, level).unwrap().refusal;
        let quoted = quote(&parameters, 0, score, level).unwrap();
        let least = quoted.stake_min.into_inner().div_ceil(1_000_000);
        let most = quoted.stake_max.into_inner() / 1_000_000;
        prop_assume!(least <= most && least > 0);
        prop_assert_eq!((refusal(least), refusal(most)), (None, None));
        prop_assert_eq!(refusal(least - 1), Some(StartError::InsufficientStake));
        prop_assert_eq!(refusal(most + 1), Some(StartError::TooMuchStake));
    }

    #[test]
    fn value_should_rise_with_stake_score_and_confidence(
        parameters in parameters(), stakes: [u64; 2], scores: [u16; 2], levels in prop::array::uniform2(1..=5u8),
    ) {
        let value = |which: fn(usize) -> [usize; 3], n| {
            let [s, p, c] = which(n);
            quote(&parameters, u128::from(stakes[s]) * 1_000, scores[p].into(), levels[c]).unwrap().initial_value
        };
        for which in [|n| [n, 0, 0], |n| [0, n, 0], |n| [0, 0, n]] as [fn(usize) -> [usize; 3]; 3] {
            let [a, b] = [which(0), which(1)].map(|[s, p, c]| (stakes[s], scores[p], 5 - levels[c]));
            let (low, high) = (value(which, 0), value(which, 1));
            prop_assert!(if a <= b { low <= high } else { low >= high }, "{low:?} {high:?}");
        }
    }

    #[test]
    fn bounds_should_move_with_the_score(parameters in parameters(), scores: [u16; 2], level in 1..=5u8) {
        let [low, high] = [scores[0].min(scores[1]), scores[0].max(scores[1])]
            .map(|score| quote(&parameters, 0, score.into(), level).unwrap());
        prop_assert!(low.stake_min <= high.stake_min);
        prop_assert!(low.stake_max >= high.stake_max);
    }

    #[test]
    fn quote_should_be_the_same_for_base_units_and_pha(stake in 0..u128::MAX / 1_000_000, score: u16) {
        let parameters = TokenomicParameters::phala();
        let fixed = quote_fixed(&parameters, from_balance(stake), score.into(), 2);
        prop_assert_eq!(quote(&parameters, stake, score.into(), 2), fixed);
    }
}
