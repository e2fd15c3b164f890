//! Trust roots: what they say, in which form, and what is believed because of them.

use codec::Encode;
use phala_light_client::{
    authorities::AuthoritiesError,
    courier::VerifiedBlock,
    finality::FinalityError,
    header_hash,
    limits::{MAX_AUTHORITIES, MAX_TRUST_ROOT_BYTES},
    proof::StorageProofError,
    trust::{Checkpoint, TrustError, TrustRoot},
    AdvanceError, LightClient,
};
use phala_primitives::storage;
use sp_consensus_grandpa::{ConsensusLog, ScheduledChange};

use crate::world::{authorities, validators, weighted, World};

/// A chain of eleven blocks whose authorities changed in block 5, and a checkpoint at block 8.
fn world() -> (World, Checkpoint) {
    let mut world = World::four();
    world.build_to(4);
    world.change_set(validators("second", 4));
    world.build_to(10);
    let checkpoint = checkpoint(&world, 8);
    (world, checkpoint)
}

fn checkpoint(world: &World, number: u32) -> Checkpoint {
    Checkpoint {
        genesis: world.genesis_hash(),
        number,
        hash: header_hash(world.header(number)),
        set_id: world.set_id,
        authorities: world.authorities(),
    }
}

#[test]
fn client_should_start_at_a_checkpoint_without_visiting_what_came_before() {
    let (world, checkpoint) = world();
    let mut client = LightClient::from_checkpoint(&checkpoint).unwrap();
    assert_eq!(client.latest(), VerifiedBlock { number: 8, hash: checkpoint.hash, set_id: 1 });
    assert_eq!((client.genesis_hash(), client.time()), (&world.genesis_hash(), 0));
    assert_eq!(client.checkpoint(), checkpoint);
    client.advance(&world.finalize(10)).unwrap();
    assert_eq!((client.latest().number, client.latest().set_id), (10, 1));
}

#[test]
fn state_of_the_checkpoint_should_be_readable_once_its_header_is_seen() {
    let (world, checkpoint) = world();
    let mut client = LightClient::from_checkpoint(&checkpoint).unwrap();
    let keys = vec![storage::grandpa_authorities()];
    let nodes = world.prove(8, &keys);
    assert_eq!(client.state_root(), None);
    assert_eq!(client.read(&nodes, keys.clone()), Err(StorageProofError::UnknownRoot));
    client.advance(&world.finalize(8)).unwrap();
    assert!(client.read(&nodes, keys).is_ok());
}

#[test]
fn older_blocks_should_be_refused_by_name_when_trust_begins_at_a_checkpoint() {
    let (world, checkpoint) = world();
    let mut client = LightClient::from_checkpoint(&checkpoint).unwrap();
    for number in [6, 7] {
        let expected = Err(AdvanceError::NotLater { number, latest: 8 });
        assert_eq!(client.advance(&world.finalize(number)), expected);
        assert_eq!(client.apply_set_change(&world.finalize(number)), expected);
    }
}

#[test]
fn other_chain_should_be_refused_when_trust_begins_at_a_checkpoint() {
    let (_, checkpoint) = world();
    let mut other = World::new("other", 4);
    other.build_to(10);
    let mut client = LightClient::from_checkpoint(&checkpoint).unwrap();
    let result = client.advance(&other.finalize(10));
    assert!(matches!(result, Err(AdvanceError::Finality(FinalityError::Stranger { set_id: 1, .. }))));

    let root = TrustRoot::Checkpoint(checkpoint);
    let (found, expected) = (*root.genesis_hash(), other.genesis_hash());
    assert_eq!(root.expect_chain(&expected), Err(TrustError::OtherChain { found, expected }));
    let stored = LightClient::bootstrap(&other.genesis_hash(), &other.genesis_proof()).unwrap();
    let resumed = LightClient::resume(&root, Some(stored));
    assert_eq!(resumed, Err(TrustError::OtherChain { found, expected }));
}

/// The attack that checkpoints are for: the first validators, long out of office, sign a second history.
#[test]
fn long_range_fork_should_be_refused_from_a_checkpoint_but_cannot_be_told_from_genesis() {
    let (honest, checkpoint) = world();
    let mut forged = World::four();
    forged.build_to(4);
    let change = forged.change_set(validators("accomplices", 4));
    forged.build_to(20);
    assert_eq!(forged.genesis_hash(), honest.genesis_hash());

    let mut deceived = LightClient::bootstrap(&honest.genesis_hash(), &honest.genesis_proof()).unwrap();
    deceived.apply_set_change(&change).unwrap();
    deceived.advance(&forged.finalize(20)).unwrap();

    let mut client = LightClient::from_checkpoint(&checkpoint).unwrap();
    assert_eq!(client.apply_set_change(&change), Err(AdvanceError::NotLater { number: 5, latest: 8 }));
    assert!(client.advance(&forged.finalize(20)).is_err());
    client.advance(&honest.finalize(10)).unwrap();
}

#[test]
fn forced_change_should_be_crossed_when_a_checkpoint_lies_behind_it() {
    let mut world = World::four();
    let next = validators("after the stall", 4);
    let change = ScheduledChange { next_authorities: authorities(&next), delay: 0 };
    world.build(vec![ConsensusLog::ForcedChange(0, change)]);
    world.take_office(next, vec![1; 4]);
    world.build_to(3);
    let mut client = LightClient::from_checkpoint(&checkpoint(&world, 2)).unwrap();
    client.advance(&world.finalize(3)).unwrap();
}

#[test]
fn stored_client_should_go_on_when_it_is_newer_than_the_trust_root() {
    let (world, checkpoint) = world();
    let mut stored = LightClient::from_checkpoint(&checkpoint).unwrap();
    stored.advance(&world.finalize(10)).unwrap();
    for root in [TrustRoot::Genesis(world.genesis_hash()), TrustRoot::Checkpoint(checkpoint)] {
        assert_eq!(LightClient::resume(&root, Some(stored.clone())), Ok(Some(stored.clone())));
    }
}

#[test]
fn stored_client_should_give_way_when_the_checkpoint_is_newer() {
    let (mut world, _) = world();
    let mut stored = LightClient::bootstrap(&world.genesis_hash(), &world.genesis_proof()).unwrap();
    world.set_id = 0;
    world.validators = validators("four", 4);
    world.put(storage::timestamp_now(), 1000u64);
    let number = world.build(Vec::new());
    stored.advance(&world.finalize(number)).unwrap();
    let nodes = world.prove(number, &[storage::timestamp_now()]);
    let state = stored.read(&nodes, vec![storage::timestamp_now()]).unwrap();
    stored.note_time(&state).unwrap();

    world.build_to(number + 1);
    let newer = checkpoint(&world, number + 1);
    let client = LightClient::resume(&TrustRoot::Checkpoint(newer.clone()), Some(stored)).unwrap().unwrap();
    assert_eq!(client.checkpoint(), newer);
    assert_eq!(client.time(), 1000, "time never goes back");
}

#[test]
fn stored_client_should_be_refused_when_the_checkpoint_contradicts_it() {
    let (world, checkpoint) = world();
    let stored = LightClient::from_checkpoint(&checkpoint).unwrap();
    let resume = |root: Checkpoint| LightClient::resume(&TrustRoot::Checkpoint(root), Some(stored.clone()));
    assert_eq!(resume(checkpoint.clone()), Ok(Some(stored.clone())));
    let fork = Checkpoint { hash: [1; 32], ..checkpoint.clone() };
    assert_eq!(resume(fork), Err(TrustError::Fork { number: 8, trusted: [1; 32], found: checkpoint.hash }));
    for other in [
        Checkpoint { set_id: 2, ..checkpoint.clone() },
        Checkpoint { authorities: weighted(&world.validators, &[1, 1, 1, 2]), ..checkpoint.clone() },
    ] {
        let trusted = other.set_id;
        assert_eq!(resume(other), Err(TrustError::OtherAuthorities { number: 8, trusted, found: 1 }));
    }
}

#[test]
fn genesis_proof_should_be_asked_for_when_only_the_genesis_hash_is_trusted() {
    let (world, checkpoint) = world();
    assert_eq!(LightClient::resume(&TrustRoot::Genesis(world.genesis_hash()), None), Ok(None));
    let client = LightClient::resume(&TrustRoot::Checkpoint(checkpoint.clone()), None).unwrap().unwrap();
    assert_eq!(client.checkpoint(), checkpoint);
}

#[test]
fn checkpoint_should_be_refused_when_it_contradicts_itself() {
    let (_, checkpoint) = world();
    let verdict = |checkpoint: Checkpoint| {
        let root = TrustRoot::Checkpoint(checkpoint.clone());
        let verdict = LightClient::from_checkpoint(&checkpoint).map(drop);
        assert_eq!(TrustRoot::from_bytes(&root.encode()).map(drop), verdict);
        verdict
    };
    assert_eq!(verdict(checkpoint.clone()), Ok(()));
    let zero = Checkpoint { number: 0, ..checkpoint.clone() };
    assert_eq!(verdict(zero.clone()), Err(TrustError::WrongBlock { number: 0 }));
    assert_eq!(verdict(Checkpoint { hash: zero.genesis, set_id: 0, ..zero }), Ok(()));
    let first = Checkpoint { hash: checkpoint.genesis, ..checkpoint.clone() };
    assert_eq!(verdict(first), Err(TrustError::WrongBlock { number: 8 }));
    assert_eq!(verdict(Checkpoint { set_id: 8, ..checkpoint.clone() }), Ok(()));
    let often = Checkpoint { set_id: 9, ..checkpoint.clone() };
    assert_eq!(verdict(often), Err(TrustError::WrongSet { number: 8, set_id: 9 }));
    let nobody = Checkpoint { authorities: Vec::new(), ..checkpoint };
    assert_eq!(verdict(nobody), Err(AuthoritiesError::Unusable.into()));
}

#[test]
fn trust_root_should_come_back_from_its_encoding_and_nothing_else() {
    let (world, checkpoint) = world();
    for root in [TrustRoot::Genesis(world.genesis_hash()), TrustRoot::Checkpoint(checkpoint)] {
        let bytes = root.encode();
        assert_eq!(TrustRoot::from_bytes(&bytes), Ok(root.clone()));
        for broken in [&bytes[1..], &bytes[..bytes.len() - 1], &[bytes.as_slice(), &[0]].concat(), &[]] {
            assert!(TrustRoot::from_bytes(broken).is_err());
        }
    }
    let bytes = MAX_TRUST_ROOT_BYTES + 1;
    assert_eq!(TrustRoot::from_bytes(&vec![0; bytes]), Err(TrustError::TooLarge { bytes }));
}

#[test]
fn largest_authority_set_should_fit_into_a_trust_root() {
    let mut world = World::new("many", MAX_AUTHORITIES);
    world.weights = vec![u64::MAX / MAX_AUTHORITIES as u64; MAX_AUTHORITIES];
    world.build_to(1);
    let root = TrustRoot::Checkpoint(Checkpoint { set_id: 0, ..checkpoint(&world, 1) });
    assert_eq!(TrustRoot::from_bytes(&root.encode()), Ok(root.clone()));
    #[cfg(feature = "serde")]
    assert_eq!(TrustRoot::from_json(root.to_json().unwrap().as_bytes()), Ok(root));
}

#[cfg(feature = "serde")]
mod json {
    use super::*;

    /// Files outlive the program that wrote them.
    #[test]
    fn trust_root_format_should_not_change() {
        let world = World::new("frozen", 1);
        let genesis = hex::encode(world.genesis_hash());
        let expected =
            format!("{{\n  \"format\": \"phala-trust-root/1\",\n  \"genesis\": \"0x{genesis}\"\n}}\n");
        assert_eq!(TrustRoot::Genesis(world.genesis_hash()).to_json().unwrap(), expected);

        let checkpoint = Checkpoint {
            genesis: world.genesis_hash(),
            number: 1200,
            hash: [2; 32],
            set_id: 3,
            authorities: weighted(&world.validators, &[5]),
        };
        let key = hex::encode(sp_core::crypto::Pair::public(&world.validators[0]).0);
        let expected = format!(
            r#"{{
  "format": "phala-trust-root/1",
  "genesis": "0x{genesis}",
  "checkpoint": {{
    "number": 1200,
    "hash": "0x{}",
    "set_id": 3,
    "authorities": [
      {{
        "key": "0x{key}",
        "weight": 5
      }}
    ]
  }}
}}
"#,
            "02".repeat(32)
        );
        let root = TrustRoot::Checkpoint(checkpoint.clone());
        assert_eq!(root.to_json().unwrap(), expected);
        assert_eq!(TrustRoot::from_json(expected.as_bytes()), Ok(root.clone()));

        let scale = [
            vec![1],
            checkpoint.genesis.to_vec(),
            1200u32.encode(),
            vec![2; 32],
            3u64.encode(),
            vec![4],
            hex::decode(key).unwrap(),
            5u64.encode(),
        ];
        assert_eq!(root.encode(), scale.concat());
    }

    #[test]
    fn trust_root_should_be_refused_when_the_file_is_another_or_contradicts_itself() {
        let (_, checkpoint) = world();
        let text = TrustRoot::Checkpoint(checkpoint).to_json().unwrap();
        for other in [
            text.replace("phala-trust-root/1", "phala-trust-root/2"),
            text.replacen('{', "{\n  \"more\": 1,", 1),
            text.replace("\"number\": 8", "\"number\": -8"),
            text.replace("0x", ""),
            text.replace("\"set_id\": 1,", ""),
            format!("{text}{text}"),
            "[".repeat(10_000),
            String::new(),
        ] {
            assert_eq!(TrustRoot::from_json(other.as_bytes()), Err(TrustError::Malformed), "{other}");
        }
        let often = text.replace("\"set_id\": 1", "\"set_id\": 100");
        assert_eq!(
            TrustRoot::from_json(often.as_bytes()),
            Err(TrustError::WrongSet { number: 8, set_id: 100 })
        );
        let padded = text.clone() + &" ".repeat(MAX_TRUST_ROOT_BYTES);
        assert_eq!(
            TrustRoot::from_json(padded.as_bytes()),
            Err(TrustError::TooLarge { bytes: padded.len() })
        );
    }
}
