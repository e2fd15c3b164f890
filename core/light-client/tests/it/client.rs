use codec::{DecodeAll, Encode};
use phala_light_client::{
    authorities::AuthoritiesError,
    courier::{FinalityProof, VerifiedBlock},
    finality::FinalityError,
    header_hash,
    limits::MAX_AUTHORITIES,
    proof::StorageProofError,
    AdvanceError, BootstrapError, LightClient,
};
use phala_primitives::{storage, Moment};
use sp_consensus_grandpa::{AuthorityList, ConsensusLog, ScheduledChange, GRANDPA_ENGINE_ID};
use sp_core::crypto::Pair;
use sp_runtime::generic::DigestItem;

use crate::world::{authorities, fork, set_change, validators, World};

fn client(world: &World) -> LightClient {
    LightClient::bootstrap(&world.genesis_hash(), &world.genesis_proof()).unwrap()
}

/// What a header with `logs` does to a light client at its parent.
fn verdict_on(logs: Vec<ConsensusLog<u32>>) -> (LightClient, Result<(), AdvanceError>) {
    let mut world = World::four();
    let mut client = client(&world);
    let number = world.build(logs);
    let result = client.advance(&world.finalize(number));
    (client, result)
}

#[test]
fn client_should_start_when_the_genesis_hash_matches() {
    let world = World::four();
    let client = client(&world);
    assert_eq!(client.latest(), VerifiedBlock { number: 0, hash: world.genesis_hash(), set_id: 0 });
    assert_eq!(client.authorities(), &authorities(&world.validators));
    assert_eq!(client.time(), 0);
}

#[test]
fn client_should_not_start_when_the_genesis_proof_is_false() {
    let (world, other) = (World::four(), World::new("other", 4));
    let start = |proof| LightClient::bootstrap(&world.genesis_hash(), &proof);

    assert_eq!(start(other.genesis_proof()), Err(BootstrapError::WrongGenesis));
    let mut edited = world.genesis_proof();
    edited.header.state_root = other.header(0).state_root;
    assert_eq!(start(edited), Err(BootstrapError::WrongGenesis));

    let mut swapped = world.genesis_proof();
    swapped.authorities_proof = other.genesis_proof().authorities_proof;
    assert_eq!(start(swapped), Err(StorageProofError::Incomplete.into()));
    let mut empty = world.genesis_proof();
    empty.authorities_proof.clear();
    assert_eq!(start(empty), Err(StorageProofError::Incomplete.into()));
}

#[test]
fn client_should_not_start_when_the_trusted_hash_is_of_a_later_block() {
    let mut world = World::four();
    world.build_to(1);
    let mut proof = world.genesis_proof();
    proof.header = world.header(1).clone();
    assert_eq!(
        LightClient::bootstrap(&header_hash(world.header(1)), &proof),
        Err(BootstrapError::NotFirst { number: 1 })
    );
}

#[test]
fn client_should_not_start_when_genesis_has_no_usable_authorities() {
    let start = |value: Option<AuthorityList>| {
        let mut world = World::four();
        world.state.remove(&storage::grandpa_authorities());
        if let Some(value) = value {
            world.put(storage::grandpa_authorities(), value);
        }
        // Block 1 of this world carries the state, so give it number 0.
        let number = world.build(Vec::new());
        let mut header = world.header(number).clone();
        header.number = 0;
        let authorities_proof = world.prove(number, &[storage::grandpa_authorities()]);
        let proof = phala_light_client::courier::GenesisProof { header, authorities_proof };
        LightClient::bootstrap(&header_hash(&proof.header), &proof)
    };
    assert_eq!(start(None), Err(BootstrapError::NoAuthorities));
    assert_eq!(start(Some(Vec::new())), Err(AuthoritiesError::Unusable.into()));
    let many = vec![authorities(&validators("many", 1))[0].clone(); MAX_AUTHORITIES + 1];
    assert_eq!(start(Some(many)), Err(AuthoritiesError::TooMany { found: MAX_AUTHORITIES + 1 }.into()));
}

#[test]
fn client_should_advance_when_a_later_header_is_final() {
    let mut world = World::four();
    let mut client = client(&world);
    world.build_to(5);
    for number in [2, 5] {
        client.advance(&world.finalize(number)).unwrap();
        let hash = header_hash(world.header(number));
        assert_eq!(client.latest(), VerifiedBlock { number, hash, set_id: 0 });
        assert_eq!(client.state_root(), Some(&world.header(number).state_root.0));
    }
}

#[test]
fn client_should_never_go_back() {
    let mut world = World::four();
    let mut client = client(&world);
    world.build_to(3);
    client.advance(&world.finalize(3)).unwrap();
    let before = client.clone();

    assert_eq!(client.advance(&world.finalize(3)), Ok(()), "the same proof may come twice");
    for number in [1, 2] {
        let expected = Err(AdvanceError::NotLater { number, latest: 3 });
        assert_eq!(client.advance(&world.finalize(number)), expected);
    }
    // Even if two thirds sign a fork.
    let header = fork(world.header(2), 1);
    let votes = world.validators.iter().map(|voter| world.vote(voter, &header)).collect();
    let justification = crate::world::justification(&header, votes, Vec::new()).encode();
    let expected = Err(AdvanceError::NotLater { number: 3, latest: 3 });
    assert_eq!(client.advance(&FinalityProof { header, justification }), expected);
    assert_eq!(client, before);
}

#[test]
fn client_should_stay_where_it_is_when_a_proof_is_refused() {
    let (mut world, mut other) = (World::four(), World::new("other", 4));
    world.build_to(2);
    other.build_to(2);
    let mut client = client(&world);
    let before = client.clone();

    let foreign = client.advance(&other.finalize(2));
    assert!(matches!(foreign, Err(AdvanceError::Finality(FinalityError::Stranger { .. }))));
    let mut mixed = world.finalize(2);
    mixed.header = other.header(2).clone();
    let expected = FinalityError::WrongTarget { number: 2, target: 2 };
    assert_eq!(client.advance(&mixed), Err(expected.into()));
    let mut large = world.finalize(2);
    large.header.digest.push(DigestItem::Other(vec![0; 200_000]));
    assert!(matches!(client.advance(&large), Err(AdvanceError::HeaderTooLarge { .. })));
    assert_eq!(client, before);
}

#[test]
fn client_should_follow_when_the_authorities_change() {
    let mut world = World::four();
    let mut client = client(&world);
    world.build_to(1);
    let first = world.change_set(validators("second", 7));
    world.build_to(4);
    let second = world.change_set(validators("third", 1));
    world.build_to(8);

    client.apply_set_change(&first).unwrap();
    assert_eq!(client.latest().set_id, 1);
    assert_eq!(client.authorities(), &authorities(&validators("second", 7)));
    client.apply_set_change(&second).unwrap();
    client.advance(&world.finalize(8)).unwrap();
    assert_eq!(client.latest().set_id, 2);
    assert_eq!(client.latest().number, 8);
}

#[test]
fn client_should_follow_when_it_meets_a_change_while_advancing() {
    let mut world = World::four();
    let mut client = client(&world);
    let change = world.change_set(validators("second", 4));
    client.advance(&change).unwrap();
    assert_eq!(client.latest().set_id, 1);
    world.build_to(2);
    client.advance(&world.finalize(2)).unwrap();
}

#[test]
fn client_should_refuse_when_a_change_is_left_out_or_repeated() {
    let mut world = World::four();
    let mut client = client(&world);
    let first = world.change_set(validators("second", 4));
    let second = world.change_set(validators("third", 4));
    world.build_to(3);

    let stranger =
        |result| assert!(matches!(result, Err(AdvanceError::Finality(FinalityError::Stranger { .. }))));
    stranger(client.advance(&world.finalize(3)));
    stranger(client.apply_set_change(&second));
    client.apply_set_change(&first).unwrap();
    assert_eq!(client.apply_set_change(&first), Err(AdvanceError::RepeatedSetChange { number: 1 }));
    stranger(client.advance(&world.finalize(3)));
}

#[test]
fn old_authorities_should_finalise_nothing_when_they_are_no_longer_in_office() {
    let mut world = World::four();
    let mut client = client(&world);
    let old = world.validators.clone();
    // The same people go on, so that only the number of the set tells their votes apart.
    let change = world.change_set(old.clone());
    world.build_to(2);
    client.apply_set_change(&change).unwrap();

    world.set_id = 0;
    let stale = client.advance(&world.finalize(2));
    assert_eq!(stale, Err(FinalityError::EarlierSet { set_id: 1, signed: 0 }.into()));
    world.set_id = 2;
    let early = client.advance(&world.finalize(2));
    assert_eq!(early, Err(FinalityError::LaterSet { set_id: 1, signed: 2 }.into()));
    world.set_id = 1;
    client.advance(&world.finalize(2)).unwrap();
}

#[test]
fn header_should_be_refused_as_a_set_change_when_it_changes_none() {
    let mut world = World::four();
    let mut client = client(&world);
    world.build_to(1);
    assert_eq!(client.apply_set_change(&world.finalize(1)), Err(AdvanceError::NoSetChange { number: 1 }));
    assert_eq!(client.latest().number, 0);
}

#[test]
fn first_change_should_count_when_a_header_schedules_two() {
    let (first, second) = (validators("first", 2), validators("second", 2));
    let (client, result) =
        verdict_on(vec![set_change(authorities(&first), 0), set_change(authorities(&second), 0)]);
    assert_eq!(result, Ok(()));
    assert_eq!((client.authorities(), client.latest().set_id), (&authorities(&first), 1));
}

#[test]
fn logs_should_be_ignored_when_they_change_no_authorities() {
    let (client, result) =
        verdict_on(vec![ConsensusLog::OnDisabled(0), ConsensusLog::Pause(1), ConsensusLog::Resume(1)]);
    assert_eq!((result, client.latest().set_id), (Ok(()), 0));
}

#[test]
fn changes_should_be_refused_when_they_cannot_be_verified() {
    let next = validators("next", 2);
    let change = ScheduledChange { next_authorities: authorities(&next), delay: 0 };
    let refused = |logs, expected: AuthoritiesError| {
        let (client, result) = verdict_on(logs);
        assert_eq!(result, Err(AdvanceError::Authorities(expected)));
        assert_eq!(client.latest().number, 0);
    };
    refused(
        vec![ConsensusLog::ForcedChange(1, change.clone())],
        AuthoritiesError::ForcedChange { number: 1 },
    );
    refused(
        vec![set_change(authorities(&next), 0), ConsensusLog::ForcedChange(1, change)],
        AuthoritiesError::ForcedChange { number: 1 },
    );
    refused(vec![set_change(authorities(&next), 3)], AuthoritiesError::DelayedChange { number: 1, delay: 3 });
    refused(vec![set_change(Vec::new(), 0)], AuthoritiesError::Unusable);
}

#[test]
fn header_should_be_refused_when_its_grandpa_log_is_unknown() {
    let world = World::four();
    let mut client = client(&world);
    for log in [vec![9], vec![], [set_change(world.authorities(), 0).encode(), vec![0]].concat()] {
        let mut header = fork(world.header(0), 0);
        header.digest.push(DigestItem::Consensus(GRANDPA_ENGINE_ID, log));
        let votes = world.validators.iter().map(|voter| world.vote(voter, &header)).collect();
        let justification = crate::world::justification(&header, votes, Vec::new()).encode();
        let result = client.advance(&FinalityProof { header, justification });
        assert_eq!(result, Err(AuthoritiesError::UnknownLog { number: 1 }.into()));
    }
}

#[test]
fn time_should_be_taken_over_when_it_is_proven_at_the_latest_block() {
    let mut world = World::four();
    let mut client = client(&world);
    let mut block_at = |time: Moment| {
        world.put(storage::timestamp_now(), time);
        let number = world.build(Vec::new());
        (world.finalize(number), world.prove(number, &[storage::timestamp_now()]))
    };
    let (proof, nodes) = block_at(1000);
    client.advance(&proof).unwrap();
    let state = client.read(&nodes, vec![storage::timestamp_now()]).unwrap();
    assert_eq!(client.note_time(&state), Ok(1000));

    let (proof, nodes) = block_at(999);
    client.advance(&proof).unwrap();
    assert_eq!(client.note_time(&state), Err(StorageProofError::UnexpectedTime), "state of an older block");
    let earlier = client.read(&nodes, vec![storage::timestamp_now()]).unwrap();
    assert_eq!(client.note_time(&earlier), Err(StorageProofError::UnexpectedTime), "time running backwards");
    assert_eq!(client.time(), 1000);
}

#[test]
fn client_should_go_on_where_it_was_stored() {
    let mut world = World::four();
    let mut before = client(&world);
    before.apply_set_change(&world.change_set(validators("second", 4))).unwrap();
    let mut after = LightClient::decode_all(&mut &before.encode()[..]).unwrap();
    assert_eq!(after, before);
    world.build_to(2);
    after.advance(&world.finalize(2)).unwrap();
}

/// A worker's stored client outlives the program that wrote it.
#[test]
fn client_encoding_should_not_change() {
    let world = World::new("frozen", 1);
    let client = client(&world);
    let expected = [
        world.genesis_hash().to_vec(),
        0u64.encode(),
        // One authority: compact length, key, weight.
        vec![4],
        world.validators[0].public().0.to_vec(),
        1u64.encode(),
        0u32.encode(),
        world.genesis_hash().to_vec(),
        // The state root is known.
        vec![1],
        world.header(0).state_root.0.to_vec(),
        0u64.encode(),
    ];
    assert_eq!(client.encode(), expected.concat());
}
