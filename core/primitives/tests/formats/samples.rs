//! One value of every type that crosses a trust boundary, with every byte telling.

use phala_primitives::{
    job::{
        ExitStatus, JobInput, JobLimits, JobOutput, JobRecord, JobResult, JobState, Receipt, SignedReceipt,
    },
    mailbox::{Message, Topic, TopicState, WorkerMessage},
    registry::{Attestation, AttestationKind, Registration, WorkerRecord},
    report::{Report, ReportBody, SignedReport},
    EncryptionKey, Hash, Signature, WorkerId, ENCRYPTION_KEY_LENGTH,
};

/// An account, as every chain of the family encodes it.
pub(crate) type AccountId = [u8; 32];

pub(crate) const GENESIS: Hash = [0x90; 32];
pub(crate) const ACCOUNT: AccountId = [0xac; 32];
pub(crate) const WORKER: WorkerId = WorkerId([0x1d; 32]);
pub(crate) const ENCRYPTION_KEY: EncryptionKey = EncryptionKey([0xec; ENCRYPTION_KEY_LENGTH]);
pub(crate) const SIGNATURE: Signature = Signature([0x51; 64]);
pub(crate) const LIMITS: JobLimits =
    JobLimits { fuel: 0x0102_0304_0506_0708, memory_mib: 0x1112_1314, seconds: 0x2122_2324 };
pub(crate) const TOPIC: Topic = Topic::Worker(WORKER);
pub(crate) const TOPIC_STATE: TopicState = TopicState { count: 0x0102_0304_0506_0708, head: [0x4e; 32] };

pub(crate) fn messages() -> [(&'static str, WorkerMessage); 6] {
    let job = WorkerMessage::Job {
        job: 0x0102,
        client: ACCOUNT,
        program: [0xaa; 32],
        input: [0xbb; 32],
        limits: LIMITS,
        deadline: 0x3132_3334,
    };
    let unresponsive = WorkerMessage::Unresponsive {
        session: 0x0102,
        challenge: 0x0304,
        forfeited: 0x0506,
        value: 0x0708,
        hourly_loss: 0x090a,
    };
    [
        ("benchmark", WorkerMessage::Benchmark { milliseconds: 0x0102 }),
        ("session_started", WorkerMessage::SessionStarted { session: 0x0102 }),
        ("session_stopped", WorkerMessage::SessionStopped { session: 0x0102 }),
        ("job", job),
        ("unresponsive", unresponsive),
        ("recovered", WorkerMessage::Recovered { session: 0x0102, lost: 0x0304, value: 0x0506 }),
    ]
}

pub(crate) fn message() -> Message {
    Message { block: 0x0102_0304, payload: vec![0xa1, 0xa2, 0xa3] }
}

pub(crate) fn exits() -> [(&'static str, ExitStatus); 7] {
    [
        ("exited", ExitStatus::Exited(-2)),
        ("trapped", ExitStatus::Trapped),
        ("out_of_fuel", ExitStatus::OutOfFuel),
        ("out_of_time", ExitStatus::OutOfTime),
        ("out_of_memory", ExitStatus::OutOfMemory),
        ("too_much_output", ExitStatus::TooMuchOutput),
        ("invalid_program", ExitStatus::InvalidProgram),
    ]
}

pub(crate) fn receipt() -> Receipt {
    Receipt {
        job: 0x0102,
        worker: WORKER,
        program: [0xaa; 32],
        input: [0xbb; 32],
        output: [0xcc; 32],
        fuel: 0x0304,
        exit: ExitStatus::Exited(0x0506),
    }
}

pub(crate) fn signed_receipt() -> SignedReceipt {
    SignedReceipt { receipt: receipt(), signature: SIGNATURE }
}

pub(crate) fn reports() -> [(&'static str, SignedReport); 6] {
    let signed = |body| SignedReport {
        report: Report {
            worker: WORKER,
            incarnation: [0xde; 32],
            sequence: 0x0102,
            acknowledged: 0x0304,
            body,
        },
        signature: SIGNATURE,
    };
    [
        ("acknowledge", signed(ReportBody::Acknowledge)),
        ("benchmark", signed(ReportBody::Benchmark { iterations: 0x0506, milliseconds: 0x0708 })),
        (
            "heartbeat",
            signed(ReportBody::Heartbeat {
                session: 0x0506,
                challenge: 0x0708,
                iterations: 0x090a,
                jobs: 0x0b0c,
            }),
        ),
        ("receipt", signed(ReportBody::Receipt(signed_receipt()))),
        ("start", signed(ReportBody::Start)),
        ("accepted", signed(ReportBody::Accepted { job: 0x0506 })),
    ]
}

pub(crate) fn registration() -> Registration<AccountId> {
    Registration {
        genesis: GENESIS,
        worker: WORKER,
        encryption_key: ENCRYPTION_KEY,
        operator: ACCOUNT,
        block: 0x0102_0304,
        block_hash: [0xbc; 32],
    }
}

pub(crate) fn worker_records() -> [(&'static str, WorkerRecord<AccountId>); 2] {
    let attestation = Attestation { kind: AttestationKind::None, confidence: 5, expires: 0x0102 };
    let bare = WorkerRecord { operator: ACCOUNT, attestation, score: None, price: None };
    let offered = WorkerRecord { score: Some(0x0304), price: Some(0x0506), ..bare.clone() };
    [("bare", bare), ("offered", offered)]
}

pub(crate) fn job_records() -> [(&'static str, JobRecord<AccountId>); 4] {
    let record = |state| JobRecord {
        client: ACCOUNT,
        worker: WORKER,
        pool: 0x0102,
        program: [0xaa; 32],
        input: [0xbb; 32],
        limits: LIMITS,
        price: 0x0304,
        deadline: 0x0506,
        state,
    };
    [
        ("assigned", record(JobState::Assigned)),
        ("accepted", record(JobState::Accepted { at: 0x0708 })),
        ("settled", record(JobState::Settled { receipt: [0xdd; 32], fee: 0x0708 })),
        ("refunded", record(JobState::Refunded)),
    ]
}

pub(crate) fn job_input() -> JobInput {
    JobInput {
        salt: [0x5a; 32],
        program: b"\0asm".to_vec(),
        arguments: vec![b"one".to_vec(), b"two".to_vec()],
        stdin: b"stdin".to_vec(),
    }
}

pub(crate) fn job_output() -> JobOutput {
    JobOutput { stdout: b"out".to_vec(), stderr: b"err".to_vec() }
}

pub(crate) fn job_result() -> JobResult {
    JobResult { receipt: signed_receipt(), sealed_output: vec![0x5e; 5] }
}

/// Hexadecimal, 32 bytes a line.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let line = |line: &[u8]| line.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    bytes.chunks(32).map(line).collect::<Vec<_>>().join("\n")
}
