//! What happened, for history: every change of what somebody owns or may rely on has an event.

use polkadot_sdk::frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod events {
    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A vault was created.
        VaultCreated {
            /// Its number.
            vault: VaultId,
            /// Its owner.
            owner: T::AccountId,
            /// The account under which it delegates, and in which rewards wait to be claimed. Pools
            /// with a whitelist know the vault by it.
            account: T::AccountId,
        },
        /// The performance fee of a vault changes.
        FeeSet {
            /// The vault.
            vault: VaultId,
            /// The rate.
            fee: Permill,
            /// The chain time from which it holds.
            from: Moment,
        },
        /// The description of a vault changed.
        DescriptionSet {
            /// The vault.
            vault: VaultId,
        },
        /// A vault is offered to an account, or to nobody any more.
        OwnershipOffered {
            /// The vault.
            vault: VaultId,
            /// Who may accept it.
            to: Option<T::AccountId>,
        },
        /// A vault has another owner.
        OwnershipTransferred {
            /// The vault.
            vault: VaultId,
            /// Who owned it.
            from: T::AccountId,
            /// Who owns it.
            to: T::AccountId,
        },
        /// A vault is no more.
        VaultClosed {
            /// The vault.
            vault: VaultId,
            /// Base units too few to be divided, which went to the treasury.
            dust: Balance,
        },
        /// Stake was put on hold for shares.
        Contributed {
            /// The vault.
            vault: VaultId,
            /// The delegator.
            who: T::AccountId,
            /// What was put on hold.
            amount: Balance,
            /// Shares issued for it.
            shares: u128,
        },
        /// Shares were given back for stake.
        Withdrawn {
            /// The vault.
            vault: VaultId,
            /// The delegator.
            who: T::AccountId,
            /// Shares destroyed.
            shares: u128,
            /// What was released.
            amount: Balance,
        },
        /// A delegator waits in the queue.
        WithdrawalQueued {
            /// The vault.
            vault: VaultId,
            /// The delegator.
            who: T::AccountId,
            /// Shares that have to go.
            shares: u128,
            /// What they are worth at this moment.
            value: Balance,
            /// The chain time from which the vault takes stake out of its pools for them.
            grace_until: Moment,
        },
        /// A delegator does not wait any more, and keeps the shares.
        WithdrawalCancelled {
            /// The vault.
            vault: VaultId,
            /// The delegator.
            who: T::AccountId,
            /// Shares that had to go.
            shares: u128,
        },
        /// A withdrawal has waited for the grace period.
        WithdrawalOverdue {
            /// The vault.
            vault: VaultId,
            /// The delegator.
            who: T::AccountId,
            /// Shares that have to go.
            shares: u128,
        },
        /// A vault placed stake in a pool.
        Delegated {
            /// The vault.
            vault: VaultId,
            /// The pool.
            pool: PoolId,
            /// How much.
            amount: Balance,
        },
        /// A vault asked a pool for stake. What the pool has free came at once, the rest comes by
        /// itself.
        Undelegated {
            /// The vault.
            vault: VaultId,
            /// The pool.
            pool: PoolId,
            /// Shares of the pool to give back.
            shares: u128,
            /// Not the owner wanted it but withdrawals that are overdue.
            forced: bool,
        },
        /// Stake came back from a pool and is free.
        StakeReturned {
            /// The vault.
            vault: VaultId,
            /// How much.
            amount: Balance,
        },
        /// A vault lost stake in a pool; every share is worth less from now on.
        VaultSlashed {
            /// The vault.
            vault: VaultId,
            /// How much it lost.
            lost: Balance,
            /// All stake left.
            stake: Balance,
            /// All shares.
            shares: u128,
        },
        /// A delegator's part of past slashes went from hold to the treasury.
        SlashSettled {
            /// The vault.
            vault: VaultId,
            /// The delegator.
            who: T::AccountId,
            /// How much.
            amount: Balance,
        },
        /// A vault earned something in its pools.
        RewardReceived {
            /// The vault.
            vault: VaultId,
            /// How much.
            amount: Balance,
            /// What of it is the owner's.
            fee: Balance,
            /// What it still has to earn before the next fee.
            deficit: Balance,
        },
        /// Rewards were paid out.
        RewardsClaimed {
            /// The vault.
            vault: VaultId,
            /// Who was paid.
            who: T::AccountId,
            /// How much.
            amount: Balance,
        },
    }
}
