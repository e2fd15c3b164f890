//! Vaults: pools of stake whose owner places it in several StakePools.
//!
//! A delegator who does not want to choose pools leaves that to a vault's owner, who takes a
//! performance fee for it. The pallet never takes custody: stake stays in the delegator's own account
//! on hold, as in [`pallet_stake_pool`]. What a vault places in a pool is bookkeeping there, under the
//! vault's own account, and that account never holds any stake; it receives rewards only.
//!
//! # Never a stale price
//!
//! A slash in a pool reaches the vault when the vault's delegation there is settled. So before shares
//! of a vault are sold or taken back, before anything is paid and before anything is shown, the vault
//! is brought up to date: all of its at most [`MAX_POOLS`] delegations are settled, losses first, then
//! rewards. Nobody buys, and nobody leaves, at a price that does not know of a slash which a pool knows.
//!
//! # Rewards and fee
//!
//! Bringing a vault up to date also claims its rewards in its pools. They are divided by shares; the
//! owner's fee is due only on what exceeds the high-water mark ([`book`]).
//!
//! # Withdrawals
//!
//! Free stake, which lies in no pool, is released at once while nobody waits. Everybody else waits in
//! a queue, first in, first out, with one entry per delegator. Whatever becomes free serves the queue
//! by itself, and nothing is placed in a pool while somebody waits.
//!
//! When an entry has waited for the pools' grace period, the vault takes the worth of all such entries
//! out of its pools: the pool that it came to last first, and only as much as is not on its way
//! already. In the pool the vault then waits like any delegator, under the pool's own grace period. A
//! pool that owes the vault a withdrawal is not asked for another one before, because that would give
//! up the vault's place in that pool's queue; neither can the owner do so.
//!
//! # What the owner cannot do
//!
//! Touch anybody's balance, keep anybody in, or surprise delegators: the fee is at most
//! [`Config::MaxFee`], a raise of it is announced and bounded like one of a pool's commission, and holds
//! for what is earned after its date only.
//!
//! # A vault slashed to nothing
//!
//! takes no contributions while it has shares left. Worthless shares can be withdrawn at any time, and
//! a vault without shares begins anew at a price of one base unit per share, with no loss to earn back.
//!
//! # What a block costs
//!
//! At most [`Config::MaxStepsPerBlock`] entries that become overdue are marked, and as many steps are
//! taken, each for one vault: bring it up to date, then pay one entry or ask one pool ([`Turns`]).
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

// In tests too, where every benchmark must run through.
#[cfg(any(test, feature = "runtime-benchmarks"))]
mod benchmarking;
pub mod book;
mod delegator_impls;
mod errors;
mod events;
#[cfg(test)]
mod mock;
mod owner_impls;
mod placement_impls;
mod queue_impls;
#[cfg(test)]
mod tests;
mod try_state;
mod turn_impls;
mod types;
pub mod views;
pub mod weights;

use alloc::vec::Vec;
use phala_primitives::{Balance, Moment, PoolId};
use polkadot_sdk::{
    frame_support::{
        pallet_macros::import_section,
        pallet_prelude::*,
        traits::{
            fungible::{hold, Credit, Mutate},
            OnUnbalanced,
        },
        PalletId,
    },
    frame_system::pallet_prelude::*,
    sp_runtime::Permill,
    *,
};

pub use book::{Vault, MAX_POOLS};
pub use pallet::*;
pub use pallet_stake_pool::types::Description;
pub use types::{DueKey, Position, Ticket, VaultId, Withdrawal};
pub use weights::WeightInfo;

/// The vaults' money as this pallet sees it.
pub type CurrencyOf<T> = <T as Config>::Currency;

/// The clock of the sessions is the vaults' clock too.
pub(crate) type TimeOf<T> = <T as pallet_mining::Config>::Time;

#[import_section(errors::errors)]
#[import_section(events::events)]
#[frame_support::pallet]
pub mod pallet {
    use super::*;

    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// What the runtime decides. Least contribution, grace period, and notice and step of a raised
    /// rate are the pools'.
    #[pallet::config]
    pub trait Config:
        polkadot_sdk::frame_system::Config<RuntimeEvent: From<Event<Self>>>
        + pallet_registry::Config
        + pallet_mining::Config
        + pallet_stake_pool::Config
    {
        /// The coin of stakes and rewards: the pools' coin.
        type Currency: Mutate<Self::AccountId, Balance = Balance>
            + hold::Balanced<Self::AccountId, Balance = Balance>
            + hold::Mutate<Self::AccountId, Reason = <Self as Config>::RuntimeHoldReason, Balance = Balance>;

        /// The runtime's reason for a hold.
        type RuntimeHoldReason: From<HoldReason>;

        /// Where slashed stake goes: the treasury.
        type Slash: OnUnbalanced<Credit<Self::AccountId, <Self as Config>::Currency>>;

        /// From which the vaults' accounts are derived.
        #[pallet::constant]
        type PalletId: Get<PalletId>;

        /// Highest performance fee.
        #[pallet::constant]
        type MaxFee: Get<Permill>;

        /// Most steps that one block takes for vaults by itself, and most entries of queues that it
        /// marks as overdue.
        #[pallet::constant]
        type MaxStepsPerBlock: Get<u32>;

        /// What calls and hooks cost.
        type WeightInfo: WeightInfo;
    }

    /// Why a balance is on hold.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// It is staked in vaults.
        #[codec(index = 0)]
        Stake,
    }

    /// Number of the next vault.
    #[pallet::storage]
    pub type NextVault<T> = StorageValue<_, VaultId, ValueQuery>;

    /// All vaults.
    #[pallet::storage]
    pub type Vaults<T: Config> = StorageMap<_, Blake2_128Concat, VaultId, Vault<T::AccountId>>;

    /// Which vault an account belongs to, for the accounts under which vaults delegate.
    #[pallet::storage]
    pub type VaultOf<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, VaultId>;

    /// What owners say about their vaults.
    #[pallet::storage]
    pub type Descriptions<T> = StorageMap<_, Blake2_128Concat, VaultId, Description, ValueQuery>;

    /// Who owns what in which vault: by account first, so that an account's positions are one prefix.
    #[pallet::storage]
    pub type Positions<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Blake2_128Concat, VaultId, Position, ValueQuery>;

    /// Number of the next ticket, of whatever vault.
    #[pallet::storage]
    pub type NextTicket<T> = StorageValue<_, u64, ValueQuery>;

    /// The queues, each in its order. `Identity` keeps that order; nobody chooses tickets.
    #[pallet::storage]
    pub type Queue<T: Config> =
        StorageDoubleMap<_, Twox64Concat, VaultId, Identity, Ticket, Withdrawal<T::AccountId>>;

    /// When the grace periods of queue entries end: time and ticket, in the order of time, and the
    /// vault. `Identity` keeps that order; nobody chooses the keys.
    #[pallet::storage]
    pub type GraceEnds<T> = StorageMap<_, Identity, DueKey, VaultId>;

    /// Vaults for which there may be something to do, by the time from which: an entry to pay, a pool
    /// to ask, or a fee to raise. In the order of time, as in [`GraceEnds`]; a vault is in it at most once.
    #[pallet::storage]
    pub type Turns<T> = StorageMap<_, Identity, DueKey, ()>;

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn on_initialize(_: BlockNumberFor<T>) -> Weight {
            Self::begin_block()
        }

        fn integrity_test() {
            assert!(T::MaxStepsPerBlock::get() > 0, "withdrawals would never be paid");
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Creates a vault with the signer as owner and no fee.
        ///
        /// The signer pays the existential deposit of the vault's account, and gets it back when the
        /// vault is closed.
        #[pallet::call_index(0)]
        #[pallet::weight(<T as Config>::WeightInfo::create())]
        pub fn create(origin: OriginFor<T>) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_create(owner)
        }

        /// Sets the rate of the performance fee, at most the constant `MaxFee`.
        ///
        /// A lower rate holds at once and cancels an announced raise. A higher one, by at most the
        /// pools' constant `CommissionStep`, holds after their `CommissionNotice`; it holds at once
        /// while the vault has no delegators.
        #[pallet::call_index(1)]
        #[pallet::weight(<T as Config>::WeightInfo::set_fee())]
        pub fn set_fee(origin: OriginFor<T>, vault: VaultId, fee: Permill) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_set_fee(owner, vault, fee)
        }

        /// Puts up to `amount` on hold for shares of the vault, at most a base unit less through
        /// rounding.
        #[pallet::call_index(2)]
        #[pallet::weight(<T as Config>::WeightInfo::contribute())]
        pub fn contribute(
            origin: OriginFor<T>,
            vault: VaultId,
            #[pallet::compact] amount: Balance,
        ) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_contribute(who, vault, amount)
        }

        /// Gives back shares for their value; all shares if the rest would be worth less than the
        /// pools' constant `MinContribution`.
        ///
        /// What free stake covers is released at once if nobody waits. The rest becomes the signer's
        /// one entry in the queue. An entry that the signer has there already is replaced, its place
        /// and its time included: `shares` are all that shall still go.
        #[pallet::call_index(3)]
        #[pallet::weight(<T as Config>::WeightInfo::withdraw())]
        pub fn withdraw(
            origin: OriginFor<T>,
            vault: VaultId,
            #[pallet::compact] shares: u128,
        ) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_withdraw(who, vault, shares)
        }

        /// Takes back the signer's entry in the queue.
        #[pallet::call_index(4)]
        #[pallet::weight(<T as Config>::WeightInfo::cancel_withdrawal())]
        pub fn cancel_withdrawal(origin: OriginFor<T>, vault: VaultId) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_cancel_withdrawal(who, vault)
        }

        /// Places free stake of the vault in a pool. Only the owner may, and only while nobody waits
        /// for stake.
        #[pallet::call_index(5)]
        #[pallet::weight(<T as Config>::WeightInfo::delegate())]
        pub fn delegate(
            origin: OriginFor<T>,
            vault: VaultId,
            pool: PoolId,
            #[pallet::compact] amount: Balance,
        ) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_delegate(owner, vault, pool, amount)
        }

        /// Gives back shares of a pool: what it has free comes at once, the rest by itself, through
        /// the pool's queue. Only the owner may.
        #[pallet::call_index(6)]
        #[pallet::weight(<T as Config>::WeightInfo::undelegate())]
        pub fn undelegate(
            origin: OriginFor<T>,
            vault: VaultId,
            pool: PoolId,
            #[pallet::compact] shares: u128,
        ) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_undelegate(owner, vault, pool, shares)
        }

        /// Pays the signer everything earned in the vault: as delegator, and as owner.
        #[pallet::call_index(7)]
        #[pallet::weight(<T as Config>::WeightInfo::claim_rewards())]
        pub fn claim_rewards(origin: OriginFor<T>, vault: VaultId) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_claim_rewards(who, vault)
        }

        /// Pays the signer what it earned in the vault as delegator, and contributes it to the vault.
        #[pallet::call_index(8)]
        #[pallet::weight(<T as Config>::WeightInfo::compound_rewards())]
        pub fn compound_rewards(origin: OriginFor<T>, vault: VaultId) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_compound_rewards(who, vault)
        }

        /// Offers the vault to an account, which becomes its owner when it accepts; `None` takes an
        /// offer back.
        #[pallet::call_index(9)]
        #[pallet::weight(<T as Config>::WeightInfo::offer_ownership())]
        pub fn offer_ownership(
            origin: OriginFor<T>,
            vault: VaultId,
            to: Option<T::AccountId>,
        ) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_offer_ownership(owner, vault, to)
        }

        /// Becomes the owner of a vault that is offered to the signer. Fees earned before stay the
        /// former owner's.
        #[pallet::call_index(10)]
        #[pallet::weight(<T as Config>::WeightInfo::accept_ownership())]
        pub fn accept_ownership(origin: OriginFor<T>, vault: VaultId) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_accept_ownership(who, vault)
        }

        /// Closes a vault in which nobody has anything any more. The owner gets the deposit back.
        #[pallet::call_index(11)]
        #[pallet::weight(<T as Config>::WeightInfo::close())]
        pub fn close(origin: OriginFor<T>, vault: VaultId) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_close(owner, vault)
        }

        /// Says something about the vault; an empty text says nothing.
        #[pallet::call_index(12)]
        #[pallet::weight(<T as Config>::WeightInfo::set_description())]
        pub fn set_description(
            origin: OriginFor<T>,
            vault: VaultId,
            description: Description,
        ) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_set_description(owner, vault, description)
        }
    }

    #[pallet::extra_constants]
    impl<T: Config> Pallet<T> {
        /// Most pools in which one vault places stake.
        #[pallet::constant_name(MaxPools)]
        fn max_pools() -> u32 {
            MAX_POOLS
        }
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// A vault, brought up to date.
        pub fn vault(vault: VaultId) -> Option<views::VaultView<T::AccountId>> {
            Self::view_vault(vault)
        }

        /// Up to [`views::MAX_VAULTS_LISTED`] vaults from number `from` on.
        pub fn vaults(from: VaultId) -> Vec<views::VaultView<T::AccountId>> {
            Self::view_vaults(from)
        }

        /// What an account owns, may claim and waits for in a vault.
        pub fn position(who: T::AccountId, vault: VaultId) -> Option<views::PositionView> {
            Self::view_position(who, vault)
        }

        /// Up to [`views::MAX_VAULTS_LISTED`] vaults in which an account has something.
        pub fn positions(who: T::AccountId) -> Vec<views::PositionView> {
            Self::view_positions(who)
        }

        /// Up to [`views::MAX_QUEUE_LISTED`] entries of a vault's queue in its order, from ticket `from`
        /// on.
        pub fn queue(vault: VaultId, from: u64) -> Vec<views::WithdrawalView<T::AccountId>> {
            Self::view_queue(vault, from)
        }
    }
}
