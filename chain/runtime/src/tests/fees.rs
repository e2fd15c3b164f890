//! Where fees go.

use phala_primitives::PHA;
use polkadot_sdk::*;
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie};

use super::chain;
use crate::{
    configs::treasury_account, genesis_config_presets::DEVELOPMENT, Balances, Executive, RuntimeCall,
};

#[test]
fn fees_should_go_to_the_author_and_the_treasury_when_a_transfer_is_paid() {
    chain::from_preset(DEVELOPMENT).execute_with(|| {
        // Alice is the only validator.
        let balances =
            || [Alice.to_account_id(), treasury_account(), Bob.to_account_id()].map(Balances::free_balance);
        let [author, treasury, payer] = balances();

        chain::block(|| {
            let call = pallet_balances::Call::transfer_keep_alive {
                dest: Charlie.to_account_id().into(),
                value: PHA,
            };
            Executive::apply_extrinsic(chain::signed(Bob, RuntimeCall::Balances(call))).unwrap().unwrap();
        });

        let [author_after, treasury_after, payer_after] = balances();
        let fee = payer - PHA - payer_after;
        assert!(
            (PHA / 1_000..PHA / 10).contains(&fee),
            "a transfer should cost some thousandths of a PHA, not {fee}"
        );
        assert_eq!(author_after - author, fee / 5);
        assert_eq!(treasury_after - treasury, fee - fee / 5);
    });
}
