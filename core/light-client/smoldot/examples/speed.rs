//! Times the verification of justifications: ours and smoldot's, on the same bytes, built alike. `make bench` asks it.
//!
//! A question is a line: `ours` or `smoldot`, a number of authorities, a number of runs. The answer is the seconds that one
//! run took, decoding included.
#![allow(clippy::unwrap_used)]

use std::{collections::BTreeMap, hint::black_box, io::BufRead, time::Instant};

use phala_light_client::{courier::FinalityProof, finality::verify_finality};
use phala_light_client_testing::World;
use smoldot::finality::verify::{verify_justification, JustificationVerifyConfig};
use sp_consensus_grandpa::AuthorityList;
use sp_core::crypto::ByteArray;

/// A justification, and the set that made it.
struct Case {
    proof: FinalityProof,
    authorities: AuthorityList,
}

impl Case {
    fn new(authorities: usize) -> Self {
        let mut world = World::new("speed", authorities);
        world.build_to(1);
        Self { proof: world.finalize(1), authorities: world.authorities() }
    }

    fn ours(&self) {
        verify_finality(&self.proof.header, &self.proof.justification, 0, &self.authorities).unwrap();
    }

    fn smoldots(&self) {
        let config = JustificationVerifyConfig {
            justification: &self.proof.justification,
            block_number_bytes: 4,
            authorities_set_id: 0,
            authorities_list: self.authorities.iter().map(|(id, _)| id.as_slice()),
            randomness_seed: [7; 32],
        };
        verify_justification(config).unwrap();
    }
}

fn main() {
    let mut cases = BTreeMap::new();
    for question in std::io::stdin().lock().lines() {
        let question = question.unwrap();
        let [who, authorities, runs] = question.split(' ').collect::<Vec<_>>()[..] else {
            panic!("not a question: {question}")
        };
        let authorities = authorities.parse().unwrap();
        let runs: u32 = runs.parse().unwrap();
        let case = cases.entry(authorities).or_insert_with(|| Case::new(authorities));
        let verify = match who {
            "ours" => Case::ours,
            "smoldot" => Case::smoldots,
            _ => panic!("not a verifier: {who}"),
        };
        let start = Instant::now();
        (0..runs).for_each(|_| verify(black_box(case)));
        println!("{}", start.elapsed().as_secs_f64() / f64::from(runs));
    }
}
