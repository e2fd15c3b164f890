use codec::Encode;
use phala_light_client::{
    finality::{unverified_target, verify_finality, FinalityError},
    header_hash,
    limits::{MAX_JUSTIFICATION_BYTES, MAX_PRECOMMITS},
};
use proptest::prelude::*;
use sp_consensus_grandpa::AuthorityList;
use sp_core::{crypto::Pair, ed25519, H256};

use crate::world::{authorities, fork, tampered, validator, vote, Justification, Vote, World};

/// A chain of two blocks, and a verdict on justifications for its block 1.
fn world() -> World {
    let mut world = World::four();
    world.build_to(2);
    world
}

fn verdict(world: &World, justification: &Justification) -> Result<(), FinalityError> {
    verify_finality(world.header(1), &justification.encode(), world.set_id, &authorities(&world.validators))
}

fn votes(world: &World, votes: Vec<Vote>) -> Justification {
    crate::world::justification(world.header(1), votes, Vec::new())
}

fn votes_of(world: &World, voters: &[ed25519::Pair]) -> Vec<Vote> {
    voters.iter().map(|voter| world.vote(voter, world.header(1))).collect()
}

#[test]
fn justification_should_be_accepted_when_a_supermajority_voted() {
    let world = world();
    for count in [3, 4] {
        let votes = votes(&world, votes_of(&world, &world.validators[..count]));
        assert_eq!(verdict(&world, &votes), Ok(()), "{count} of 4");
        assert_eq!(unverified_target(&votes.encode()), Ok((1, header_hash(world.header(1)))));
    }
}

#[test]
fn justification_should_be_refused_when_too_few_voted() {
    let world = world();
    for count in 1..3 {
        let votes = votes(&world, votes_of(&world, &world.validators[..count]));
        assert_eq!(verdict(&world, &votes), Err(FinalityError::NoSupermajority { precommits: count }));
    }
    assert_eq!(verdict(&world, &votes(&world, Vec::new())), Err(FinalityError::NoVotes));
}

#[test]
fn votes_should_count_by_weight_when_weights_differ() {
    let world = world();
    let mut authorities = authorities(&world.validators);
    let verdict = |authorities: &AuthorityList, count: usize| {
        let justification = votes(&world, votes_of(&world, &world.validators[..count])).encode();
        verify_finality(world.header(1), &justification, 0, authorities)
    };
    authorities[0].1 = 10;
    assert_eq!(verdict(&authorities, 1), Ok(()), "10 of 13");
    authorities[3].1 = 10;
    assert!(verdict(&authorities, 3).is_err(), "12 of 22");
    authorities[3].1 = u64::MAX;
    assert_eq!(verdict(&authorities, 4), Err(FinalityError::NoVoters), "more weight than 64 bits hold");
}

#[test]
fn repeated_votes_should_be_tolerated_but_counted_once() {
    let world = world();
    let repeat = |count| {
        let mut all = votes_of(&world, &world.validators[..count]);
        all.push(all[0].clone());
        votes(&world, all)
    };
    assert_eq!(verdict(&world, &repeat(3)), Ok(()));
    assert_eq!(verdict(&world, &repeat(2)), Err(FinalityError::NoSupermajority { precommits: 3 }));
}

#[test]
fn descendants_should_count_for_their_ancestor_when_headers_connect_them() {
    let world = world();
    let mut all = votes_of(&world, &world.validators[..2]);
    all.push(world.vote(&world.validators[2], world.header(2)));
    let mut justification = votes(&world, all);
    assert_eq!(
        verdict(&world, &justification),
        Err(FinalityError::BrokenAncestry),
        "no header connects block 2"
    );

    justification.votes_ancestries = vec![world.header(2).clone()];
    assert_eq!(verdict(&world, &justification), Ok(()));

    justification.votes_ancestries = vec![fork(world.header(1), 1)];
    assert_eq!(
        verdict(&world, &justification),
        Err(FinalityError::BrokenAncestry),
        "a sibling connects nothing"
    );
}

#[test]
fn headers_should_be_refused_when_they_connect_nothing() {
    let world = world();
    for ancestries in [
        vec![world.header(2).clone()],
        vec![world.header(1).clone()],
        vec![world.header(2).clone(), world.header(2).clone()],
    ] {
        let mut justification = votes(&world, votes_of(&world, &world.validators));
        justification.votes_ancestries = ancestries;
        assert_eq!(verdict(&world, &justification), Err(FinalityError::UnusedHeader));
    }
}

#[test]
fn equivocation_should_be_tolerated_when_two_votes_of_one_voter_conflict() {
    let world = world();
    let (left, right) = (fork(world.header(1), 1), fork(world.header(1), 2));
    // Voter 2 votes for both children of block 1, and so counts for block 1 only because equivocators
    // count for everything.
    let mut all = votes_of(&world, &world.validators[..2]);
    all.push(world.vote(&world.validators[2], &left));
    all.push(world.vote(&world.validators[2], &right));
    let mut justification = votes(&world, all);
    justification.votes_ancestries = vec![left, right.clone()];
    assert_eq!(verdict(&world, &justification), Ok(()));

    let third = fork(world.header(1), 3);
    justification.commit.precommits.push(world.vote(&world.validators[2], &third));
    justification.votes_ancestries.push(third);
    assert_eq!(verdict(&world, &justification), Ok(()), "and a third vote adds nothing");
}

#[test]
fn equivocation_should_not_finalise_when_one_voter_is_alone() {
    let world = world();
    let (left, right) = (fork(world.header(1), 1), fork(world.header(1), 2));
    let mut all = votes_of(&world, &world.validators[..1]);
    all.push(world.vote(&world.validators[1], &left));
    all.push(world.vote(&world.validators[1], &right));
    let mut justification = votes(&world, all);
    justification.votes_ancestries = vec![left, right];
    assert_eq!(verdict(&world, &justification), Err(FinalityError::NoSupermajority { precommits: 3 }));
}

#[test]
fn votes_should_be_refused_when_they_are_for_the_parent_or_a_sibling() {
    let world = world();
    let three = || world.validators.iter().take(3);
    let parent = votes(&world, three().map(|voter| world.vote(voter, world.header(0))).collect());
    assert!(verdict(&world, &parent).is_err());
    let sibling = fork(world.header(0), 1);
    let sibling = votes(&world, three().map(|voter| world.vote(voter, &sibling)).collect());
    assert!(verdict(&world, &sibling).is_err());
}

#[test]
fn vote_should_be_refused_when_an_authority_signs_a_false_number() {
    let world = world();
    let target = header_hash(world.header(1));
    for number in [0, 2, u32::MAX] {
        let mut all = votes_of(&world, &world.validators[..3]);
        all.push(vote(&world.validators[3], target, number, 0));
        assert_eq!(verdict(&world, &votes(&world, all)), Err(FinalityError::BrokenAncestry));
    }
    // All of them lie, and the target with them.
    let mut all = votes(&world, world.validators.iter().map(|voter| vote(voter, target, 5, 0)).collect());
    all.commit.target_number = 5;
    assert_eq!(verdict(&world, &all), Err(FinalityError::WrongTarget { number: 1, target: 5 }));
}

#[test]
fn justification_should_be_refused_when_a_header_in_it_states_a_false_number() {
    let world = world();
    let mut child = fork(world.header(1), 1);
    child.number = 9;
    let mut all = votes_of(&world, &world.validators[..3]);
    all.push(world.vote(&world.validators[3], &child));
    let mut justification = votes(&world, all);
    justification.votes_ancestries = vec![child];
    assert_eq!(verdict(&world, &justification), Err(FinalityError::BrokenAncestry));
}

#[test]
fn vote_should_be_refused_when_the_signature_is_forged() {
    let world = world();
    let forger = validator("forger");
    let mut all = votes_of(&world, &world.validators);
    all[3].signature = world.vote(&forger, world.header(1)).signature;
    let voter = world.validators[3].public().0;
    assert_eq!(verdict(&world, &votes(&world, all)), Err(FinalityError::Forged { voter, set_id: 0 }));
}

#[test]
fn vote_should_be_refused_when_the_voter_is_a_stranger() {
    let world = world();
    let stranger = validator("stranger");
    let mut all = votes_of(&world, &world.validators);
    all.push(world.vote(&stranger, world.header(1)));
    let expected = FinalityError::Stranger { voter: stranger.public().0, set_id: 0 };
    assert_eq!(verdict(&world, &votes(&world, all)), Err(expected));
}

#[test]
fn votes_should_be_refused_when_they_are_of_another_set_or_round() {
    let mut world = world();
    let honest = votes(&world, votes_of(&world, &world.validators));
    world.set_id = 1;
    assert_eq!(verdict(&world, &honest), Err(FinalityError::EarlierSet { set_id: 1, signed: 0 }));
    world.set_id = 100;
    assert!(matches!(verdict(&world, &honest), Err(FinalityError::Forged { set_id: 100, .. })));
    world.set_id = 0;
    let mut other_round = honest.clone();
    other_round.round += 1;
    assert!(matches!(verdict(&world, &other_round), Err(FinalityError::Forged { .. })));
    assert_eq!(verdict(&world, &honest), Ok(()));
}

#[test]
fn justification_should_be_refused_when_it_is_for_another_header() {
    let world = world();
    let proof = world.finalize(2).justification;
    let authorities = authorities(&world.validators);
    assert_eq!(
        verify_finality(world.header(1), &proof, 0, &authorities),
        Err(FinalityError::WrongTarget { number: 1, target: 2 })
    );
    let sibling = fork(world.header(1), 1);
    assert_eq!(
        verify_finality(&sibling, &proof, 0, &authorities),
        Err(FinalityError::WrongTarget { number: 2, target: 2 })
    );
}

#[test]
fn justification_should_be_refused_when_it_exceeds_the_limits() {
    let world = world();
    let too_large = vec![0; MAX_JUSTIFICATION_BYTES + 1];
    let verify = |bytes: &[u8]| verify_finality(world.header(1), bytes, 0, &authorities(&world.validators));
    assert_eq!(verify(&too_large), Err(FinalityError::TooLarge { bytes: too_large.len() }));
    let one = world.vote(&world.validators[0], world.header(1));
    let many = tampered(world.finalize(1), |proof| proof.commit.precommits = vec![one; MAX_PRECOMMITS + 1]);
    assert_eq!(
        verify(&many.justification),
        Err(FinalityError::TooMany { precommits: MAX_PRECOMMITS + 1, headers: 0 })
    );
    assert_eq!(verify(&[]), Err(FinalityError::Malformed));
}

/// One with everything that a justification may hold.
fn rich() -> (World, Vec<u8>) {
    let world = world();
    let (left, right) = (fork(world.header(1), 1), fork(world.header(1), 2));
    let mut all = votes_of(&world, &world.validators[..3]);
    all.push(world.vote(&world.validators[3], &left));
    all.push(world.vote(&world.validators[3], &right));
    let justification = crate::world::justification(world.header(1), all, vec![left, right]).encode();
    (world, justification)
}

#[test]
fn justification_should_be_refused_when_any_byte_is_flipped() {
    let (world, honest) = rich();
    let authorities = authorities(&world.validators);
    assert_eq!(verify_finality(world.header(1), &honest, 0, &authorities), Ok(()));
    for index in 0..honest.len() {
        for mask in [0x01, 0x80, 0xff] {
            let mut forged = honest.clone();
            forged[index] ^= mask;
            assert!(
                verify_finality(world.header(1), &forged, 0, &authorities).is_err(),
                "byte {index} ^ {mask}"
            );
        }
    }
}

#[test]
fn header_should_be_refused_when_any_field_is_edited() {
    let (world, justification) = rich();
    let authorities = authorities(&world.validators);
    let edits: [fn(&mut phala_light_client::Header); 5] = [
        |header| header.parent_hash = H256::zero(),
        |header| header.number += 1,
        |header| header.state_root = H256::zero(),
        |header| header.extrinsics_root = H256::repeat_byte(1),
        |header| header.digest.logs.clear(),
    ];
    for edit in edits {
        let mut header = world.header(1).clone();
        edit(&mut header);
        let verdict = verify_finality(&header, &justification, 0, &authorities);
        assert!(matches!(verdict, Err(FinalityError::WrongTarget { .. })));
    }
}

proptest! {
    #[test]
    fn decoder_should_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let world = world();
        prop_assert!(verify_finality(world.header(1), &bytes, 0, &authorities(&world.validators)).is_err());
    }

    #[test]
    fn justification_should_be_refused_when_it_is_cut_or_extended(cut in 0usize..700, tail in any::<u8>()) {
        let (world, honest) = rich();
        let authorities = authorities(&world.validators);
        let cut = &honest[..cut.min(honest.len() - 1)];
        prop_assert!(verify_finality(world.header(1), cut, 0, &authorities).is_err());
        let extended = [honest.as_slice(), &[tail]].concat();
        prop_assert!(verify_finality(world.header(1), &extended, 0, &authorities).is_err());
    }

    /// The verdict is that of counting, whoever votes for what on a chain of descendants.
    #[test]
    fn verdict_should_agree_with_counting(heights in proptest::collection::vec(proptest::option::of(1u32..4), 7)) {
        let mut world = World::new("seven", 7);
        world.build_to(3);
        let cast: Vec<_> = heights.iter().zip(&world.validators).filter_map(|(height, voter)| Some(((*height)?, voter))).collect();
        let highest = cast.iter().map(|(height, _)| *height).max().unwrap_or(1);
        let lowest = cast.iter().map(|(height, _)| *height).min().unwrap_or(1);
        let for_block = |number| cast.iter().filter(|(height, _)| *height >= number).count();
        for target in 1..=3 {
            let votes = cast.iter().map(|(height, voter)| world.vote(voter, world.header(*height))).collect();
            let headers = (lowest + 1..=highest).map(|number| world.header(number).clone()).collect();
            let proof = world.justified(target, votes, headers);
            let verdict = verify_finality(&proof.header, &proof.justification, 0, &authorities(&world.validators));
            // Exactly the target: a supermajority for it, and none for its child.
            let exact = for_block(target) >= 5 && for_block(target + 1) < 5;
            prop_assert_eq!(verdict.is_ok(), exact);
        }
    }
}
