//! Rounds of voting on a tree of blocks, and GRANDPA's rules for them read naively.

use std::{collections::BTreeSet, sync::LazyLock};

use codec::Encode;
use phala_light_client::{courier::FinalityProof, header_hash, Header};
use phala_primitives::Hash;
use sp_consensus_grandpa::AuthorityList;
use sp_core::ed25519;

use crate::{
    vote::{justification, validators, vote, weighted},
    world::fork,
    World,
};

/// Most voters of a round.
pub const MOST_VOTERS: usize = 16;

/// Made once: tests go through thousands of rounds.
static VOTERS: LazyLock<Vec<ed25519::Pair>> = LazyLock::new(|| validators("round", MOST_VOTERS));

static ROOT: LazyLock<Header> = LazyLock::new(|| fork(World::four().header(0), 0));

/// A tree of blocks, votes for some of them, and the block that they are said to finalise.
#[derive(Clone, Debug)]
pub struct Round {
    /// The blocks; the first is the root of the tree.
    pub blocks: Vec<Header>,
    /// Position of each block's parent; the root is its own.
    parents: Vec<usize>,
    /// Weight of each voter, and the blocks that it voted for.
    pub choices: Vec<(u64, Vec<usize>)>,
    /// What is said to be final.
    pub target: usize,
}

impl Round {
    /// The authority set that votes.
    pub const SET_ID: u64 = 5;

    /// A tree in which block n + 1 stands on block `parents[n]`, which must come before it. There must be voters, at most
    /// [`MOST_VOTERS`], and their weights must not all be zero.
    pub fn new(parents: &[usize], choices: Vec<(u64, Vec<usize>)>, target: usize) -> Self {
        assert!(choices.len() <= MOST_VOTERS);
        let mut round = Self { blocks: vec![ROOT.clone()], parents: vec![0], choices, target };
        for (tag, parent) in parents.iter().enumerate() {
            round.blocks.push(fork(&round.blocks[*parent], tag as u8 + 1));
            round.parents.push(*parent);
        }
        round
    }

    /// The authority set.
    pub fn authorities(&self) -> AuthorityList {
        let weights: Vec<u64> = self.choices.iter().map(|(weight, _)| *weight).collect();
        weighted(&VOTERS[..weights.len()], &weights)
    }

    /// The target with a justification of all votes and exactly the headers that connect them.
    pub fn proof(&self) -> FinalityProof {
        let hashes: Vec<Hash> = self.blocks.iter().map(header_hash).collect();
        let cast = VOTERS.iter().zip(&self.choices).flat_map(|(voter, (_, votes))| {
            votes.iter().map(|block| vote(voter, hashes[*block], self.blocks[*block].number, Self::SET_ID))
        });
        let ancestries = self.ancestries().into_iter().map(|block| self.blocks[block].clone()).collect();
        let header = self.blocks[self.target].clone();
        let justification = justification(&header, cast.collect(), ancestries).encode();
        FinalityProof { header, justification }
    }

    /// Whether no more equivocate than GRANDPA tolerates. With more, two blocks can be final at once, and which of
    /// them is found is chance.
    pub fn is_tolerable(&self) -> bool {
        let equivocates = |votes: &[usize]| votes.iter().collect::<BTreeSet<_>>().len() > 1;
        let weights = self.choices.iter().filter(|(_, votes)| equivocates(votes)).map(|(weight, _)| weight);
        weights.sum::<u64>() <= self.tolerated()
    }

    /// Whether the votes finalise the target, as GRANDPA defines it: all descend from the lowest block voted for, and the
    /// target is the highest block with more than two thirds of the weight behind it.
    pub fn finalises_target(&self) -> bool {
        let Some(base) = self.base() else { return false };
        let total: u64 = self.choices.iter().map(|(weight, _)| weight).sum();
        let heavy = |block: usize| self.weight(block) >= total - self.tolerated();
        let rooted = self.votes().all(|vote| self.path(vote).contains(&base));
        let highest = (0..self.blocks.len())
            .filter(|block| self.path(*block).contains(&base) && heavy(*block))
            .max_by_key(|block| self.blocks[*block].number);
        rooted && highest == Some(self.target)
    }

    /// A block and its ancestors, up to the root.
    fn path(&self, mut block: usize) -> Vec<usize> {
        let mut path = vec![block];
        while block != 0 {
            block = self.parents[block];
            path.push(block);
        }
        path
    }

    /// Weight behind a block: of whoever voted for it or a descendant, and of every equivocator.
    fn weight(&self, block: usize) -> u64 {
        let behind = |votes: &BTreeSet<usize>| {
            votes.len() > 1 || votes.iter().any(|vote| self.path(*vote).contains(&block))
        };
        let choices = self.choices.iter().filter(|(_, votes)| behind(&votes.iter().copied().collect()));
        choices.map(|(weight, _)| weight).sum()
    }

    fn tolerated(&self) -> u64 {
        (self.choices.iter().map(|(weight, _)| weight).sum::<u64>() - 1) / 3
    }

    fn votes(&self) -> impl Iterator<Item = usize> + '_ {
        self.choices.iter().flat_map(|(_, votes)| votes.iter().copied())
    }

    /// The lowest block voted for.
    fn base(&self) -> Option<usize> {
        self.votes().min_by_key(|vote| self.blocks[*vote].number)
    }

    /// The blocks that lead from each vote to the base.
    fn ancestries(&self) -> BTreeSet<usize> {
        let base = self.base().unwrap_or(0);
        let route = |vote| self.path(vote).into_iter().take_while(move |block| *block != base);
        self.votes().flat_map(route).collect()
    }
}
