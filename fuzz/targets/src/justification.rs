//! Justifications: as bytes, and as rounds of votes.

use std::{collections::BTreeSet, sync::LazyLock};

use codec::{DecodeAll, Encode};
use phala_light_client::{
    courier::FinalityProof,
    finality::{unverified_target, verify_finality},
    header_hash,
};
use phala_light_client_testing::{fork, round::Round, tampered, Justification, Vote, World};

use crate::{Seed, Verdict};

/// Four validators, and a justification with everything that one may hold: the last of them equivocates.
struct Voted {
    world: World,
    proof: FinalityProof,
    /// All that was ever signed.
    votes: Vec<Vote>,
}

static VOTED: LazyLock<Voted> = LazyLock::new(|| {
    let mut world = World::small("fuzz", 4);
    world.build_to(1);
    let (left, right) = (fork(world.header(1), 1), fork(world.header(1), 2));
    let mut votes: Vec<Vote> =
        world.validators[..3].iter().map(|voter| world.vote(voter, world.header(1))).collect();
    votes.extend([&left, &right].map(|target| world.vote(&world.validators[3], target)));
    let proof = world.justified(1, votes.clone(), vec![left, right]);
    Voted { world, proof, votes }
});

/// The bytes are a justification of block 1.
///
/// What is accepted has one encoding, and holds enough genuine votes of different validators.
pub fn run(data: &[u8]) -> Verdict {
    let Voted { world, proof, votes } = &*VOTED;
    let verdict = verify_finality(&proof.header, data, world.set_id, &world.authorities());
    if verdict.is_ok() {
        assert_eq!(unverified_target(data), Ok((1, header_hash(&proof.header))));
        let justification = Justification::decode_all(&mut &data[..]).unwrap();
        assert_eq!(justification.encode(), data, "two encodings of one justification");
        let cast = &justification.commit.precommits;
        assert!(cast.iter().all(|vote| votes.contains(vote)), "a vote that nobody cast");
        let voters: BTreeSet<_> = cast.iter().map(|vote| &vote.id).collect();
        assert!(voters.len() >= 3, "too few voters");
    }
    Verdict::of(&verdict)
}

/// Genuine justifications, and what can be made of them without a key.
pub fn seeds() -> Vec<Seed> {
    let proof = &VOTED.proof;
    let changed = |change: fn(&mut Justification)| tampered(proof.clone(), change).justification;
    vec![
        Seed::accepted("equivocation", proof.justification.clone()),
        Seed::accepted(
            "just-enough",
            changed(|proof| {
                proof.commit.precommits.truncate(3);
                proof.votes_ancestries.clear();
            }),
        ),
        Seed::accepted(
            "vote-repeated",
            changed(|proof| proof.commit.precommits.push(proof.commit.precommits[0].clone())),
        ),
        Seed::refused("too-few", changed(|proof| proof.commit.precommits.truncate(2))),
        Seed::refused("other-round", changed(|proof| proof.round += 1)),
        Seed::refused("header-missing", changed(|proof| proof.votes_ancestries.truncate(1))),
        Seed::refused(
            "header-unused",
            changed(|proof| {
                proof.commit.precommits.pop();
            }),
        ),
        Seed::refused("cut", proof.justification[..proof.justification.len() / 2].to_vec()),
    ]
}

/// Most blocks and voters of a round.
const MOST: usize = 12;

/// The bytes describe a tree of blocks and who votes for what: the number of blocks, of voters, and the target;
/// a parent for each block; for each voter its weight, how often it votes (0 to 3) and for what.
///
/// The verdict is that of a naive reading of GRANDPA's rules, and does not depend on the order of votes.
pub fn run_round(data: &[u8]) -> Verdict {
    let Some(mut round) = read_round(data) else { return Verdict::Refused };
    if !round.is_tolerable() {
        return Verdict::Refused;
    }
    let verdict = |round: &Round| {
        let proof = round.proof();
        verify_finality(&proof.header, &proof.justification, Round::SET_ID, &round.authorities())
    };
    let first = verdict(&round);
    assert_eq!(first.is_ok(), round.finalises_target(), "{first:?}");
    round.choices.iter_mut().for_each(|(_, votes)| votes.reverse());
    assert_eq!(first.is_ok(), verdict(&round).is_ok(), "the order of votes matters");
    Verdict::of(&first)
}

fn read_round(data: &[u8]) -> Option<Round> {
    let mut bytes = data.iter().copied().map(usize::from);
    let blocks = bytes.next()? % MOST + 1;
    let voters = bytes.next()? % MOST + 1;
    let target = bytes.next()? % blocks;
    let parents: Vec<usize> = (1..blocks).map(|count| Some(bytes.next()? % count)).collect::<Option<_>>()?;
    let mut choices = Vec::new();
    for _ in 0..voters {
        let weight = bytes.next()? as u64 + 1;
        let votes = bytes.next()? % 4;
        let votes = (0..votes).map(|_| Some(bytes.next()? % blocks)).collect::<Option<_>>()?;
        choices.push((weight, votes));
    }
    Some(Round::new(&parents, choices, target))
}

/// Rounds: simple ones, forks, equivocations.
pub fn round_seeds() -> Vec<Seed> {
    // Weights are one more than their byte.
    let one = |block: u8| vec![0, 1, block];
    let round = |blocks: u8, target: u8, parents: &[u8], voters: &[Vec<u8>]| {
        [&[blocks - 1, voters.len() as u8 - 1, target], parents, &voters.concat()].concat()
    };
    vec![
        Seed::accepted("all-for-one", round(1, 0, &[], &[one(0), one(0), one(0), one(0)])),
        Seed::accepted("descendants-count", round(3, 0, &[0, 0], &[one(0), one(1), one(2), one(0)])),
        Seed::accepted("equivocator", round(3, 0, &[0, 0], &[one(0), one(0), vec![0, 2, 1, 2], one(0)])),
        Seed::accepted("heavy-voter", round(2, 1, &[0], &[vec![200, 1, 1], one(1), one(1)])),
        Seed::refused("too-few", round(1, 0, &[], &[one(0), one(0), vec![0, 0], vec![0, 0]])),
        Seed::refused("split", round(3, 1, &[0, 0], &[one(1), one(1), one(2), one(2)])),
        Seed::refused("child-is-final", round(2, 0, &[0], &[one(1), one(1), one(1), one(0)])),
    ]
}
