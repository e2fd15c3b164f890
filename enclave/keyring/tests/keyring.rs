//! What a worker's operator can rely on, and what he cannot do to it.
#![allow(clippy::unwrap_used)]

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use phala_crypto::{seal, system_rng, OpenError, PublicKey};
use phala_keyring::{Error, Keyring, Platform, MAX_BLOB, MAX_LABEL};
use phala_primitives::verify_signature;
use tempfile::TempDir;

struct Machine(TempDir);

impl Machine {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn directory(&self) -> PathBuf {
        self.0.path().join("worker")
    }

    fn file(&self, name: &str) -> PathBuf {
        self.directory().join(name)
    }

    fn start(&self) -> Keyring {
        Keyring::open(Platform::Development, self.directory()).unwrap()
    }

    fn failure(&self) -> Error {
        Keyring::open(Platform::Development, self.directory()).err().expect("must not open")
    }
}

fn flip(path: &Path, index: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[index] ^= 1;
    fs::write(path, bytes).unwrap();
}

#[test]
fn identity_should_be_the_same_after_a_restart() {
    let machine = Machine::new();
    let (id, key) = {
        let keyring = machine.start();
        (keyring.identity().worker_id(), keyring.identity().encryption_key())
    };
    let keyring = machine.start();
    assert_eq!(keyring.identity().worker_id(), id);
    assert_eq!(keyring.identity().encryption_key(), key);
}

#[test]
fn identity_should_be_another_in_another_folder() {
    let (one, other) = (Machine::new(), Machine::new());
    assert_ne!(one.start().identity().worker_id(), other.start().identity().worker_id());
}

#[test]
fn identity_should_be_refused_when_any_byte_of_its_file_is_changed() {
    let machine = Machine::new();
    drop(machine.start());
    let path = machine.file("identity.sealed");
    for index in 0..fs::read(&path).unwrap().len() {
        flip(&path, index);
        let error = machine.failure();
        assert!(matches!(&error, Error::Unseal { path: named } if *named == path), "byte {index}: {error}");
        flip(&path, index);
    }
    machine.start();
}

#[test]
fn error_should_name_the_file_and_the_remedy_when_a_file_was_changed() {
    let machine = Machine::new();
    drop(machine.start());
    flip(&machine.file("identity.sealed"), 60);
    let text = machine.failure().to_string();
    assert!(text.contains("worker/identity.sealed") && text.contains("restore it from a backup"), "{text}");
}

#[test]
fn identity_should_be_refused_when_its_file_is_cut_off_or_extended() {
    let machine = Machine::new();
    drop(machine.start());
    let path = machine.file("identity.sealed");
    let whole = fs::read(&path).unwrap();
    for length in [0, 1, 8, 9, 48, whole.len() - 1] {
        fs::write(&path, &whole[..length]).unwrap();
        assert!(matches!(machine.failure(), Error::Unseal { .. }), "{length} bytes");
    }
    fs::write(&path, [whole.as_slice(), &[0]].concat()).unwrap();
    assert!(matches!(machine.failure(), Error::Unseal { .. }));
}

#[test]
fn folder_should_be_private_and_hold_no_contents_in_the_clear() {
    let machine = Machine::new();
    let keyring = machine.start();
    keyring.put("state", b"a telling plaintext").unwrap();
    for entry in fs::read_dir(machine.directory()).unwrap() {
        let path = entry.unwrap().path();
        let found = fs::read(&path).unwrap().windows(7).any(|window| window == b"telling");
        assert!(!found, "{}", path.display());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o077, 0, "{}", path.display());
    }
    assert_eq!(fs::metadata(machine.directory()).unwrap().permissions().mode() & 0o077, 0);
}

#[test]
fn debug_should_show_public_parts_only() {
    let machine = Machine::new();
    let keyring = machine.start();
    assert_eq!(
        format!("{:?}", keyring.identity()),
        format!("Identity {{ worker_id: {:?}, .. }}", keyring.identity().worker_id())
    );
}

#[test]
fn opening_should_be_refused_when_another_process_has_the_folder() {
    let machine = Machine::new();
    let keyring = machine.start();
    assert!(matches!(machine.failure(), Error::InUse { .. }));
    drop(keyring);
    machine.start();
}

#[test]
fn opening_should_be_refused_when_the_sealing_key_is_readable_by_others() {
    let machine = Machine::new();
    drop(machine.start());
    fs::set_permissions(machine.file("sealing.key"), fs::Permissions::from_mode(0o640)).unwrap();
    assert!(matches!(machine.failure(), Error::Permissions { mode: 0o640, .. }));
}

#[test]
fn opening_should_be_refused_when_the_sealing_key_is_of_the_wrong_length() {
    let machine = Machine::new();
    drop(machine.start());
    for length in [0, 31, 33] {
        fs::write(machine.file("sealing.key"), vec![1; length]).unwrap();
        assert!(matches!(machine.failure(), Error::SealingKey { .. }), "{length} bytes");
    }
    fs::write(machine.file("sealing.key"), [1; 65]).unwrap();
    assert!(matches!(machine.failure(), Error::FileTooLarge { .. }));
}

#[test]
fn opening_should_be_refused_when_the_sealing_key_is_another() {
    let machine = Machine::new();
    drop(machine.start());
    flip(&machine.file("sealing.key"), 0);
    assert!(matches!(machine.failure(), Error::Unseal { .. }));
}

#[test]
fn opening_should_be_refused_when_the_sealing_key_is_lost() {
    let machine = Machine::new();
    drop(machine.start());
    fs::remove_file(machine.file("sealing.key")).unwrap();
    assert!(matches!(machine.failure(), Error::SealingKeyLost { .. }));
    assert!(!machine.file("sealing.key").exists());
}

#[test]
fn opening_should_be_refused_when_the_identity_is_lost() {
    let machine = Machine::new();
    machine.start().put("state", b"1").unwrap();
    fs::remove_file(machine.file("identity.sealed")).unwrap();
    assert!(matches!(machine.failure(), Error::IdentityLost { .. }));
}

#[test]
fn opening_should_succeed_when_a_crash_left_a_half_written_file() {
    let machine = Machine::new();
    let keyring = machine.start();
    keyring.put("state", b"old").unwrap();
    fs::write(machine.file("state.tmp"), b"half").unwrap();
    drop(keyring);
    let keyring = machine.start();
    assert_eq!(&**keyring.get("state").unwrap().unwrap(), b"old");
    keyring.put("state", b"new").unwrap();
    assert_eq!(&**keyring.get("state").unwrap().unwrap(), b"new");
}

#[test]
fn blob_should_be_found_after_a_restart_until_it_is_removed() {
    let machine = Machine::new();
    let large = vec![7; 3 << 20];
    {
        let keyring = machine.start();
        assert!(keyring.get("state").unwrap().is_none());
        keyring.put("state", b"1").unwrap();
        keyring.put("state", &large).unwrap();
        keyring.put("empty", b"").unwrap();
    }
    let keyring = machine.start();
    assert_eq!(&**keyring.get("state").unwrap().unwrap(), &large);
    assert!(keyring.get("empty").unwrap().unwrap().is_empty());
    keyring.remove("state").unwrap();
    keyring.remove("state").unwrap();
    assert!(keyring.get("state").unwrap().is_none());
}

#[test]
fn blob_should_be_refused_when_its_file_is_changed_or_renamed() {
    let machine = Machine::new();
    let keyring = machine.start();
    keyring.put("state", b"1").unwrap();
    fs::copy(machine.file("state.sealed"), machine.file("outbox.sealed")).unwrap();
    assert!(matches!(keyring.get("outbox"), Err(Error::Unseal { .. })));
    for index in 0..fs::read(machine.file("state.sealed")).unwrap().len() {
        flip(&machine.file("state.sealed"), index);
        assert!(matches!(keyring.get("state"), Err(Error::Unseal { .. })), "byte {index}");
        flip(&machine.file("state.sealed"), index);
    }
}

#[test]
fn blob_should_be_refused_when_it_belongs_to_another_worker_with_the_same_sealing_key() {
    let (one, other) = (Machine::new(), Machine::new());
    one.start().put("state", b"1").unwrap();
    fs::create_dir_all(other.directory()).unwrap();
    fs::copy(one.file("sealing.key"), other.file("sealing.key")).unwrap();
    let keyring = other.start();
    fs::copy(one.file("state.sealed"), other.file("state.sealed")).unwrap();
    assert!(matches!(keyring.get("state"), Err(Error::Unseal { .. })));
}

#[test]
fn blob_should_be_refused_when_it_is_too_large() {
    let machine = Machine::new();
    let keyring = machine.start();
    assert!(matches!(keyring.put("state", &vec![0; MAX_BLOB + 1]), Err(Error::BlobTooLarge(_))));
    fs::File::create(machine.file("state.sealed")).unwrap().set_len(MAX_BLOB as u64 + 1000).unwrap();
    assert!(matches!(keyring.get("state"), Err(Error::FileTooLarge { .. })));
}

#[test]
fn label_should_be_refused_when_it_could_leave_the_folder_or_is_taken() {
    let machine = Machine::new();
    let keyring = machine.start();
    for label in ["", "..", "../state", "a/b", "A", "a.b", "identity", "é", "a\0", &"a".repeat(MAX_LABEL + 1)]
    {
        assert!(matches!(keyring.put(label, b""), Err(Error::Label(_))), "{label}");
        assert!(matches!(keyring.get(label), Err(Error::Label(_))), "{label}");
        assert!(matches!(keyring.remove(label), Err(Error::Label(_))), "{label}");
    }
    keyring.put(&"a".repeat(MAX_LABEL), b"").unwrap();
}

#[test]
fn signature_should_verify_under_the_worker_id_only() {
    let machine = Machine::new();
    let keyring = machine.start();
    let identity = keyring.identity();
    let signature = identity.sign(b"payload");
    assert!(verify_signature(&signature, b"payload", &identity.worker_id()));
    assert!(!verify_signature(&signature, b"another", &identity.worker_id()));
    assert!(!verify_signature(&signature, b"payload", &Machine::new().start().identity().worker_id()));
}

#[test]
fn box_should_open_when_sealed_to_this_worker_only() {
    let machine = Machine::new();
    let keyring = machine.start();
    let public = PublicKey::from_bytes(keyring.identity().encryption_key().as_ref()).unwrap();
    let (sealed, client_key) = seal(&public, b"info", b"aad", b"input", &mut system_rng()).unwrap();

    let (opened, worker_key) = keyring.identity().open_box(b"info", b"aad", &sealed).unwrap();
    assert_eq!(&**opened, b"input");
    let reply = worker_key.seal_reply(&mut system_rng(), b"", b"output").unwrap();
    assert_eq!(&**client_key.open_reply(b"", &reply).unwrap(), b"output");

    let other = Machine::new();
    let refused = other.start().identity().open_box(b"info", b"aad", &sealed).err();
    assert_eq!(refused, Some(OpenError::Refused));
}
