//! Sealed boxes, and replies to them: the bodies that clients send to a worker, and what they get.

use std::sync::LazyLock;

use codec::Encode;
use phala_crypto::{open, seal, system_rng, OpenError, ReplyKey, SecretKey, BOX_OVERHEAD, REPLY_KEY_LENGTH};
use phala_primitives::{
    job::{input_aad, input_info, JobInput},
    WorkerId,
};

use crate::{choose, Seed, Verdict};

const JOB: u64 = 3;
const REPLY_AAD: &[u8] = b"reply";

static SECRET: LazyLock<SecretKey> = LazyLock::new(|| SecretKey::from_seed(&[5; 32]));

fn reply_key() -> ReplyKey {
    ReplyKey::from_bytes(&[6; REPLY_KEY_LENGTH])
}

fn info() -> Vec<u8> {
    input_info(&[1; 32], &WorkerId([2; 32]))
}

/// All that was ever sealed.
fn plaintexts() -> [Vec<u8>; 2] {
    let input = JobInput {
        salt: [3; 32],
        program: b"\0asm\x01\0\0\0".to_vec(),
        arguments: vec![b"--verbose".to_vec()],
        stdin: b"1,2,3\n".to_vec(),
    };
    [input.encode(), Vec::new()]
}

/// The first byte says whether the rest is a box or a reply.
///
/// Only what was sealed opens, as it was, and in its own context only.
pub fn run(data: &[u8]) -> Verdict {
    let (mode, bytes) = choose(data);
    let opened = match mode % 2 {
        0 => open_box(bytes),
        _ => open_reply(bytes),
    };
    if let Ok(plaintext) = &opened {
        assert!(plaintexts().contains(plaintext), "nobody sealed this");
    }
    Verdict::of(&opened)
}

fn open_box(bytes: &[u8]) -> Result<Vec<u8>, OpenError> {
    let (plaintext, reply) = open(&SECRET, &info(), &input_aad(JOB), bytes)?;
    assert_eq!(plaintext.len() + BOX_OVERHEAD, bytes.len());
    assert!(open(&SECRET, &info(), &input_aad(JOB + 1), bytes).is_err(), "a box for another job");
    assert!(open(&SECRET, b"other", &input_aad(JOB), bytes).is_err(), "a box of another protocol");
    let (_, again) = open(&SECRET, &info(), &input_aad(JOB), bytes)?;
    assert_eq!(reply.to_bytes(), again.to_bytes(), "two reply keys of one box");
    Ok(plaintext.to_vec())
}

fn open_reply(bytes: &[u8]) -> Result<Vec<u8>, OpenError> {
    let plaintext = reply_key().open_reply(REPLY_AAD, bytes)?;
    assert!(reply_key().open_reply(b"other", bytes).is_err(), "a reply to another request");
    Ok(plaintext.to_vec())
}

/// Boxes and replies that open, and some cut or for others.
pub fn seeds() -> Vec<Seed> {
    let [input, empty] = plaintexts();
    let sealed = |job, plaintext: &[u8]| {
        seal(&SECRET.public_key(), &info(), &input_aad(job), plaintext, &mut system_rng()).unwrap().0
    };
    let reply = |aad: &[u8]| reply_key().seal_reply(&mut system_rng(), aad, &input).unwrap();
    let a_box = |sealed: &[u8]| [&[0], sealed].concat();
    let a_reply = |sealed: &[u8]| [&[1], sealed].concat();
    let whole = sealed(JOB, &input);
    vec![
        Seed::accepted("job-input", a_box(&whole)),
        Seed::accepted("nothing", a_box(&sealed(JOB, &empty))),
        Seed::accepted("reply", a_reply(&reply(REPLY_AAD))),
        Seed::refused("other-job", a_box(&sealed(JOB + 1, &input))),
        Seed::refused("cut", a_box(&whole[..whole.len() - 1])),
        Seed::refused("reply-to-another", a_reply(&reply(b"other"))),
        Seed::refused("reply-as-box", a_box(&reply(REPLY_AAD))),
    ]
}
