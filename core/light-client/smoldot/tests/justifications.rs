//! Justifications: ours against smoldot's.
//!
//! smoldot 2.2 counts genuine votes of distinct authorities and stops there; its source says so. GRANDPA's reference
//! goes on, and so do we. Hence exactly three differences, each of which a case must explain by itself:
//!
//! - **Two votes of one authority**: smoldot refuses the justification, GRANDPA tolerates repetition and counts an
//!   equivocator for every block. Ours accepts it only if the other votes suffice by GRANDPA's rules.
//! - **What the votes are for**: smoldot looks at no target and no connecting header. Ours refuses votes for other
//!   blocks than the target and its descendants, numbers that are wrong, headers that connect nothing, and votes
//!   that finalise a descendant rather than the target.
//! - **Weights**: smoldot has none, and counts a key once that the set lists twice. For GRANDPA, and ours, it has the
//!   weight of both entries. (The chain makes no such sets; whoever could would need no more.)

use codec::{DecodeAll, Encode};
use phala_light_client::{
    courier::FinalityProof,
    finality::{verify_finality, FinalityError},
    header_hash,
};
use phala_light_client_smoldot::seed;
use phala_light_client_testing::{
    authorities, fork, round::Round, validator, validators, vote, Justification, World,
};
use rand::{rngs::StdRng, seq::IndexedRandom, Rng, SeedableRng};
use smoldot::finality::{
    decode::decode_grandpa_justification,
    verify::{verify_justification, JustificationVerifyConfig, JustificationVerifyError},
};
use sp_consensus_grandpa::AuthorityList;
use sp_core::{crypto::ByteArray, ed25519, H256};

const CASES: usize = 10_000;

/// A justification, and the set that is said to have made it.
#[derive(Clone)]
struct Case {
    proof: FinalityProof,
    set_id: u64,
    authorities: AuthorityList,
}

impl Case {
    fn ours(&self) -> Result<(), FinalityError> {
        verify_finality(&self.proof.header, &self.proof.justification, self.set_id, &self.authorities)
    }

    /// smoldot's verdict. That the justification is about the header at hand, its callers find out.
    fn smoldots(&self) -> Result<(), Refusal> {
        let justification = &self.proof.justification;
        let decoded = decode_grandpa_justification(justification, 4).map_err(|_| Refusal::Malformed)?;
        let header = &self.proof.header;
        if *decoded.target_hash != header_hash(header) || decoded.target_number != u64::from(header.number) {
            return Err(Refusal::WrongTarget);
        }
        let config = JustificationVerifyConfig {
            justification,
            block_number_bytes: 4,
            authorities_set_id: self.set_id,
            authorities_list: self.authorities.iter().map(|(id, _)| id.as_slice()),
            randomness_seed: [7; 32],
        };
        verify_justification(config).map_err(|error| match error {
            JustificationVerifyError::InvalidFormat => Refusal::Malformed,
            JustificationVerifyError::BadPublicKey | JustificationVerifyError::BadSignature => {
                Refusal::Forged
            }
            JustificationVerifyError::DuplicateSignature { .. } => Refusal::TwoVotes,
            JustificationVerifyError::NotAuthority { .. } => Refusal::Stranger,
            JustificationVerifyError::NotEnoughSignatures => Refusal::TooFew,
        })
    }

    fn has_two_votes_of_one_authority(&self) -> bool {
        let Ok(justification) = Justification::decode_all(&mut &self.proof.justification[..]) else {
            return false;
        };
        let mut voters: Vec<_> = justification.commit.precommits.iter().map(|vote| &vote.id).collect();
        voters.sort();
        voters.windows(2).any(|pair| pair[0] == pair[1])
    }
}

/// Whether some authority has the weight of two.
fn an_authority_is_listed_twice(authorities: &AuthorityList) -> bool {
    let mut keys: Vec<_> = authorities.iter().map(|(key, _)| key).collect();
    keys.sort();
    keys.windows(2).any(|pair| pair[0] == pair[1])
}

/// Why smoldot refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Refusal {
    Malformed,
    WrongTarget,
    Forged,
    TwoVotes,
    Stranger,
    TooFew,
}

/// How two verdicts relate; anything else is a bug in one of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Relation {
    BothAccept,
    BothRefuse,
    /// GRANDPA tolerates a second vote of one authority.
    SecondVoteTolerated,
    /// smoldot does not look at what is voted for.
    VotesForSomethingElse,
    /// smoldot has no weights.
    AuthorityListedTwice,
}

fn compare(case: &Case) -> Relation {
    match (case.ours(), case.smoldots()) {
        (Ok(()), Ok(())) => Relation::BothAccept,
        (Err(_), Err(_)) => Relation::BothRefuse,
        (Ok(()), Err(Refusal::TwoVotes)) if case.has_two_votes_of_one_authority() => {
            Relation::SecondVoteTolerated
        }
        (
            Err(
                FinalityError::BrokenAncestry
                | FinalityError::UnusedHeader
                | FinalityError::NoSupermajority { .. },
            ),
            Ok(()),
        ) if !case.has_two_votes_of_one_authority() && !votes_are_for_the_target(case) => {
            Relation::VotesForSomethingElse
        }
        (Err(FinalityError::NoSupermajority { .. }), Ok(())) | (Ok(()), Err(Refusal::TooFew))
            if an_authority_is_listed_twice(&case.authorities) =>
        {
            Relation::AuthorityListedTwice
        }
        (ours, smoldots) => panic!(
            "ours: {ours:?}, smoldot's: {smoldots:?}\nauthorities: {:?}\nheader: {:?}\njustification: {:02x?}",
            case.authorities, case.proof.header, case.proof.justification
        ),
    }
}

/// Whether all votes are for the very target and there are no headers, so that there is nothing to connect.
fn votes_are_for_the_target(case: &Case) -> bool {
    let justification = Justification::decode_all(&mut &case.proof.justification[..]).unwrap();
    let commit = &justification.commit;
    let target = (commit.target_hash, commit.target_number);
    justification.votes_ancestries.is_empty()
        && commit
            .precommits
            .iter()
            .all(|vote| (vote.precommit.target_hash, vote.precommit.target_number) == target)
}

/// Genuine rounds: from one to ten validators, on a chain with forks, with a few of them equivocating or absent.
fn genuine(random: &mut StdRng) -> Case {
    let blocks = random.random_range(1..6);
    let parents: Vec<usize> = (1..blocks).map(|count| random.random_range(0..count)).collect();
    let target = if random.random_bool(0.8) { 0 } else { random.random_range(0..blocks) };
    let voters = *[1, 2, 3, 4, 4, 5, 7, 10].choose(random).unwrap();
    let choose = |random: &mut StdRng| {
        let votes = match random.random_range(0..20) {
            0 => 0,
            1 => 2,
            _ => 1,
        };
        let near = |random: &mut StdRng| match random.random_bool(0.7) {
            true => target,
            false => random.random_range(0..blocks),
        };
        (1, (0..votes).map(|_| near(random)).collect())
    };
    let choices = (0..voters).map(|_| choose(random)).collect();
    let round = Round::new(&parents, choices, target);
    Case { proof: round.proof(), set_id: Round::SET_ID, authorities: round.authorities() }
}

/// Changes one thing about a case.
fn mutate(case: &mut Case, random: &mut StdRng) {
    match random.random_range(0..10) {
        0 => mutate_bytes(&mut case.proof.justification, random),
        1 => mutate_set(case, random),
        _ => {
            let bytes = &mut case.proof.justification;
            if let Ok(mut justification) = Justification::decode_all(&mut &bytes[..]) {
                mutate_justification(&mut justification, case.set_id, random);
                *bytes = justification.encode();
            }
        }
    }
}

fn mutate_bytes(bytes: &mut Vec<u8>, random: &mut StdRng) {
    if bytes.is_empty() {
        return;
    }
    let index = random.random_range(0..bytes.len());
    match random.random_range(0..5) {
        0 => bytes.truncate(index),
        1 => bytes.push(random.random()),
        2 => bytes.insert(index, random.random()),
        3 => drop(bytes.remove(index)),
        _ => bytes[index] ^= 1 << random.random_range(0..8),
    }
}

fn mutate_set(case: &mut Case, random: &mut StdRng) {
    let index = random.random_range(0..case.authorities.len());
    match random.random_range(0..5) {
        0 => case.set_id += random.random_range(1..20),
        1 => case.set_id -= random.random_range(1..=case.set_id.max(1)).min(case.set_id),
        2 if case.authorities.len() > 1 => drop(case.authorities.remove(index)),
        3 => case.authorities.extend(authorities(&validators("joined", random.random_range(1..5)))),
        _ => case.authorities[index] = authorities(&[validator("replacement")]).remove(0),
    }
}

fn mutate_justification(justification: &mut Justification, set_id: u64, random: &mut StdRng) {
    let Justification { round, commit, votes_ancestries: headers } = justification;
    let votes = &mut commit.precommits;
    let some_hash = |random: &mut StdRng| H256(random.random());
    match random.random_range(0..16) {
        0 => *round ^= 1 << random.random_range(0..64),
        1 => commit.target_hash = some_hash(random),
        2 => commit.target_number ^= 1 << random.random_range(0..32),
        3 if !headers.is_empty() => drop(headers.remove(random.random_range(0..headers.len()))),
        4 => headers.push(fork(World::four().header(0), random.random())),
        5 if !headers.is_empty() => headers.push(headers[0].clone()),
        6 => headers.reverse(),
        7 if !headers.is_empty() => {
            let index = random.random_range(0..headers.len());
            let header = &mut headers[index];
            match random.random_range(0..5) {
                0 => header.number ^= 1 << random.random_range(0..8),
                1 => header.parent_hash = some_hash(random),
                2 => header.state_root = some_hash(random),
                3 => header.extrinsics_root = some_hash(random),
                _ => header.digest.logs.clear(),
            }
        }
        8 => {
            // A genuine vote of an authority or a stranger for the target or for any block.
            let voter = random.random_range(0..12);
            let voter = match voter {
                0..10 => validators("round", 10)[voter].clone(),
                _ => validator("stranger"),
            };
            let target = match random.random_bool(0.5) {
                true => commit.target_hash,
                false => some_hash(random),
            };
            votes.push(vote(&voter, target.0, commit.target_number, set_id));
        }
        _ if votes.is_empty() => {}
        kind => {
            let index = random.random_range(0..votes.len());
            let other = random.random_range(0..votes.len());
            match kind {
                9 => drop(votes.remove(index)),
                10 => votes.push(votes[index].clone()),
                11 => votes.swap(index, other),
                12 => votes[index].id = votes[other].id.clone(),
                13 => votes[index].signature = votes[other].signature.clone(),
                14 => votes[index].precommit.target_number ^= 1 << random.random_range(0..8),
                _ => {
                    let mut signature: [u8; 64] = votes[index].signature.as_slice().try_into().unwrap();
                    signature[random.random_range(0..64)] ^= 1 << random.random_range(0..8);
                    votes[index].signature = ed25519::Signature::from_raw(signature).into();
                }
            }
        }
    }
}

#[test]
fn verdicts_should_be_the_same_but_for_the_stated_differences() {
    let mut random = StdRng::seed_from_u64(seed());
    let mut seen = std::collections::BTreeMap::<Relation, usize>::new();
    for _ in 0..CASES {
        let mut case = genuine(&mut random);
        for _ in 0..random.random_range(0..4) {
            mutate(&mut case, &mut random);
        }
        *seen.entry(compare(&case)).or_default() += 1;
    }
    println!("{seen:?}");
    for (relation, least) in [
        (Relation::BothAccept, CASES / 20),
        (Relation::BothRefuse, CASES / 5),
        (Relation::SecondVoteTolerated, CASES / 200),
        (Relation::VotesForSomethingElse, CASES / 50),
    ] {
        let count = seen.get(&relation).copied().unwrap_or_default();
        assert!(count >= least, "only {count} cases of {relation:?}: the corpus says little");
    }
}

#[test]
fn genuine_justifications_should_be_accepted_by_both() {
    for count in [1, 2, 3, 4, 7, 10, 100, 1000] {
        let mut world = World::new("genuine", count);
        world.build_to(1);
        let case = Case { proof: world.finalize(1), set_id: 0, authorities: world.authorities() };
        assert_eq!(compare(&case), Relation::BothAccept, "{count} authorities");
    }
}

#[test]
fn one_vote_too_few_should_be_refused_by_both() {
    for count in [1, 2, 3, 4, 5, 6, 7, 10, 100] {
        let mut world = World::new("genuine", count);
        world.build_to(1);
        let mut votes: Vec<_> =
            world.supermajority().iter().map(|voter| world.vote(voter, world.header(1))).collect();
        votes.pop();
        let case = Case {
            proof: world.justified(1, votes, Vec::new()),
            set_id: 0,
            authorities: world.authorities(),
        };
        assert_eq!(case.smoldots(), Err(Refusal::TooFew), "{count} authorities");
        assert_eq!(compare(&case), Relation::BothRefuse, "{count} authorities");
    }
}

/// Each stated difference once, by hand, so that a new version of smoldot that closes one is noticed.
#[test]
fn differences_should_be_those_that_are_stated() {
    let mut world = World::four();
    world.build_to(2);
    let vote = |voter: usize, number: u32| world.vote(&world.validators[voter], world.header(number));
    let case = |votes, headers| Case {
        proof: world.justified(1, votes, headers),
        set_id: 0,
        authorities: world.authorities(),
    };
    let repeated = case(vec![vote(0, 1), vote(1, 1), vote(2, 1), vote(2, 1)], Vec::new());
    assert_eq!((repeated.ours(), repeated.smoldots()), (Ok(()), Err(Refusal::TwoVotes)));
    let equivocation =
        case(vec![vote(0, 1), vote(1, 1), vote(2, 1), vote(2, 2)], vec![world.header(2).clone()]);
    assert_eq!((equivocation.ours(), equivocation.smoldots()), (Ok(()), Err(Refusal::TwoVotes)));

    let for_the_parent = case((0..4).map(|voter| vote(voter, 0)).collect(), Vec::new());
    assert_eq!(for_the_parent.ours(), Err(FinalityError::NoSupermajority { precommits: 4 }));
    let unconnected = case(vec![vote(0, 1), vote(1, 1), vote(2, 2)], Vec::new());
    assert_eq!(unconnected.ours(), Err(FinalityError::BrokenAncestry));
    let unused = case((0..4).map(|voter| vote(voter, 1)).collect(), vec![world.header(2).clone()]);
    assert_eq!(unused.ours(), Err(FinalityError::UnusedHeader));
    for looked_past in [for_the_parent, unconnected, unused] {
        assert_eq!(looked_past.smoldots(), Ok(()));
    }
}

/// smoldot has no weights: it takes every authority for one of equal weight.
#[test]
fn weights_should_matter_to_ours_alone() {
    let mut world = World::four();
    world.build_to(1);
    world.weights = vec![10, 1, 1, 1];
    let case_by = |world: &World, voters: std::ops::Range<usize>| {
        let votes = world.validators[voters].iter().map(|voter| world.vote(voter, world.header(1))).collect();
        Case { proof: world.justified(1, votes, Vec::new()), set_id: 0, authorities: world.authorities() }
    };
    let heavy = case_by(&world, 0..1);
    assert_eq!((heavy.ours(), heavy.smoldots()), (Ok(()), Err(Refusal::TooFew)));
    let light = case_by(&world, 1..4);
    assert_eq!(light.ours(), Err(FinalityError::NoSupermajority { precommits: 3 }));
    assert_eq!(light.smoldots(), Ok(()));

    // Five by weight, of which four must agree; four by key, of which three must.
    world.weights = vec![1; 4];
    let mut twice = case_by(&world, 1..4);
    twice.authorities.push(twice.authorities[0].clone());
    assert_eq!(compare(&twice), Relation::AuthorityListedTwice);
    assert_eq!(twice.smoldots(), Ok(()));
}
