//! The performance fee in the books alone: by hand, and against the definition with its index and mark.

use pallet_stake_pool::{Commission, Delegation};
use polkadot_sdk::sp_runtime::{helpers_128bit::multiply_by_rational_with_rounding, Rounding};
use proptest::prelude::*;

use super::*;
use crate::book::Vault as Books;

/// Books of a vault with this fee, in which somebody has 100 PHA, all of them placed in pools.
fn books(percent: u32) -> (Books<u8>, Delegation) {
    let mut books = Books::new(0);
    books.fee = Commission { rate: Permill::from_percent(percent), raise: None };
    let mut delegation = Delegation::default();
    books.contribute(&mut delegation, 100 * PHA).unwrap();
    books.place(100 * PHA).unwrap();
    (books, delegation)
}

#[test]
fn fee_should_be_its_rate_of_every_gain_while_nothing_is_lost() {
    let (mut books, mut delegation) = books(10);
    let divided = books.reward(20 * PHA, 0);
    assert_eq!((divided.fee, divided.rest), (2 * PHA, 18 * PHA));
    assert_eq!(books.reward(5 * PHA, 0).fee, PHA / 2);
    let _nothing = books.book.settle(&mut delegation);
    assert_eq!((books.book.owner_rewards, delegation.rewards), (2 * PHA + PHA / 2, 22 * PHA + PHA / 2));
}

#[test]
fn fee_should_pause_until_a_loss_is_earned_back() {
    let (mut books, _) = books(10);
    // Index +20, mark 20.
    assert_eq!(books.reward(20 * PHA, 0).fee, 2 * PHA);
    // Index −10.
    books.lose(30 * PHA);
    assert_eq!(books.deficit, 30 * PHA);
    // Index +10: still 10 under the mark.
    assert_eq!((books.reward(20 * PHA, 0).fee, books.deficit), (0, 10 * PHA));
    // Index +35: 15 above the mark.
    assert_eq!((books.reward(25 * PHA, 0).fee, books.deficit), (PHA + PHA / 2, 0));
    // Index +39: 4 above the new mark.
    assert_eq!(books.reward(4 * PHA, 0).fee, 4 * PHA / 10);
}

#[test]
fn deficit_should_stay_the_same_per_share_when_shares_come_and_go() {
    let (mut books, mut delegation) = books(10);
    books.lose(30 * PHA);
    // A share costs 0.7 PHA now: 100 more shares, which have 0.3 PHA each to earn as well.
    let mut newcomer = Delegation::default();
    assert_eq!(books.contribute(&mut newcomer, 70 * PHA).unwrap().shares, 100 * PHA);
    assert_eq!(books.deficit, 60 * PHA);
    assert_eq!((books.reward(60 * PHA, 0).fee, books.reward(10 * PHA, 0).fee), (0, PHA));

    books.lose(20 * PHA);
    let _slash = books.book.settle(&mut delegation);
    books.take_back(50 * PHA);
    // Half of the shares go, and with them half of what is to be earned back.
    books.withdraw(&mut delegation, 100 * PHA).unwrap();
    assert_eq!((books.book.shares, books.deficit), (100 * PHA, 10 * PHA));
}

#[test]
fn deficit_should_be_forgotten_when_the_last_share_goes() {
    let (mut books, mut delegation) = books(10);
    books.lose(30 * PHA);
    books.take_back(70 * PHA);
    let _slash = books.book.settle(&mut delegation);
    books.withdraw(&mut delegation, 100 * PHA).unwrap();
    assert_eq!(books.deficit, 0);
    books.contribute(&mut delegation, 10 * PHA).unwrap();
    assert_eq!(books.reward(10 * PHA, 0).fee, PHA, "who comes now has lost nothing");
}

#[test]
fn rewards_should_go_to_the_owner_when_there_are_no_shares() {
    let mut books = Books::new(0);
    assert_eq!(books.reward(5 * PHA, 0).fee, 5 * PHA);
    assert_eq!(books.book.owner_rewards, 5 * PHA);
}

#[test]
fn fee_should_rise_when_its_time_has_come() {
    let (mut books, _) = books(10);
    books.fee.raise = Some((Permill::from_percent(20), 100));
    books.let_fee_rise(99);
    assert_eq!(books.reward(10 * PHA, 99).fee, PHA);
    books.let_fee_rise(100);
    assert_eq!(books.reward(10 * PHA, 100).fee, 2 * PHA);
    assert_eq!(books.fee.raise, None);
}

/// Something that moves the index, or the number of shares.
#[derive(Clone, Debug)]
enum Entry {
    Reward(Balance),
    Lose(Balance),
    Contribute(Balance),
    Withdraw(Balance),
}

fn entry() -> impl Strategy<Value = Entry> {
    let amount = || prop_oneof![1..1_000u128, 1..PHA, PHA..100 * PHA];
    prop_oneof![
        3 => amount().prop_map(Entry::Reward),
        2 => amount().prop_map(Entry::Lose),
        1 => amount().prop_map(Entry::Contribute),
        1 => amount().prop_map(Entry::Withdraw),
    ]
}

/// Into how many parts a base unit per share is divided.
const SCALE: u128 = 1_000_000_000_000_000_000;

/// The definition of the fee: an index and a mark, per share, in parts of `SCALE`.
#[derive(Default)]
struct Definition {
    index: i128,
    mark: i128,
    /// By how much the books or the definition may be off, per share, because both round.
    drift: i128,
}

impl Definition {
    fn lose(&mut self, amount: Balance, shares: u128) {
        self.index -= per_share(amount, shares);
    }

    /// What is gained above the mark, in base units.
    fn reward(&mut self, amount: Balance, shares: u128) -> i128 {
        self.index += per_share(amount, shares);
        let gain = (self.index - self.mark).max(0);
        self.mark = self.mark.max(self.index);
        of_all(gain, shares)
    }

    fn deficit(&self, shares: u128) -> i128 {
        of_all(self.mark - self.index, shares)
    }

    /// An entry is made at this number of shares, which rounds a base unit up or down.
    fn round(&mut self, shares: u128) {
        self.drift += per_share(2, shares) + 2;
    }

    /// By how many base units an amount may be off.
    fn slack(&self, shares: u128) -> i128 {
        of_all(self.drift, shares) + 2
    }
}

fn per_share(amount: Balance, shares: u128) -> i128 {
    multiply_by_rational_with_rounding(amount, SCALE, shares, Rounding::Down).unwrap() as i128
}

fn of_all(per_share: i128, shares: u128) -> i128 {
    multiply_by_rational_with_rounding(per_share as u128, shares, SCALE, Rounding::Down).unwrap() as i128
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    /// With a fixed number of shares index and mark are whole base units, and the comparison is exact.
    #[test]
    fn fees_should_sum_up_to_the_rate_of_the_rise_of_the_mark(
        entries in prop::collection::vec((any::<bool>(), 1..PHA), 1..100),
        percent in 0..=50u32,
    ) {
        let (mut books, _) = books(percent);
        let (mut index, mut mark, mut fees, mut rewards) = (0i128, 0i128, 0i128, 0i128);
        for (is_reward, amount) in entries {
            if is_reward {
                fees += books.reward(amount, 0).fee as i128;
                index += amount as i128;
                mark = mark.max(index);
                rewards += 1;
            } else {
                books.lose(amount.min(books.book.active));
                index -= amount as i128;
            }
            prop_assert_eq!(books.deficit as i128, mark - index);
            let due = Permill::from_percent(percent).mul_floor(mark as u128) as i128;
            prop_assert!(fees <= due, "{fees} were taken of {due}");
            prop_assert!(due - fees <= rewards, "{due} were due, {fees} were taken");
        }
    }

    #[test]
    fn fee_should_not_depend_on_into_how_many_claims_a_reward_is_split(
        loss in 0..50 * PHA,
        parts in prop::collection::vec(1..PHA, 1..200),
        percent in 0..=50u32,
    ) {
        let (mut whole, _) = books(percent);
        let (mut split, _) = books(percent);
        for books in [&mut whole, &mut split] {
            books.lose(loss);
        }
        let at_once = whole.reward(parts.iter().sum(), 0).fee;
        let bit_by_bit: Balance = parts.iter().map(|part| split.reward(*part, 0).fee).sum();
        prop_assert!(bit_by_bit <= at_once);
        prop_assert!(at_once - bit_by_bit <= parts.len() as Balance);
        prop_assert_eq!(whole.deficit, split.deficit);
    }

    #[test]
    fn fee_should_never_exceed_its_rate_of_the_gain_above_the_mark(
        entries in prop::collection::vec(entry(), 1..100),
        percent in 0..=50u32,
    ) {
        let (mut books, mut delegation) = books(percent);
        let mut definition = Definition::default();
        let rate = Permill::from_percent(percent);
        for entry in entries {
            let shares = books.book.shares;
            definition.round(shares);
            let slack = definition.slack(shares);
            match entry {
                Entry::Reward(amount) => {
                    let fee = books.reward(amount, 0).fee as i128;
                    let gain = definition.reward(amount, shares);
                    let most = rate.mul_ceil((gain + slack) as u128) as i128;
                    prop_assert!(fee <= most, "a fee of {fee} on a gain of {gain}");
                    let least = rate.mul_floor((gain - slack).max(0) as u128) as i128 - 1;
                    prop_assert!(fee >= least, "a fee of {fee} on a gain of {gain}");
                }
                Entry::Lose(amount) => {
                    // Shares remain worth something, or nobody could buy any.
                    let amount = amount.min(books.book.active / 2);
                    books.lose(amount);
                    definition.lose(amount, shares);
                }
                Entry::Contribute(amount) => {
                    let _slash = books.book.settle(&mut delegation);
                    if let Ok(bought) = books.contribute(&mut delegation, amount) {
                        books.place(books.book.free.min(bought.hold)).unwrap();
                    }
                }
                Entry::Withdraw(amount) => {
                    let _slash = books.book.settle(&mut delegation);
                    let leaving = amount.min(books.book.shares / 2);
                    books.take_back(books.cost_of(leaving).min(books.book.active));
                    let _refused_without_shares = books.withdraw(&mut delegation, leaving);
                }
            }
            let shares = books.book.shares;
            definition.round(shares);
            let slack = definition.slack(shares);
            let (deficit, defined) = (books.deficit as i128, definition.deficit(shares));
            prop_assert!((deficit - defined).abs() <= slack, "a deficit of {deficit} instead of {defined}");
        }
    }
}
