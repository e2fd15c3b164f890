//! Money from the subsidy account.

use phala_economics::{FixedU128, Payout};
use phala_primitives::{Balance, PoolId, SessionId};
use polkadot_sdk::frame_support::traits::{
    fungible::{Inspect, Mutate},
    tokens::{Fortitude, Preservation},
    Get,
};

use crate::{Config, Event, Pallet, Parameters, Pools, TotalPaid};

impl<T: Config> Pallet<T> {
    /// Pays `earned` PHA to the pool and the treasury, as far as the subsidy lasts, and says what was
    /// paid.
    pub(crate) fn pay(session: SessionId, pool: PoolId, earned: FixedU128) -> Payout {
        let treasury_share = Parameters::<T>::get().treasury_share;
        let owed = Payout::divide(earned, treasury_share);
        let left = T::Currency::reducible_balance(
            &Self::subsidy_account(),
            Preservation::Preserve,
            Fortitude::Polite,
        );
        let payable = match owed.total() <= left {
            true => owed,
            false => Payout::divide_balance(left, treasury_share),
        };

        let paid = Payout {
            pool: Self::transfer(T::Pools::reward_account(pool), payable.pool),
            treasury: Self::transfer(T::TreasuryAccount::get(), payable.treasury),
        };
        TotalPaid::<T>::mutate(|total| *total = total.saturating_add(paid.total()));
        if paid.pool > 0 {
            T::Pools::on_reward(pool, paid.pool);
        }
        if payable != owed {
            Self::deposit_event(Event::SubsidyExhausted {
                session,
                earned: owed.total(),
                paid: paid.total(),
            });
        }
        paid
    }

    /// Transfers `amount` and says how much arrived: all or, where the recipient's account does not
    /// exist and `amount` is too small to create it, nothing. What did not arrive stays in the subsidy.
    fn transfer(to: T::AccountId, amount: Balance) -> Balance {
        if amount == 0 {
            return 0;
        }
        T::Currency::transfer(&Self::subsidy_account(), &to, amount, Preservation::Preserve)
            .map_or(0, |_| amount)
    }
}
