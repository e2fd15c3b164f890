//! What happened to a network's only vault, read from its blocks, and the books that follow from it.

use anyhow::{ensure, Context, Result};
use phala_client::{
    account::address,
    chain::{api::vault, Event},
    history::{history, Bounds, Reach},
    Chain,
};
use phala_primitives::{Balance, BlockNumber, Moment};

use crate::books::{Books, Entry};

/// Everything that happened to it.
pub(crate) struct History(Vec<(BlockNumber, Moment, vault::Event)>);

impl History {
    /// Reads all blocks.
    pub(crate) async fn read(rpc: &str) -> Result<Self> {
        let chain = Chain::connect(rpc, None).await?;
        let last = chain.snapshot(None).await?.number();
        let bounds = Bounds { last, blocks: u32::MAX, limit: usize::MAX };
        let told = history(&chain, bounds, &["Vault"], |_| true).await?;
        ensure!(told.reach == Reach::Whole, "{:?}", told.reach);
        let of_vault = told.entries.into_iter().filter_map(|entry| match entry.event {
            Event::Vault(event) => Some((entry.block, entry.time, event)),
            _ => None,
        });
        Ok(Self(of_vault.collect()))
    }

    /// The vault's books, in which every number that follows from the rules is held against the chain's.
    pub(crate) fn books(&self) -> Result<Books> {
        let mut books = Books::new(true);
        for (block, entry) in self.entries() {
            books.enter(&entry).with_context(|| format!("block {block}"))?;
        }
        Ok(books)
    }

    /// All stake that was lost in pools.
    pub(crate) fn lost(&self) -> Balance {
        let lost = |(_, entry)| match entry {
            Entry::Slashed { lost, .. } => lost,
            _ => 0,
        };
        self.entries().map(lost).sum()
    }

    /// By how much fees were less than they would have been on everything that was earned.
    pub(crate) fn waived(&self) -> Balance {
        let (mut rate, mut waived) = (0, 0);
        for (_, entry) in self.entries() {
            match entry {
                Entry::Rate(fee) => rate = fee,
                Entry::Rewarded { reward, owners } => waived += reward * rate / 1_000_000 - owners,
                _ => {}
            }
        }
        waived
    }

    /// Shares of a pool that the vault gave back by itself, for withdrawals that were overdue.
    pub(crate) fn forced(&self) -> Vec<(u64, u128)> {
        let forced = self.0.iter().filter_map(|(_, _, event)| match event {
            vault::Event::Undelegated { pool, shares, forced: true, .. } => Some((*pool, *shares)),
            _ => None,
        });
        forced.collect()
    }

    fn entries(&self) -> impl Iterator<Item = (BlockNumber, Entry)> + '_ {
        self.0.iter().filter_map(|(block, time, event)| Some((*block, entry(event, *time)?)))
    }
}

/// What an event at the time `now` means for the books.
fn entry(event: &vault::Event, now: Moment) -> Option<Entry> {
    use vault::Event as Vault;
    Some(match event {
        Vault::VaultCreated { owner, .. } => Entry::Opened { owner: address(owner) },
        Vault::OwnershipTransferred { to, .. } => Entry::Transferred { to: address(to) },
        // A raise is announced first.
        Vault::FeeSet { fee, from, .. } if *from == now => Entry::Rate(fee.0.into()),
        Vault::Contributed { who, amount, shares, .. } => {
            Entry::Contributed { who: address(who), paid: *amount, shares: *shares }
        }
        Vault::Withdrawn { who, amount, shares, .. } => {
            Entry::Withdrawn { who: address(who), paid: *amount, shares: *shares }
        }
        Vault::RewardReceived { amount, fee, .. } => Entry::Rewarded { reward: *amount, owners: *fee },
        Vault::RewardsClaimed { who, amount, .. } => Entry::Claimed { who: address(who), paid: *amount },
        Vault::VaultSlashed { lost, stake, .. } => Entry::Slashed { lost: *lost, left: *stake },
        _ => return None,
    })
}
