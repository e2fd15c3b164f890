//! What happened, for history: every change of what somebody owns or may rely on has an event.

use polkadot_sdk::frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod events {
    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A pool was created.
        PoolCreated {
            /// Its number.
            pool: PoolId,
            /// Its owner.
            owner: T::AccountId,
        },
        /// The commission of a pool changes.
        CommissionSet {
            /// The pool.
            pool: PoolId,
            /// The rate.
            commission: Permill,
            /// The chain time from which it holds.
            from: Moment,
        },
        /// A worker joined a pool.
        WorkerAdded {
            /// The pool.
            pool: PoolId,
            /// The worker.
            worker: WorkerId,
        },
        /// A worker left a pool.
        WorkerRemoved {
            /// The pool.
            pool: PoolId,
            /// The worker.
            worker: WorkerId,
        },
        /// Stake was put on hold for shares.
        Contributed {
            /// The pool.
            pool: PoolId,
            /// The delegator.
            who: T::AccountId,
            /// What was put on hold.
            amount: Balance,
            /// Shares issued for it.
            shares: u128,
        },
        /// Shares were given back for stake, by a call or, for somebody in the queue, by the chain.
        Withdrawn {
            /// The pool.
            pool: PoolId,
            /// The delegator.
            who: T::AccountId,
            /// Shares destroyed.
            shares: u128,
            /// What was released.
            amount: Balance,
        },
        /// Stake went from free to active: a session began, or restarted with more.
        StakeActivated {
            /// The pool.
            pool: PoolId,
            /// The worker whose session it backs.
            worker: WorkerId,
            /// How much.
            stake: Balance,
        },
        /// Stake is free again: a session ended for good, or restarts with more.
        StakeReturned {
            /// The pool.
            pool: PoolId,
            /// The worker whose session it backed.
            worker: WorkerId,
            /// What was put behind the session.
            taken: Balance,
            /// What is left of it.
            returned: Balance,
        },
        /// A pool lost stake; every share is worth less from now on.
        PoolSlashed {
            /// The pool.
            pool: PoolId,
            /// How much it lost.
            lost: Balance,
            /// All stake left.
            stake: Balance,
            /// All shares.
            shares: u128,
        },
        /// A delegator's part of past slashes went from hold to the treasury.
        SlashSettled {
            /// The pool.
            pool: PoolId,
            /// The delegator.
            who: T::AccountId,
            /// How much.
            amount: Balance,
        },
        /// A pool earned something.
        RewardReceived {
            /// The pool.
            pool: PoolId,
            /// How much.
            amount: Balance,
            /// What of it is the owner's.
            commission: Balance,
        },
        /// Rewards were paid out.
        RewardsClaimed {
            /// The pool.
            pool: PoolId,
            /// Who was paid.
            who: T::AccountId,
            /// How much.
            amount: Balance,
        },
        /// The description of a pool changed.
        DescriptionSet {
            /// The pool.
            pool: PoolId,
        },
        /// The cap of a pool changed.
        CapSet {
            /// The pool.
            pool: PoolId,
            /// The most stake with which it takes contributions.
            cap: Option<Balance>,
        },
        /// A pool's whitelist was put into force, or out of it.
        WhitelistSet {
            /// The pool.
            pool: PoolId,
            /// Whether only those on it may contribute.
            enabled: bool,
        },
        /// An account was put on a whitelist.
        Allowed {
            /// The pool.
            pool: PoolId,
            /// Who.
            who: T::AccountId,
        },
        /// An account was taken off a whitelist. It keeps what it has in the pool.
        Disallowed {
            /// The pool.
            pool: PoolId,
            /// Who.
            who: T::AccountId,
        },
        /// A pool may have another owner soon.
        OwnershipOffered {
            /// The pool.
            pool: PoolId,
            /// Who may accept it; nobody any more if none.
            to: Option<T::AccountId>,
        },
        /// A pool has another owner.
        OwnershipTransferred {
            /// The pool.
            pool: PoolId,
            /// Whose it was.
            from: T::AccountId,
            /// Whose it is.
            to: T::AccountId,
        },
        /// A pool has another manager, or none.
        ManagerSet {
            /// The pool.
            pool: PoolId,
            /// Who may run its workers besides the owner.
            manager: Option<T::AccountId>,
        },
        /// A pool is no more.
        PoolClosed {
            /// Its number, which is not given again.
            pool: PoolId,
            /// Remainders of rounding that went from its reward account to the treasury.
            dust: Balance,
        },
        /// A delegator waits for stake to become free.
        WithdrawalQueued {
            /// The pool.
            pool: PoolId,
            /// The delegator.
            who: T::AccountId,
            /// All shares that wait; earlier requests are void.
            shares: u128,
        },
        /// A delegator does not want to withdraw any more.
        WithdrawalCancelled {
            /// The pool.
            pool: PoolId,
            /// The delegator.
            who: T::AccountId,
            /// The shares that waited.
            shares: u128,
        },
        /// A delegator has waited as long as the grace period: sessions are stopped where needed.
        WithdrawalOverdue {
            /// The pool.
            pool: PoolId,
            /// The delegator.
            who: T::AccountId,
            /// The shares that wait.
            shares: u128,
        },
        /// The chain stopped a session for delegators who have waited too long.
        SessionStopForced {
            /// The pool.
            pool: PoolId,
            /// Whose session.
            worker: WorkerId,
            /// By how much stake fell short before.
            missing: Balance,
        },
    }
}
