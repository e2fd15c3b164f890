//! Types that cross the trust boundary as SCALE or JSON, without evidence of their own.

use codec::{DecodeWithMemLimit, Encode};
use phala_light_client::courier::WorkerStatus;
use phala_primitives::{
    job::{
        ExitStatus, JobInput, JobLimits, JobOutput, JobRecord, JobResult, JobState, Receipt, SignedReceipt,
    },
    mailbox::{Message, TopicState, WorkerMessage, MAX_PAYLOAD},
    registry::{Attestation, AttestationKind, Registration, WorkerRecord},
    report::{Report, ReportBody, SignedReport},
    EncryptionKey, Hash, Signature, WorkerId, ENCRYPTION_KEY_LENGTH,
};

use crate::{chain::CHAIN, choose, unique, Seed, Verdict};

const GENESIS: Hash = [1; 32];

/// The first byte says which type the rest is of.
///
/// Each value has one encoding; what is signed differs with the chain; hashes are those of the original.
pub fn run(data: &[u8]) -> Verdict {
    let (kind, bytes) = choose(data);
    match kind % 9 {
        0 => verdict(unique::<WorkerMessage>(bytes).map(|message| {
            assert!(message.encoded_size() <= MAX_PAYLOAD as usize, "longer than any message");
        })),
        1 => verdict(unique::<Message>(bytes).map(|message| {
            let state = TopicState::default().push(message.block, &message.payload);
            assert_eq!(state.count, 1);
        })),
        2 => verdict(unique::<SignedReport>(bytes).map(|signed| {
            let payload = signed.report.signing_payload(&GENESIS);
            assert!(payload.ends_with(&signed.report.encode()));
            assert_ne!(payload, signed.report.signing_payload(&[2; 32]), "signed for two chains");
        })),
        3 => verdict(unique::<JobResult>(bytes).map(|result| {
            let receipt = result.receipt.receipt;
            assert_ne!(receipt.signing_payload(&GENESIS), receipt.signing_payload(&[2; 32]));
        })),
        4 => verdict(unique::<JobOutput>(bytes).map(|output| {
            assert_ne!(output.commitment(&[1; 32]), output.commitment(&[2; 32]), "the salt hides nothing");
        })),
        5 => verdict(unique::<JobRecord<[u8; 32]>>(bytes)),
        6 => verdict(unique::<WorkerRecord<[u8; 32]>>(bytes)),
        7 => verdict(unique::<WorkerStatus>(bytes)),
        _ => verdict(serde_json::from_slice::<Registration<[u8; 32]>>(bytes).ok().map(|registration| {
            let text = serde_json::to_vec(&registration).unwrap();
            let again: Registration<[u8; 32]> = serde_json::from_slice(&text).unwrap();
            assert_eq!(registration.signing_payload(), again.signing_payload());
        })),
    }
}

fn verdict<T>(value: Option<T>) -> Verdict {
    value.map_or(Verdict::Refused, |_| Verdict::Accepted)
}

/// One of each.
pub fn seeds() -> Vec<Seed> {
    let limits = JobLimits { fuel: 1_000_000_000, memory_mib: 64, seconds: 10 };
    let worker = WorkerId([7; 32]);
    let receipt = Receipt {
        job: 42,
        worker,
        program: [1; 32],
        input: [2; 32],
        output: [3; 32],
        fuel: 123_456_789,
        exit: ExitStatus::Exited(0),
    };
    let signature = Signature([4; 64]);
    let receipt = SignedReceipt { receipt, signature };
    let report = |body| {
        let report = Report { worker, incarnation: [6; 32], sequence: 5, acknowledged: 6, body };
        SignedReport { report, signature }
    };
    let job = WorkerMessage::Job {
        job: 42,
        client: [8; 32],
        program: [1; 32],
        input: [2; 32],
        limits,
        deadline: 100,
    };
    let stopped = WorkerMessage::SessionStopped { session: 1 };
    let record = JobRecord {
        client: [8u8; 32],
        worker,
        pool: 1,
        program: [1; 32],
        input: [2; 32],
        limits,
        price: 5,
        deadline: 100,
        state: JobState::Settled { receipt: [9; 32], fee: 777 },
    };
    let attestation = Attestation { kind: AttestationKind::None, confidence: 5, expires: u64::MAX };
    let worker_record = WorkerRecord { operator: [9u8; 32], attestation, score: Some(6000), price: Some(5) };
    let registration = Registration {
        genesis: GENESIS,
        worker,
        encryption_key: EncryptionKey([6; ENCRYPTION_KEY_LENGTH]),
        operator: [9u8; 32],
        block: 7,
        block_hash: [8; 32],
    };
    let json = [vec![8], serde_json::to_vec(&registration).unwrap()].concat();
    let output = JobOutput { stdout: b"42\n".to_vec(), stderr: Vec::new() };
    let result = JobResult { receipt: receipt.clone(), sealed_output: vec![5; 60] };
    let heartbeat = ReportBody::Heartbeat { session: 1, challenge: 2, iterations: 3, jobs: 4 };
    vec![
        Seed::accepted("message-job", (0u8, &job).encode()),
        Seed::accepted("message-session-stopped", (0u8, stopped).encode()),
        Seed::accepted("message", (1u8, Message { block: 3, payload: job.encode() }).encode()),
        Seed::accepted("report-receipt", (2u8, report(ReportBody::Receipt(receipt))).encode()),
        Seed::accepted("report-heartbeat", (2u8, report(heartbeat)).encode()),
        Seed::accepted("job-result", (3u8, result).encode()),
        Seed::accepted("job-output", (4u8, output).encode()),
        Seed::accepted("job-record", (5u8, record).encode()),
        Seed::accepted("worker-record", (6u8, worker_record).encode()),
        Seed::accepted("worker-status", [vec![7], worker_status(report(ReportBody::Acknowledge))].concat()),
        Seed::accepted("registration", json.clone()),
        Seed::refused("registration-cut", json[..json.len() - 1].to_vec()),
        Seed::refused("message-unknown", vec![0, 200]),
        Seed::refused("message-bytes-left-over", (0u8, &job, 0u8).encode()),
    ]
}

fn worker_status(report: SignedReport) -> Vec<u8> {
    WorkerStatus {
        worker: report.report.worker,
        genesis: GENESIS,
        verified: Some(CHAIN.taken.0.latest()),
        taken: 3,
        session: Some(4),
        next_sequence: 6,
        outbox: vec![report],
    }
    .encode()
}

/// Heap that a decoded input may take here; a worker allows more in the same way.
const MEMORY: usize = 1 << 20;

/// The bytes are a job's input, as it comes out of its box.
///
/// It has one encoding, takes bounded memory, and its commitment changes with each part and hides it.
pub fn run_job_input(data: &[u8]) -> Verdict {
    let mut rest = data;
    let Ok(input) = JobInput::decode_with_mem_limit(&mut rest, MEMORY) else { return Verdict::Refused };
    if !rest.is_empty() {
        return Verdict::Refused;
    }
    assert_eq!(input.encode(), data, "two encodings of one input");
    assert_eq!(input.program_hash(), phala_primitives::hash(&input.program));
    let commitment = input.commitment();
    let mut other = input.clone();
    other.salt[0] ^= 1;
    assert_ne!(other.commitment(), commitment, "the salt hides nothing");
    let mut other = input.clone();
    other.arguments.push(Vec::new());
    assert_ne!(other.commitment(), commitment, "arguments are not committed to");
    let mut other = input;
    other.stdin.push(0);
    assert_ne!(other.commitment(), commitment, "standard input is not committed to");
    Verdict::Accepted
}

/// Inputs, and one that would fill the memory.
pub fn job_input_seeds() -> Vec<Seed> {
    let input = JobInput {
        salt: [3; 32],
        program: b"\0asm\x01\0\0\0".to_vec(),
        arguments: vec![b"--verbose".to_vec(), Vec::new()],
        stdin: b"1,2,3\n".to_vec(),
    };
    let empty = JobInput { program: Vec::new(), arguments: Vec::new(), stdin: Vec::new(), ..input.clone() };
    let bytes = input.encode();
    // A list of 2²⁴ arguments, of which there is none.
    let bomb = [[3; 32].as_slice(), &[0], &codec::Compact(1u32 << 24).encode()].concat();
    vec![
        Seed::accepted("input", bytes.clone()),
        Seed::accepted("empty", empty.encode()),
        Seed::refused("cut", bytes[..bytes.len() - 1].to_vec()),
        Seed::refused("bytes-left-over", [bytes.as_slice(), &[0]].concat()),
        Seed::refused("announces-many-arguments", bomb),
    ]
}
