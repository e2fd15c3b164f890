//! Storage proofs: ours against smoldot's.
//!
//! One difference, which each case must explain by itself: a node that hangs together with the others but is on the way
//! to none of the keys is refused by ours alone, since ours is told the keys beforehand.

use codec::Encode;
use phala_light_client::proof::{ProvenState, StorageProofError};
use phala_light_client_smoldot::seed;
use phala_light_client_testing::{prove, trie, State};
use phala_primitives::Hash;
use rand::{rngs::StdRng, seq::IndexedRandom, Rng, SeedableRng};
use smoldot::trie::proof_decode::{decode_and_verify_proof, Config};

const CASES: usize = 5_000;

struct Case {
    state: State,
    root: Hash,
    keys: Vec<Vec<u8>>,
    nodes: Vec<Vec<u8>>,
}

type Values = Vec<Option<Vec<u8>>>;

impl Case {
    fn genuine(random: &mut StdRng) -> Self {
        let key = |random: &mut StdRng| -> Vec<u8> {
            (0..random.random_range(1..5)).map(|_| random.random_range(0..4)).collect()
        };
        let value = |random: &mut StdRng| -> Vec<u8> {
            let length = *[0, 1, 20, 31, 32, 33, 34, 100].choose(random).unwrap();
            (0..length).map(|_| random.random()).collect()
        };
        let state: State = (0..random.random_range(1..40)).map(|_| (key(random), value(random))).collect();
        let known: Vec<_> = state.keys().cloned().collect();
        let keys: Vec<Vec<u8>> = (0..random.random_range(1..6))
            .map(
                |_| if random.random_bool(0.6) { known.choose(random).unwrap().clone() } else { key(random) },
            )
            .collect();
        let root = trie(&state).1 .0;
        let nodes = prove(&state, &keys);
        Self { state, root, keys, nodes }
    }

    fn mutate(&mut self, random: &mut StdRng) {
        if self.nodes.is_empty() {
            return;
        }
        let index = random.random_range(0..self.nodes.len());
        match random.random_range(0..8) {
            0 => drop(self.nodes.remove(index)),
            1 => self.nodes.push(self.nodes[index].clone()),
            2 => self.nodes.reverse(),
            3 => self.nodes.push((0..random.random_range(0..60)).map(|_| random.random()).collect()),
            4 => {
                let all: Vec<_> = self.state.keys().cloned().collect();
                let more = prove(&self.state, &[all.choose(random).unwrap().clone()]);
                self.nodes
                    .extend(more.into_iter().filter(|node| !self.nodes.contains(node)).collect::<Vec<_>>());
            }
            5 => self.root[random.random_range(0..32)] ^= 1,
            _ => {
                let node = &mut self.nodes[index];
                if !node.is_empty() {
                    let byte = random.random_range(0..node.len());
                    node[byte] ^= 1 << random.random_range(0..8);
                }
            }
        }
    }

    fn ours(&self) -> Result<Values, StorageProofError> {
        let proven = ProvenState::verify(&self.root, &self.nodes, self.keys.clone())?;
        self.keys.iter().map(|key| proven.value(key).map(|value| value.map(<[u8]>::to_vec))).collect()
    }

    /// smoldot's values of all keys; none if it refuses the proof or knows one of them not.
    fn smoldots(&self) -> Option<Values> {
        let proof = decode_and_verify_proof(Config { proof: self.nodes.encode() }).ok()?;
        let value = |key: &Vec<u8>| {
            let value = proof.storage_value(&self.root, key).ok()?;
            Some(value.map(|(value, _)| value.to_vec()))
        };
        self.keys.iter().map(value).collect()
    }
}

#[test]
fn verdicts_should_be_the_same_but_for_nodes_that_no_key_needs() {
    let mut random = StdRng::seed_from_u64(seed());
    let (mut accepted, mut refused, mut unneeded) = (0, 0, 0);
    for _ in 0..CASES {
        let mut case = Case::genuine(&mut random);
        for _ in 0..random.random_range(0..3) {
            case.mutate(&mut random);
        }
        match (case.ours(), case.smoldots()) {
            (Ok(ours), Some(smoldots)) => {
                assert_eq!(ours, smoldots);
                let held: Values = case.keys.iter().map(|key| case.state.get(key).cloned()).collect();
                assert_eq!(ours, held);
                accepted += 1;
            }
            (Err(_), None) => refused += 1,
            (Err(StorageProofError::UnusedNode), Some(_)) => {
                let exact = prove(&case.state, &case.keys);
                assert!(case.nodes.len() > exact.len() && exact.iter().all(|node| case.nodes.contains(node)));
                unneeded += 1;
            }
            (ours, smoldots) => {
                panic!("ours: {ours:?}, smoldot's: {smoldots:?}\n{:?}\n{:02x?}", case.keys, case.nodes)
            }
        }
    }
    println!("accepted {accepted}, refused {refused}, refused for an unneeded node {unneeded}");
    assert!(accepted > CASES / 5 && refused > CASES / 5 && unneeded > CASES / 100);
}
