//! Balances and fees.

use frame_support::{
    parameter_types,
    traits::{
        fungible::{Balanced, Credit},
        ConstU128, ConstU32, ConstU8, Imbalance, OnUnbalanced, VariantCountOf,
    },
    weights::{
        constants::ExtrinsicBaseWeight, ConstantMultiplier, WeightToFeeCoefficient, WeightToFeeCoefficients,
        WeightToFeePolynomial,
    },
    PalletId,
};
use pallet_transaction_payment::{FungibleAdapter, Multiplier, TargetedFeeAdjustment};
use polkadot_sdk::*;
use sp_runtime::{
    traits::{AccountIdConversion, Bounded},
    FixedPointNumber, Perbill, Perquintill,
};

use crate::{
    AccountId, Authorship, Balance, Balances, Runtime, RuntimeEvent, RuntimeFreezeReason, RuntimeHoldReason,
    System, PHA,
};

/// An account with less is removed.
pub const EXISTENTIAL_DEPOSIT: Balance = PHA / 100;

/// Share of the fees that goes to the block's author; the treasury gets the rest, as on Khala.
const AUTHOR_SHARE: Perbill = Perbill::from_percent(20);

/// The account that fees and the treasury's share of rewards go to.
pub fn treasury_account() -> AccountId {
    PalletId(*b"py/trsry").into_account_truncating()
}

impl pallet_balances::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeHoldReason = RuntimeHoldReason;
    type RuntimeFreezeReason = RuntimeFreezeReason;
    type WeightInfo = pallet_balances::weights::SubstrateWeight<Runtime>;
    type Balance = Balance;
    type DustRemoval = ();
    type ExistentialDeposit = ConstU128<EXISTENTIAL_DEPOSIT>;
    type AccountStore = System;
    type ReserveIdentifier = [u8; 8];
    type FreezeIdentifier = RuntimeFreezeReason;
    type MaxLocks = ConstU32<50>;
    type MaxReserves = ConstU32<50>;
    type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
    type DoneSlashHandler = ();
}

parameter_types! {
    pub TargetBlockFullness: Perquintill = Perquintill::from_percent(25);
    pub AdjustmentVariable: Multiplier = Multiplier::saturating_from_rational(75, 1_000_000);
    pub MinimumMultiplier: Multiplier = Multiplier::saturating_from_rational(1, 10);
    pub MaximumMultiplier: Multiplier = Bounded::max_value();
}

impl pallet_transaction_payment::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type OnChargeTransaction = FungibleAdapter<Balances, FeeSplit>;
    type WeightToFee = WeightToFee;
    /// 10^-5 PHA a byte.
    type LengthToFee = ConstantMultiplier<Balance, ConstU128<{ PHA / 100_000 }>>;
    /// Fees rise by at most about 30 % a day while blocks are more than a quarter full.
    type FeeMultiplierUpdate = TargetedFeeAdjustment<
        Runtime,
        TargetBlockFullness,
        AdjustmentVariable,
        MinimumMultiplier,
        MaximumMultiplier,
    >;
    type OperationalFeeMultiplier = ConstU8<5>;
    type WeightInfo = pallet_transaction_payment::weights::SubstrateWeight<Runtime>;
}

/// Linear in execution time: a transaction that does nothing costs 0.001 PHA.
pub struct WeightToFee;

impl WeightToFeePolynomial for WeightToFee {
    type Balance = Balance;

    fn polynomial() -> WeightToFeeCoefficients<Balance> {
        let fee = PHA / 1_000;
        let weight = Balance::from(ExtrinsicBaseWeight::get().ref_time());
        [WeightToFeeCoefficient {
            degree: 1,
            negative: false,
            coeff_integer: fee / weight,
            coeff_frac: Perbill::from_rational(fee % weight, weight),
        }]
        .into_iter()
        .collect()
    }
}

/// Splits fees between the block's author and the treasury. Tips come in with the fees.
pub struct FeeSplit;

impl OnUnbalanced<Credit<AccountId, Balances>> for FeeSplit {
    fn on_nonzero_unbalanced(fees: Credit<AccountId, Balances>) {
        let for_author = AUTHOR_SHARE * fees.peek();
        let (for_author, mut for_treasury) = fees.split(for_author);
        let unpaid = match Authorship::author() {
            Some(author) => Balances::resolve(&author, for_author).err(),
            None => Some(for_author),
        };
        if let Some(unpaid) = unpaid {
            for_treasury.subsume(unpaid);
        }
        // Below the existential deposit an empty treasury cannot take it; then it is burned.
        drop(Balances::resolve(&treasury_account(), for_treasury));
    }
}
