//! Trust roots, as files and as bytes.

use codec::Encode;
use phala_light_client::{
    trust::{Checkpoint, TrustRoot},
    LightClient,
};

use crate::{chain::CHAIN, choose, Seed, Verdict};

/// The first byte says whether the rest is JSON or SCALE.
///
/// What is accepted makes sense to a light client, survives both encodings, and has one SCALE encoding.
pub fn run(data: &[u8]) -> Verdict {
    let (mode, bytes) = choose(data);
    let root = match mode % 2 {
        0 => TrustRoot::from_json(bytes),
        _ => TrustRoot::from_bytes(bytes),
    };
    if let Ok(root) = &root {
        if mode % 2 == 1 {
            assert_eq!(root.encode(), bytes, "two encodings of one trust root");
        }
        assert_eq!(TrustRoot::from_bytes(&root.encode()).as_ref(), Ok(root));
        assert_eq!(TrustRoot::from_json(root.to_json().unwrap().as_bytes()).as_ref(), Ok(root));
        let client = LightClient::resume(root, None).unwrap();
        let expected = match root {
            TrustRoot::Genesis(_) => None,
            TrustRoot::Checkpoint(checkpoint) => Some(checkpoint.clone()),
        };
        assert_eq!(client.map(|client| client.checkpoint()), expected);
    }
    Verdict::of(&root)
}

/// Both kinds in both encodings, and some that make no sense.
pub fn seeds() -> Vec<Seed> {
    let (client, _) = &CHAIN.taken;
    let checkpoint = client.checkpoint();
    let json = |root: &TrustRoot| [vec![0], root.to_json().unwrap().into_bytes()].concat();
    let scale = |root: &TrustRoot| [vec![1], root.encode()].concat();
    let [genesis, later, often, nobody] = [
        TrustRoot::Genesis(checkpoint.genesis),
        TrustRoot::Checkpoint(checkpoint.clone()),
        TrustRoot::Checkpoint(Checkpoint { set_id: 100, ..checkpoint.clone() }),
        TrustRoot::Checkpoint(Checkpoint { authorities: Vec::new(), ..checkpoint }),
    ];
    vec![
        Seed::accepted("genesis-json", json(&genesis)),
        Seed::accepted("genesis-scale", scale(&genesis)),
        Seed::accepted("checkpoint-json", json(&later)),
        Seed::accepted("checkpoint-scale", scale(&later)),
        Seed::refused("too-many-changes-json", json(&often)),
        Seed::refused("nobody-scale", scale(&nobody)),
    ]
}
