//! Why calls are refused: each error says its cause and its remedy.

use polkadot_sdk::frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod errors {
    /// Why a call is refused.
    #[pallet::error]
    pub enum Error<T> {
        /// There is no vault of this number. See the vaults with the view function `vaults`.
        VaultNotFound,
        /// Only the vault's owner may do this. Sign with the owner's account.
        NotVaultOwner,
        /// The vault is not offered to you. Ask its owner to offer it with `offer_ownership`.
        NotOffered,
        /// There can be no more vaults.
        TooManyVaults,
        /// Vaults do not delegate to vaults. Delegate to pools.
        VaultInVault,
        /// More than the constant `MaxFee`. Set a lower fee.
        FeeTooHigh,
        /// Above the present fee by more than the constant `CommissionStep` of the pools. Raise it in
        /// several steps.
        FeeStepTooLarge,
        /// The vault has this fee already, or has announced it. There is nothing to change.
        FeeNotChanged,
        /// A description is text in UTF-8. Encode it so.
        DescriptionNotText,
        /// Less than the constant `MinContribution` of the pools. Contribute more, or wait for more
        /// rewards to compound.
        ContributionTooSmall,
        /// More than a vault can count. Contribute less.
        ContributionTooLarge,
        /// The vault was slashed until its shares were worth (almost) nothing, and takes no stake. Use
        /// another vault; this one opens again once all its shares are withdrawn.
        VaultInsolvent,
        /// More shares than you own, or none. `position` tells how many you own.
        NotEnoughShares,
        /// You do not wait for stake in this vault. There is nothing to cancel.
        NotWithdrawing,
        /// There are no rewards to claim. They come with the rewards of the vault's pools.
        NothingToClaim,
        /// The vault has less free stake than this: the rest lies in pools. Place less, or take stake
        /// out of a pool first. `vault` tells how much is free.
        InsufficientFreeStake,
        /// Delegators wait for stake, and free stake is theirs. Place stake when the queue is empty.
        WithdrawalsWaiting,
        /// The vault is in `MAX_POOLS` pools already. Take all its stake out of one of them first.
        TooManyPools,
        /// The vault has no stake in this pool. `vault` tells where it has.
        NotInPool,
        /// The pool owes the vault a withdrawal; asking again would give up the vault's place in the
        /// pool's queue. Wait until the stake has come.
        UndelegationPending,
        /// Somebody still owns shares, or the vault still has something in a pool. Wait until all have
        /// withdrawn, and take everything out of the pools that `vault` shows.
        VaultNotEmpty,
        /// Somebody has not claimed all rewards. Claim yours, and wait until the others have claimed
        /// theirs.
        RewardsUnclaimed,
    }
}
