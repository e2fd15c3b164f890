//! Whose votes count for what: GRANDPA's rules, held against a naive reading of them.

use phala_light_client::{
    finality::{verify_finality, FinalityError},
    Header,
};
use proptest::prelude::*;
use sp_core::ed25519;

use crate::world::{fork, round::Round, validators, Vote, World};

/// Three blocks, and a verdict on votes for block 1.
fn world() -> World {
    let mut world = World::four();
    world.build_to(2);
    world
}

fn verdict(world: &World, votes: Vec<Vote>, ancestries: Vec<Header>) -> Result<(), FinalityError> {
    let proof = world.justified(1, votes, ancestries);
    verify_finality(&proof.header, &proof.justification, world.set_id, &world.authorities())
}

fn votes_for(world: &World, voters: &[ed25519::Pair], target: &Header) -> Vec<Vote> {
    voters.iter().map(|voter| world.vote(voter, target)).collect()
}

#[test]
fn threshold_should_be_more_than_two_thirds_of_the_weight() {
    for total in 1..=40u64 {
        for voting in 1..total {
            let mut world = World::new("two", 2);
            world.weights = vec![voting, total - voting];
            world.build_to(1);
            let votes = votes_for(&world, &world.validators[..1], world.header(1));
            // What is left must be less than one third, of which GRANDPA tolerates floor((n - 1) / 3).
            let enough = 3 * (total - voting) < total;
            let expected =
                if enough { Ok(()) } else { Err(FinalityError::NoSupermajority { precommits: 1 }) };
            assert_eq!(verdict(&world, votes, Vec::new()), expected, "{voting} of {total}");
        }
    }
}

#[test]
fn threshold_should_hold_at_the_end_of_64_bits() {
    let mut world = World::new("two", 2);
    world.build_to(1);
    let votes = votes_for(&world, &world.validators[..1], world.header(1));
    let third = u64::MAX / 3;
    for (weights, expected) in [
        ([u64::MAX - third, third], Err(FinalityError::NoSupermajority { precommits: 1 })),
        ([u64::MAX - third + 1, third - 1], Ok(())),
        ([u64::MAX, 0], Ok(())),
        ([u64::MAX, 1], Err(FinalityError::NoVoters)),
        ([0, 0], Err(FinalityError::NoVoters)),
    ] {
        world.weights = weights.to_vec();
        assert_eq!(verdict(&world, votes.clone(), Vec::new()), expected, "{weights:?}");
    }
    world.validators.clear();
    assert_eq!(verdict(&world, votes, Vec::new()), Err(FinalityError::NoVoters));
}

#[test]
fn weight_should_add_up_when_an_authority_is_listed_twice() {
    let mut world = World::new("three", 3);
    world.build_to(1);
    world.validators.push(world.validators[0].clone());
    world.weights = vec![1, 1, 1, 4];
    let one = votes_for(&world, &world.validators[..1], world.header(1));
    assert_eq!(verdict(&world, one, Vec::new()), Ok(()), "5 of 7");
    let two = votes_for(&world, &world.validators[1..3], world.header(1));
    assert!(verdict(&world, two, Vec::new()).is_err(), "2 of 7");
}

#[test]
fn equivocator_should_count_for_every_block_when_both_votes_are_for_others() {
    let world = world();
    let (left, right) = (fork(world.header(1), 1), fork(world.header(1), 2));
    let mut votes = votes_for(&world, &world.validators[..2], world.header(1));
    for target in [&left, &right] {
        votes.push(world.vote(&world.validators[2], target));
    }
    assert_eq!(verdict(&world, votes, vec![left, right]), Ok(()));
}

#[test]
fn equivocators_should_not_carry_a_block_that_no_honest_majority_voted_for() {
    // Two of four equivocate: more than GRANDPA tolerates. Block 2 then weighs 3 of 4 with one honest vote, so
    // that the votes finalise block 2, not block 1.
    let world = world();
    let (left, right) = (world.header(2).clone(), fork(world.header(1), 2));
    let mut votes = vec![world.vote(&world.validators[0], world.header(1))];
    votes.push(world.vote(&world.validators[1], &left));
    for voter in &world.validators[2..] {
        votes.extend([&left, &right].map(|target| world.vote(voter, target)));
    }
    let result = verdict(&world, votes, vec![left, right]);
    assert_eq!(result, Err(FinalityError::NoSupermajority { precommits: 6 }));
}

#[test]
fn cheap_checks_should_come_before_signatures() {
    // Nothing here is signed: any other error than the one expected means that a signature was verified.
    let world = world();
    let unsigned = |voter: &ed25519::Pair, target: &Header| Vote {
        signature: ed25519::Signature::from_raw([0; 64]).into(),
        ..world.vote(voter, target)
    };
    let all = |target| world.validators.iter().map(|voter| unsigned(voter, target)).collect::<Vec<_>>();
    let stranger = validators("stranger", 1);

    let mut votes = all(world.header(1));
    votes.push(unsigned(&stranger[0], world.header(1)));
    assert!(matches!(verdict(&world, votes, Vec::new()), Err(FinalityError::Stranger { .. })));
    let few = vec![unsigned(&world.validators[0], world.header(1)); 1000];
    assert_eq!(verdict(&world, few, Vec::new()), Err(FinalityError::NoSupermajority { precommits: 1000 }));
    let mut votes = all(world.header(1));
    votes[3] = unsigned(&world.validators[3], &fork(world.header(0), 1));
    assert_eq!(verdict(&world, votes, Vec::new()), Err(FinalityError::BrokenAncestry));
    let unused = vec![world.header(2).clone()];
    assert_eq!(verdict(&world, all(world.header(1)), unused), Err(FinalityError::UnusedHeader));
    assert!(matches!(verdict(&world, all(world.header(1)), Vec::new()), Err(FinalityError::Forged { .. })));
}

/// A tree of blocks, and votes for some of them.
#[derive(Debug)]
struct Plan {
    /// Which earlier block each block but the first stands on.
    parents: Vec<prop::sample::Index>,
    /// Weight and votes of each voter.
    voters: Vec<(u64, Vec<prop::sample::Index>)>,
    target: prop::sample::Index,
}

fn any_plan() -> impl Strategy<Value = Plan> {
    let index = any::<prop::sample::Index>;
    let count = prop_oneof![1 => Just(0usize), 12 => Just(1), 2 => Just(2), 1 => Just(3)];
    let votes = count.prop_flat_map(move |count| proptest::collection::vec(index(), count));
    let parents = proptest::collection::vec(index(), 0..7);
    (parents, proptest::collection::vec((1u64..5, votes), 1..8), index())
        .prop_map(|(parents, voters, target)| Plan { parents, voters, target })
}

impl Plan {
    /// The round as blocks and votes.
    fn round(&self) -> Round {
        let parents: Vec<usize> =
            (1..).zip(&self.parents).map(|(count, parent)| parent.index(count)).collect();
        let count = parents.len() + 1;
        let choices = self
            .voters
            .iter()
            .map(|(weight, votes)| (*weight, votes.iter().map(|vote| vote.index(count)).collect()));
        Round::new(&parents, choices.collect(), self.target.index(count))
    }
}

fn verdict_on(round: &Round) -> Result<(), FinalityError> {
    let proof = round.proof();
    verify_finality(&proof.header, &proof.justification, Round::SET_ID, &round.authorities())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn verdict_should_be_that_of_counting_by_hand(plan in any_plan()) {
        let round = plan.round();
        prop_assume!(round.is_tolerable());
        let verdict = verdict_on(&round);
        prop_assert_eq!(verdict.is_ok(), round.finalises_target(), "{:?}", verdict);
    }

    #[test]
    fn verdict_should_not_depend_on_the_order_of_votes(plan in any_plan()) {
        let mut round = plan.round();
        prop_assume!(round.is_tolerable());
        let verdict = verdict_on(&round).is_ok();
        round.choices.iter_mut().for_each(|(_, votes)| votes.reverse());
        prop_assert_eq!(verdict_on(&round).is_ok(), verdict);
    }
}
