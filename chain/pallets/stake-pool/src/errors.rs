//! Why calls are refused: each error says its cause and its remedy.

use polkadot_sdk::frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod errors {
    /// Why a call is refused.
    #[pallet::error]
    pub enum Error<T> {
        /// There is no pool of this number (any more). See the pools with the view function `pools`.
        PoolNotFound,
        /// Only the pool's owner may do this; its manager too, if it is about workers and sessions. Sign
        /// with such an account; the view function `pool` names both.
        NotPoolOwner,
        /// The worker has no benchmark score yet. Wait until it has answered the benchmark that
        /// followed its registration.
        WorkerNotBenchmarked,
        /// The worker belongs to a pool already. Remove it there first; `pool_of` tells where.
        WorkerInPool,
        /// The worker does not belong to this pool. Add it first, or name the right pool.
        WorkerNotInPool,
        /// The worker's session still runs or cools down. Stop it and wait until its stake has
        /// returned.
        WorkerBusy,
        /// Less than the constant `MinContribution`. Contribute more; rewards too small to compound
        /// can be claimed, or wait until more have come.
        ContributionTooSmall,
        /// More than a pool can count. Contribute less.
        ContributionTooLarge,
        /// The pool was slashed until its shares were worth (almost) nothing, and takes no stake. Use
        /// another pool; this one opens again once all its shares are withdrawn, which needs no free
        /// stake where they are worth nothing.
        PoolInsolvent,
        /// More shares than you own, or none. `delegation` tells how many you own.
        NotEnoughShares,
        /// The pool has less free stake than this that nobody waits for in its queue. Take at most what
        /// the view function `pool` calls `available`, or wait: `more_at` says when the next cool-down
        /// is over.
        InsufficientFreeStake,
        /// There are no rewards to claim. They come with the heartbeats and jobs of the pool's
        /// workers.
        NothingToClaim,
        /// The pool has this commission already, or has announced it. There is nothing to change.
        CommissionNotChanged,
        /// There can be no more pools.
        TooManyPools,
        /// The commission would rise by more than the constant `CommissionStep`. Announce a smaller
        /// raise, and the next one when it holds.
        CommissionStepTooLarge,
        /// The pool would have more stake than its cap. Contribute at most what is left of it, wait
        /// until the owner raises it, or use another pool. A withdrawal cannot be taken back where
        /// others have contributed in its place: it is paid in the next blocks.
        CapExceeded,
        /// A cap cannot be below the present stake. Set it to the stake, which keeps all further
        /// contributions out.
        CapBelowStake,
        /// The account is not on the pool's whitelist. Ask the owner to allow it, or use another pool.
        NotAllowed,
        /// The account is on the pool's whitelist already. There is nothing to change.
        AllowedAlready,
        /// The pool's whitelist is full. Disallow somebody first.
        WhitelistFull,
        /// The description is not valid UTF-8. Encode it as such.
        DescriptionNotText,
        /// The pool was not offered to you. Let its owner sign `offer_ownership` first.
        NotOffered,
        /// The pool has shares or workers. Let all delegators withdraw, and remove all workers first.
        PoolNotEmpty,
        /// Rewards of the pool are not claimed yet. Claim your commission, and wait until its former
        /// delegators have claimed theirs.
        RewardsUnclaimed,
        /// The pool has as many workers as the constant `MaxWorkers` allows. Remove one, or use another
        /// pool.
        TooManyWorkers,
        /// You have no shares in the pool's queue. There is nothing to cancel.
        NotWithdrawing,
    }
}
