//! Authority sets that follow each other, while a light client is away or is lied to.

use phala_light_client::{
    authorities::AuthoritiesError, courier::FinalityProof, finality::FinalityError, limits::MAX_AUTHORITIES,
    AdvanceError, LightClient,
};
use proptest::prelude::*;
use sp_consensus_grandpa::{ConsensusLog, ScheduledChange};
use sp_core::ed25519;

use crate::world::{authorities, set_change, validators, weighted, World};

/// An authority set to come: who, with which weights, and how many blocks after the change before it.
#[derive(Clone, Debug)]
struct Next {
    validators: Vec<&'static str>,
    weights: Vec<u64>,
    gap: u32,
}

/// Sets of one person each from `people`, of weight 1.
fn sets(people: &[&'static str]) -> Vec<Next> {
    people.iter().map(|name| Next { validators: vec![name], weights: vec![1], gap: 3 }).collect()
}

fn people(names: &[&str]) -> Vec<ed25519::Pair> {
    names.iter().map(|name| crate::world::validator(name)).collect()
}

/// A chain on which `sets` follow each other, and the headers that changed them.
fn history(sets: &[Next]) -> (World, Vec<FinalityProof>) {
    let mut world = World::four();
    let changes = sets.iter().map(|next| {
        world.build_to(world.best() + next.gap);
        world.change_set_weighted(people(&next.validators), next.weights.clone())
    });
    let changes = changes.collect();
    world.build_to(world.best() + 2);
    (world, changes)
}

fn client(world: &World) -> LightClient {
    LightClient::bootstrap(&world.genesis_hash(), &world.genesis_proof()).unwrap()
}

/// Hands `changes` over in this order, and then the newest block.
fn follow(world: &World, changes: &[FinalityProof]) -> Result<LightClient, AdvanceError> {
    let mut client = client(world);
    for change in changes {
        client.apply_set_change(change)?;
    }
    client.advance(&world.finalize(world.best()))?;
    Ok(client)
}

#[test]
fn client_should_follow_when_sets_of_any_size_and_weight_changed_while_it_was_away() {
    let mut world = World::four();
    let mut away = client(&world);
    let sizes = [(7, (1..=7).collect()), (4, vec![1, 1000, 1, 1]), (100, (0..100).collect::<Vec<u64>>())];
    let mut changes = Vec::new();
    for (count, weights) in sizes {
        world.build_to(world.best() + 500);
        changes.push(world.change_set_weighted(validators(&format!("of {count}"), count), weights));
    }
    world.build_to(world.best() + 500);

    for (index, change) in changes.iter().enumerate() {
        away.apply_set_change(change).unwrap();
        assert_eq!(away.latest().set_id, index as u64 + 1);
        assert_eq!(away.latest().number, change.header.number);
    }
    away.advance(&world.finalize(2003)).unwrap();
    assert_eq!((away.latest().number, away.latest().set_id), (2003, 3));
    assert_eq!(away.authorities(), &world.authorities());
}

#[test]
fn change_should_be_missed_by_name_when_it_is_left_out() {
    // Other people: their votes are those of strangers. The same people: the number of the set gives it away.
    let (world, changes) = history(&sets(&["a", "b", "c"]));
    let stranger = |error| matches!(error, AdvanceError::Finality(FinalityError::Stranger { .. }));
    assert!(stranger(follow(&world, &changes[1..]).unwrap_err()));
    assert!(stranger(follow(&world, &changes[..2]).unwrap_err()));
    assert!(stranger(follow(&world, &[changes[0].clone(), changes[2].clone()]).unwrap_err()));

    let (world, changes) = history(&sets(&["a", "a", "a"]));
    let later = |set_id, signed| Err(FinalityError::LaterSet { set_id, signed }.into());
    assert_eq!(follow(&world, &[changes[0].clone(), changes[2].clone()]), later(1, 2));
    assert_eq!(follow(&world, &changes[..2]), later(2, 3));
    assert_eq!(follow(&world, &changes[..1]), later(1, 3));
}

#[test]
fn change_should_be_refused_by_name_when_it_is_repeated_or_out_of_order() {
    let (world, changes) = history(&sets(&["a", "a", "a"]));
    let [first, second, third] = changes.clone().try_into().unwrap();
    let number = |change: &FinalityProof| change.header.number;
    let order = |changes: &[&FinalityProof]| {
        follow(&world, &changes.iter().map(|change| (*change).clone()).collect::<Vec<_>>())
    };
    assert!(order(&[&first, &second, &third]).is_ok());
    assert_eq!(
        order(&[&first, &first, &second, &third]),
        Err(AdvanceError::RepeatedSetChange { number: number(&first) })
    );
    assert_eq!(
        order(&[&first, &second, &first]),
        Err(AdvanceError::NotLater { number: number(&first), latest: number(&second) })
    );
    assert_eq!(
        order(&[&first, &third, &second]),
        Err(FinalityError::LaterSet { set_id: 1, signed: 2 }.into()),
        "the later one is refused, before the earlier one comes"
    );
}

#[test]
fn set_should_be_refused_when_its_number_is_wrong() {
    let (mut world, changes) = history(&sets(&["a", "a"]));
    let verdict = |world: &World| follow(world, &changes).map(|client| client.latest().set_id);
    assert_eq!(verdict(&world), Ok(2));
    for signed in [0, 1] {
        world.set_id = signed;
        assert_eq!(verdict(&world), Err(FinalityError::EarlierSet { set_id: 2, signed }.into()));
    }
    for signed in [3, 10] {
        world.set_id = signed;
        assert_eq!(verdict(&world), Err(FinalityError::LaterSet { set_id: 2, signed }.into()));
    }
    world.set_id = 11;
    let far = verdict(&world);
    assert!(matches!(far, Err(AdvanceError::Finality(FinalityError::Forged { set_id: 2, .. }))), "{far:?}");
}

#[test]
fn change_should_be_refused_when_those_sign_it_who_come_into_office() {
    let mut world = World::four();
    let mut client = client(&world);
    let usurpers = validators("usurpers", 4);
    let number = world.build(vec![set_change(authorities(&usurpers), 0)]);
    let votes = usurpers.iter().map(|voter| world.vote(voter, world.header(number))).collect();
    let result = client.apply_set_change(&world.justified(number, votes, Vec::new()));
    assert!(matches!(result, Err(AdvanceError::Finality(FinalityError::Stranger { set_id: 0, .. }))));
}

#[test]
fn newer_block_should_be_refused_when_a_retired_set_signs_it() {
    let (mut world, changes) = history(&sets(&["a"]));
    world.validators = validators("four", 4);
    world.weights = vec![1; 4];
    world.set_id = 0;
    let result = follow(&world, &changes);
    assert!(matches!(result, Err(AdvanceError::Finality(FinalityError::Stranger { set_id: 1, .. }))));
}

#[test]
fn forced_change_should_be_refused_with_its_header_and_without() {
    let mut world = World::four();
    let next = validators("four", 4);
    let change = ScheduledChange { next_authorities: authorities(&next), delay: 0 };
    let forced = world.build(vec![ConsensusLog::ForcedChange(0, change)]);
    let by_the_old_set = world.finalize(forced);
    world.take_office(next, vec![1; 4]);
    world.build_to(forced + 1);
    let after = world.finalize(forced + 1);

    let mut client = client(&world);
    let refused = AdvanceError::Authorities(AuthoritiesError::ForcedChange { number: forced });
    assert_eq!(client.apply_set_change(&by_the_old_set), Err(refused.clone()));
    assert_eq!(client.advance(&by_the_old_set), Err(refused.clone()));
    assert!(refused.to_string().contains("start again from a trust root after it"), "{refused}");
    assert_eq!(client.advance(&after), Err(FinalityError::LaterSet { set_id: 0, signed: 1 }.into()));
    assert_eq!(client.latest().number, 0);
}

#[test]
fn change_should_be_refused_when_it_takes_effect_later() {
    for delay in [1, 3, u32::MAX] {
        let mut world = World::four();
        let mut client = client(&world);
        let number = world.build(vec![set_change(authorities(&validators("next", 4)), delay)]);
        let proof = world.finalize(number);
        let refused = AdvanceError::Authorities(AuthoritiesError::DelayedChange { number, delay });
        assert_eq!(client.apply_set_change(&proof), Err(refused.clone()));
        assert_eq!(client.advance(&proof), Err(refused));
        assert_eq!(client.latest().set_id, 0);
    }
}

#[test]
fn change_should_be_refused_when_nobody_could_finalise_anything_after_it() {
    let verdict = |weights: &[u64]| {
        let mut world = World::four();
        let mut client = client(&world);
        let next = weighted(&validators("next", weights.len()), weights);
        let number = world.build(vec![set_change(next, 0)]);
        client.apply_set_change(&world.finalize(number))
    };
    let unusable = || Err(AdvanceError::Authorities(AuthoritiesError::Unusable));
    assert_eq!(verdict(&[]), unusable());
    assert_eq!(verdict(&[0, 0]), unusable());
    assert_eq!(verdict(&[u64::MAX, 1]), unusable());
    assert_eq!(verdict(&[u64::MAX, 0]), Ok(()));
    assert_eq!(verdict(&[u64::MAX - 1, 1]), Ok(()));
    let found = MAX_AUTHORITIES + 1;
    assert_eq!(verdict(&vec![1; found]), Err(AdvanceError::Authorities(AuthoritiesError::TooMany { found })));
}

#[test]
fn authority_without_weight_should_be_a_stranger() {
    let mut world = World::four();
    let mut client = client(&world);
    let next = validators("next", 4);
    let change = world.change_set_weighted(next.clone(), vec![1, 1, 1, 0]);
    client.apply_set_change(&change).unwrap();
    let number = world.build(Vec::new());
    let votes = next.iter().map(|voter| world.vote(voter, world.header(number))).collect();
    let result = client.advance(&world.justified(number, votes, Vec::new()));
    assert!(matches!(result, Err(AdvanceError::Finality(FinalityError::Stranger { set_id: 1, .. }))));
    client.advance(&world.finalize(number)).unwrap();
}

/// A set of one to five of eight people.
fn any_set() -> impl Strategy<Value = Next> {
    const PEOPLE: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];
    (proptest::sample::subsequence(PEOPLE.to_vec(), 1..=5), 1u32..20).prop_flat_map(|(validators, gap)| {
        proptest::collection::vec(1u64..1000, validators.len()).prop_map(move |weights| Next {
            validators: validators.clone(),
            weights,
            gap,
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whoever is in office, whatever the courier leaves out, repeats or swaps: the history as it was, or
    /// nothing.
    #[test]
    fn only_the_whole_history_in_order_should_be_followed(
        sets in proptest::collection::vec(any_set(), 1..6),
        given in proptest::collection::vec(any::<prop::sample::Index>(), 0..8),
        until in any::<prop::sample::Index>(),
    ) {
        let (world, changes) = history(&sets);
        let whole = follow(&world, &changes).unwrap();
        prop_assert_eq!(whole.latest().set_id, sets.len() as u64);
        prop_assert_eq!(whole.authorities(), &world.authorities());

        let cut = until.index(changes.len());
        prop_assert!(follow(&world, &changes[..cut]).is_err());
        let given: Vec<_> = given.iter().map(|index| changes[index.index(changes.len())].clone()).collect();
        match follow(&world, &given) {
            Ok(client) => {
                prop_assert_eq!(client, whole);
                prop_assert_eq!(given, changes);
            }
            Err(_) => prop_assert!(given != changes),
        }
    }
}
