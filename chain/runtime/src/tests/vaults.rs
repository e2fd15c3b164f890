//! Vaults through transactions and blocks, with the runtime's parameters.

use frame_support::traits::fungible::InspectHold;
use phala_primitives::{Balance, PHA};
use polkadot_sdk::*;
use sp_keyring::Sr25519Keyring::{self, Bob, Charlie, Dave};

use super::{chain, presets::check_invariants};
use crate::{
    genesis_config_presets::DEVELOPMENT, Balances, Executive, Runtime, RuntimeCall, RuntimeHoldReason,
    StakePool, Vault,
};

fn send(signer: Sr25519Keyring, call: impl Into<RuntimeCall>) {
    Executive::apply_extrinsic(chain::signed(signer, call.into())).unwrap().unwrap();
}

/// What an account has staked in vaults, and what in pools.
fn held(who: Sr25519Keyring) -> (Balance, Balance) {
    let on_hold = |reason: RuntimeHoldReason| Balances::balance_on_hold(&reason, &who.to_account_id());
    (on_hold(pallet_vault::HoldReason::Stake.into()), on_hold(pallet_stake_pool::HoldReason::Stake.into()))
}

#[test]
fn overdue_withdrawal_should_be_paid_by_blocks_without_any_transaction() {
    type Vaults = pallet_vault::Call<Runtime>;
    type Pools = pallet_stake_pool::Call<Runtime>;
    chain::from_preset(DEVELOPMENT).execute_with(|| {
        chain::block(|| {
            send(Bob, Vaults::create {});
            send(Dave, Pools::create {});
            send(Charlie, Vaults::contribute { vault: 0, amount: 100 * PHA });
            send(Charlie, Pools::contribute { pool: 0, amount: 7 * PHA });
            send(Bob, Vaults::delegate { vault: 0, pool: 0, amount: 100 * PHA });
        });
        check_invariants();
        assert_eq!(held(Charlie), (100 * PHA, 7 * PHA));
        assert_eq!(StakePool::pool(0).unwrap().stake, 107 * PHA);

        chain::block(|| send(Charlie, Vaults::withdraw { vault: 0, shares: 40 * PHA }));
        assert_eq!(held(Charlie), (100 * PHA, 7 * PHA));
        let grace = pallet_stake_pool::GracePeriod::<Runtime>::get() / 1_000;
        for _ in 0..=grace + 1 {
            chain::empty_block();
        }
        check_invariants();
        assert_eq!(held(Charlie), (60 * PHA, 7 * PHA));
        assert_eq!(StakePool::pool(0).unwrap().stake, 67 * PHA);
        assert_eq!(Vault::vault(0).unwrap().stake, 60 * PHA);
    });
}
