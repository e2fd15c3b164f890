//! What pools return.

use phala_economics::{arithmetic::scale, projection, FixedU128, Moment, Payout};

use super::PoolView;
use crate::session::NetworkTotals;

/// Milliseconds in a year.
const YEAR: Moment = 365 * 24 * 60 * 60 * 1_000;
/// The whole commission.
const WHOLE: u128 = 1_000_000;

/// Simple yearly return of a pool's delegators on its whole stake, idle stake included, where 1 is 100 %; none for a pool
/// without stake.
///
/// It is what a year would bring if everything stayed as it is: the emission, Σ share, the shares of the pool's
/// responsive sessions in it, the stake and the commission. The treasury's part and the commission are taken off, and
/// nothing is compounded; what jobs pay comes on top.
pub fn apr(pool: &PoolView, network: &NetworkTotals) -> Option<FixedU128> {
    if pool.stake == 0 {
        return None;
    }
    if network.total_share.into_inner() == 0 || network.tick == 0 {
        return Some(FixedU128::from_u32(0));
    }
    let emitted = scale(*network.budget, YEAR.into(), network.tick.into());
    let earned = scale(emitted, pool.share.into_inner(), network.total_share.into_inner());
    let paid = Payout::divide(earned, *network.treasury_share).pool;
    let kept = projection::apr(paid, pool.stake, YEAR);
    Some(scale(kept, WHOLE.saturating_sub(pool.commission.0.into()), WHOLE))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use phala_economics::{
        projection::{project, Assumptions},
        Perbill, Session, TokenomicParameters,
    };
    use phala_primitives::{Balance, PHA};

    use super::*;
    use crate::{chain::api::runtime_types::sp_arithmetic::per_things::Permill, AccountId32};

    const STAKE: Balance = 5_000 * PHA;

    fn pool(stake: Balance, share: FixedU128, commission: u32) -> PoolView {
        let nobody = AccountId32([0; 32]);
        PoolView {
            pool: 0,
            owner: nobody,
            manager: None,
            offered: None,
            description: vec![],
            commission: Permill(commission),
            announced: None,
            cap: None,
            whitelist: false,
            shares: stake,
            stake,
            free: 0,
            available: 0,
            cooling: 0,
            more_at: None,
            capacity: None,
            workers: 1,
            sessions: 1,
            responsive: 1,
            share: share.into(),
            queue: 0,
            queued: 0,
            overdue: 0,
            unsettled: 0,
            owner_rewards: 0,
            insolvent: false,
            reward_account: nobody,
        }
    }

    fn network(parameters: &TokenomicParameters, total: FixedU128) -> NetworkTotals {
        NetworkTotals {
            seats: 1,
            sessions: 1,
            responsive: 1,
            total_share: total.into(),
            budget: parameters.budget.into(),
            tick: parameters.tick,
            decays_at: None,
            subsidy: 0,
            paid: 0,
            treasury_share: parameters.treasury_share.into(),
            now: 0,
        }
    }

    #[test]
    fn return_should_be_what_a_session_is_projected_to_earn_when_nothing_changes() {
        let parameters = TokenomicParameters::para1();
        let session = Session::start(&parameters, STAKE, 1_000, 1, 0).unwrap();
        let mut accumulator = phala_economics::Accumulator::new(&parameters, 0);
        let mut session = session;
        session.update_share(&mut accumulator);
        // So many others that it makes no difference how this one grows.
        let others = FixedU128::from_u32(1_000_000_000);
        let total = FixedU128::from_inner(others.into_inner() + session.share.into_inner());
        let returned = apr(&pool(STAKE, session.share, 0), &network(&parameters, total)).unwrap();

        let assumptions = Assumptions::new(&parameters, STAKE, 1_000, 1, others);
        let time = 20 * parameters.challenge_interval;
        let projected = project(&parameters, assumptions, time, time).unwrap().last().unwrap().apr;
        let (returned, projected) = (returned.into_inner() as f64, projected.into_inner() as f64);
        assert!((returned / projected - 1.0).abs() < 0.01, "{returned} {projected}");
    }

    #[test]
    fn return_should_fall_with_commission_and_idle_stake() {
        let parameters = TokenomicParameters::development();
        let (one, four) = (FixedU128::from_u32(1), FixedU128::from_u32(4));
        let network = network(&parameters, four);
        let of =
            |stake, commission| apr(&pool(stake, one, commission), &network).unwrap().into_inner() as f64;
        let whole = of(STAKE, 0);
        assert!((of(STAKE, 250_000) / whole - 0.75).abs() < 1e-9);
        assert!((of(4 * STAKE, 0) / whole - 0.25).abs() < 1e-9);
        assert_eq!(of(STAKE, 1_000_000), 0.0);
        // A quarter of the emission, less the treasury's fifth.
        let emitted = parameters.budget.into_inner() as f64 * (YEAR / parameters.tick) as f64;
        let kept = 1.0 - parameters.treasury_share.deconstruct() as f64 / Perbill::one().deconstruct() as f64;
        assert!((whole / (emitted / 4.0 * kept / 5_000.0) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn pool_should_return_nothing_when_nothing_runs_and_have_no_rate_without_stake() {
        let parameters = TokenomicParameters::development();
        let (zero, one) = (FixedU128::from_u32(0), FixedU128::from_u32(1));
        assert_eq!(apr(&pool(STAKE, zero, 0), &network(&parameters, zero)), Some(zero));
        assert_eq!(apr(&pool(STAKE, zero, 0), &network(&parameters, one)), Some(zero));
        assert_eq!(apr(&pool(0, zero, 0), &network(&parameters, one)), None);
    }
}
