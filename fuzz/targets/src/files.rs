//! A worker's sealed files, on a disk that belongs to somebody else.

use std::{os::unix::fs::PermissionsExt, sync::LazyLock};

use phala_keyring::{Platform, SealingKey};
use phala_primitives::WorkerId;

use crate::{Seed, Verdict};

const LABEL: &str = "state";
const OWNER: WorkerId = WorkerId([2; 32]);

/// Sealing keys come from a folder only, so there is one.
static KEY: LazyLock<SealingKey> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sealing.key");
    std::fs::write(&path, [4; 32]).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    SealingKey::load_or_create(Platform::Development, folder.path()).unwrap()
});

/// All that was ever sealed.
const CONTENTS: [&[u8]; 2] = [b"the worker's state", b""];

/// The bytes are a file.
///
/// Only what was sealed is read, as it was, under its own label and by its own worker.
pub fn run(data: &[u8]) -> Verdict {
    let Some(contents) = KEY.unseal(LABEL, Some(&OWNER), data) else { return Verdict::Refused };
    assert!(CONTENTS.contains(&contents.as_slice()), "nobody sealed this");
    assert!(KEY.unseal("other", Some(&OWNER), data).is_none(), "a file under another name");
    assert!(KEY.unseal(LABEL, Some(&WorkerId([3; 32])), data).is_none(), "a file of another worker");
    assert!(KEY.unseal(LABEL, None, data).is_none(), "a file of nobody");
    Verdict::Accepted
}

/// Sealed files, and some moved, cut or of others.
pub fn seeds() -> Vec<Seed> {
    let [state, empty] = CONTENTS;
    let sealed = |label, owner: &WorkerId, contents| KEY.seal(label, Some(owner), contents).unwrap();
    let file = sealed(LABEL, &OWNER, state);
    vec![
        Seed::accepted("state", file.clone()),
        Seed::accepted("nothing", sealed(LABEL, &OWNER, empty)),
        Seed::refused("other-label", sealed("other", &OWNER, state)),
        Seed::refused("other-worker", sealed(LABEL, &WorkerId([3; 32]), state)),
        Seed::refused("cut", file[..file.len() - 1].to_vec()),
        Seed::refused("header-only", file[..9].to_vec()),
    ]
}
