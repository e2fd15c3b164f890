//! The life of a job, as its client lives it: offer, post, upload, wait, open.

use std::{
    future::Future,
    time::{Duration, Instant},
};

use codec::{DecodeAll, Encode};
use phala_crypto::{rand_core::Rng, seal, system_rng, PublicKey, ReplyKey};
use phala_light_client::bundle::ReceiptBundle;
use phala_primitives::{
    arguments::check_arguments,
    job::{
        input_aad, input_info, JobInput, JobLimits, JobOutput, JobRecord, JobResult, JobState,
        MAX_SEALED_INPUT,
    },
    registry::{AttestationKind, WorkerRecord},
    storage, Balance, BlockNumber, EncryptionKey, JobId, WorkerId,
};
use zeroize::Zeroizing;

use crate::{
    account::Keypair,
    chain::{api, wire, Chain},
    proven::prove,
    worker::{JobProgress, WorkerApi},
    Error,
};

/// How often a worker is asked about a job.
const POLL: Duration = Duration::from_millis(200);

/// How often the chain is asked whether it has given up on a job.
const REFUND_POLL: Duration = Duration::from_secs(2);

/// A program to run and what to give it.
pub struct JobRequest {
    /// A WASI command.
    pub program: Vec<u8>,
    /// Arguments after the program's name.
    pub arguments: Vec<String>,
    /// Standard input.
    pub stdin: Vec<u8>,
    /// Resources to pay for.
    pub limits: JobLimits,
    /// Blocks until the escrow comes back if no receipt does.
    pub deadline_in: BlockNumber,
}

/// A worker and the terms on which it works.
#[derive(Clone, Debug)]
pub struct Offer {
    /// The worker.
    pub worker: WorkerId,
    /// Where to reach it.
    pub endpoint: String,
    /// Base units per 10^9 fuel.
    pub price: Balance,
    /// Performance score.
    pub score: u32,
    /// What its attestation rests on.
    pub attestation: AttestationKind,
    /// Confidence level, 1 (best) to 5.
    pub confidence: u8,
}

/// A job on the chain, before its result.
pub struct PostedJob {
    /// Its number.
    pub job: JobId,
    /// The terms.
    pub offer: Offer,
    /// Held in the client's account.
    pub escrow: Balance,
    input: Zeroizing<Vec<u8>>,
    salt: [u8; 32],
    encryption_key: EncryptionKey,
}

/// What a client keeps to fetch and open a result later. Secret.
#[derive(Clone)]
pub struct ResultKey {
    /// Opens the sealed output.
    pub reply_key: ReplyKey,
    /// Hides input and output in their commitments.
    pub salt: [u8; 32],
}

/// A result that was opened and checked against its receipt.
pub struct OpenedResult {
    /// The signed receipt, with the output still sealed.
    pub result: JobResult,
    /// What the program wrote.
    pub output: JobOutput,
}

/// Checks `offer`'s worker against proven state, and posts the job to it.
pub async fn post(
    chain: &Chain,
    signer: &Keypair,
    request: JobRequest,
    offer: Offer,
    max_price: Balance,
) -> Result<PostedJob, Error> {
    let arguments: Vec<_> = request.arguments.into_iter().map(String::into_bytes).collect();
    check_arguments(&arguments).map_err(|error| Error::Request(error.to_string()))?;
    let encryption_key = proven_encryption_key(chain, &offer).await?;
    let mut salt = [0; 32];
    system_rng().fill_bytes(&mut salt);
    let input = JobInput { salt, program: request.program, arguments, stdin: request.stdin };
    let (program, commitment) = (input.program_hash(), input.commitment());
    let input = Zeroizing::new(input.encode());
    if input.len() > MAX_SEALED_INPUT - (16 << 10) {
        return Err(Error::Request(format!(
            "program and input together have {} MiB; a worker takes at most {} MiB",
            input.len() >> 20,
            MAX_SEALED_INPUT >> 20
        )));
    }
    let call = api::transactions().jobs().post(
        wire(offer.worker),
        program,
        commitment,
        wire(request.limits),
        max_price,
        request.deadline_in,
    );
    let events = chain.submit("Jobs.post", &call, signer).await?;
    let posted = events
        .find_first::<api::jobs::events::JobPosted>()
        .and_then(Result::ok)
        .ok_or_else(|| Error::Node("the chain did not say which number the job got".to_owned()))?;
    Ok(PostedJob { job: posted.job, offer, escrow: posted.escrow, input, salt, encryption_key })
}

/// The key to seal to: the chain's, proven, and only if the worker still works on the terms of `offer`.
async fn proven_encryption_key(chain: &Chain, offer: &Offer) -> Result<EncryptionKey, Error> {
    let (record_key, encryption_key) =
        (storage::worker(&offer.worker), storage::encryption_key(&offer.worker));
    let keys = [record_key.clone(), encryption_key.clone()];
    let proven = prove(chain.node(), &chain.genesis_hash(), &keys, 1)
        .await?
        .ok_or_else(|| Error::Node("no block is final yet; wait a few seconds".to_owned()))?;
    let untrusted = |cause: &str| Error::Untrusted { worker: offer.worker, cause: cause.to_owned() };
    let record: WorkerRecord<[u8; 32]> =
        proven.value(&record_key)?.ok_or_else(|| untrusted("the chain does not know it"))?;
    if record.attestation.kind != offer.attestation || record.attestation.confidence != offer.confidence {
        return Err(untrusted("its attestation is not what the node said"));
    }
    proven.value(&encryption_key)?.ok_or_else(|| untrusted("the chain has no encryption key of it"))
}

impl PostedJob {
    /// Seals the input to the worker and uploads it, waiting until the worker has seen the job.
    pub async fn upload(&self, chain: &Chain, timeout: Duration) -> Result<ResultKey, Error> {
        let key = PublicKey::from_bytes(&self.encryption_key.0).map_err(|_| Error::Untrusted {
            worker: self.offer.worker,
            cause: "its encryption key on the chain is not one".to_owned(),
        })?;
        let info = input_info(&chain.genesis_hash(), &self.offer.worker);
        let (sealed, reply_key) = seal(&key, &info, &input_aad(self.job), &self.input, &mut system_rng())
            .map_err(|error| Error::Request(error.to_string()))?;
        let worker = WorkerApi::new(&self.offer.endpoint)?;
        let patience =
            Patience::new(self.job, timeout, "the worker does not see the job; is its relay running?");
        let uploaded = async {
            while patience.judge(self.try_upload(&worker, &sealed).await)?.is_none() {
                tokio::time::sleep(POLL).await;
            }
            Ok(ResultKey { reply_key, salt: self.salt })
        };
        self.unless_refunded(chain, uploaded).await
    }

    /// Waits for the result; `progress` hears of every change.
    pub async fn wait(
        &self,
        chain: &Chain,
        key: &ResultKey,
        timeout: Duration,
        mut progress: impl FnMut(JobProgress),
    ) -> Result<OpenedResult, Error> {
        let worker = WorkerApi::new(&self.offer.endpoint)?;
        let mut last = None;
        let patience =
            Patience::new(self.job, timeout, "no result in time; past the deadline the escrow comes back");
        let opened = async {
            loop {
                let now = patience.judge(worker.progress(self.job).await)?;
                if now != last {
                    now.into_iter().for_each(&mut progress);
                    last = now;
                }
                if now == Some(JobProgress::Done) {
                    let opened = open_result(chain, &worker, self.offer.worker, self.job, key).await;
                    if let Some(opened) = patience.judge(opened.map(Some))? {
                        return Ok(opened);
                    }
                } else {
                    patience.judge::<()>(Ok(None))?;
                }
                tokio::time::sleep(POLL).await;
            }
        };
        self.unless_refunded(chain, opened).await
    }

    /// What comes of `work` with the worker, which is in vain once the chain has refunded the job.
    async fn unless_refunded<T>(
        &self,
        chain: &Chain,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let refunded = async {
            loop {
                tokio::time::sleep(REFUND_POLL).await;
                // A node that cannot be asked now is asked again.
                let record = proven_record(chain, self.job).await.ok().flatten();
                if record.is_some_and(|record| record.state == JobState::Refunded) {
                    return;
                }
            }
        };
        tokio::select! {
            outcome = work => outcome,
            () = refunded => Err(Error::Job {
                job: self.job,
                cause: "the worker did not deliver by the deadline and the escrow came back; try another worker".to_owned(),
            }),
        }
    }

    /// Uploads the input if the worker knows the job already.
    async fn try_upload(&self, worker: &WorkerApi, sealed: &[u8]) -> Result<Option<()>, Error> {
        let seen = worker.progress(self.job).await?.is_some();
        Ok((seen && worker.upload(self.job, sealed.to_vec()).await?).then_some(()))
    }
}

/// How long a worker is asked again: also while it cannot serve, for it may be restarting.
struct Patience {
    job: JobId,
    give_up: Instant,
    cause: &'static str,
}

impl Patience {
    /// Until `timeout` has passed; then the error is what the worker said last, or `cause`.
    fn new(job: JobId, timeout: Duration, cause: &'static str) -> Self {
        Self { job, give_up: Instant::now() + timeout, cause }
    }

    /// The answer, none if it is worth asking again, or why there will be none.
    fn judge<T>(&self, answer: Result<Option<T>, Error>) -> Result<Option<T>, Error> {
        let trouble = match answer {
            Ok(Some(answer)) => return Ok(Some(answer)),
            Ok(None) => Error::Job { job: self.job, cause: self.cause.to_owned() },
            Err(error @ Error::Unavailable { .. }) => error,
            Err(error) => return Err(error),
        };
        if Instant::now() > self.give_up {
            return Err(trouble);
        }
        Ok(None)
    }
}

/// Fetches a result, opens it, and holds it against its receipt and the job.
pub async fn open_result(
    chain: &Chain,
    worker: &WorkerApi,
    id: WorkerId,
    job: JobId,
    key: &ResultKey,
) -> Result<OpenedResult, Error> {
    let failed = |cause: &str| Error::Job { job, cause: cause.to_owned() };
    let result = worker.result(job).await?;
    let receipt = &result.receipt.receipt;
    let payload = receipt.signing_payload(&chain.genesis_hash());
    if receipt.job != job || receipt.worker != id {
        return Err(failed("the worker gave the receipt of another job"));
    }
    if !phala_primitives::verify_signature(&result.receipt.signature, &payload, &id) {
        return Err(failed("the receipt is not signed by the worker"));
    }
    let plaintext = key
        .reply_key
        .open_reply(&input_aad(job), &result.sealed_output)
        .map_err(|_| failed("the output does not open under this job's key"))?;
    let output = JobOutput::decode_all(&mut plaintext.as_slice())
        .map_err(|_| failed("the output has an unknown form; is the worker of another version?"))?;
    if output.commitment(&key.salt) != receipt.output {
        return Err(failed("the output is not the one in the receipt"));
    }
    Ok(OpenedResult { result, output })
}

/// The job in proven state; none once the chain has forgotten it, or before it is final.
pub async fn proven_record(chain: &Chain, job: JobId) -> Result<Option<JobRecord<[u8; 32]>>, Error> {
    let key = storage::job(job);
    match prove(chain.node(), &chain.genesis_hash(), std::slice::from_ref(&key), 1).await? {
        Some(proven) => proven.value(&key),
        None => Ok(None),
    }
}

/// Waits until the chain has settled or refunded the job, and gives the proven record.
pub async fn wait_for_settlement(
    chain: &Chain,
    job: JobId,
    timeout: Duration,
) -> Result<JobRecord<[u8; 32]>, Error> {
    let give_up = Instant::now() + timeout;
    loop {
        match proven_record(chain, job).await? {
            Some(record) if !record.state.is_open() => return Ok(record),
            Some(_) => {}
            None => {
                return Err(Error::Job { job, cause: "the chain does not know it, or no longer".to_owned() });
            }
        }
        if Instant::now() > give_up {
            return Err(Error::Job { job, cause: "its receipt did not reach the chain in time".to_owned() });
        }
        tokio::time::sleep(POLL).await;
    }
}

/// Everything that a stranger needs to verify the receipt from the genesis hash alone.
pub async fn receipt_bundle(chain: &Chain, result: &JobResult) -> Result<ReceiptBundle, Error> {
    let receipt = &result.receipt.receipt;
    let keys = ReceiptBundle::proven_keys(&receipt.worker, receipt.job);
    let proven = prove(chain.node(), &chain.genesis_hash(), &keys, 1)
        .await?
        .ok_or_else(|| Error::Node("no block is final yet".to_owned()))?;
    Ok(ReceiptBundle::new(
        proven.genesis,
        proven.set_changes,
        proven.finality,
        proven.state_proof,
        result.receipt.clone(),
    ))
}

/// The reply key behind its bytes, as kept between two runs of a client.
pub fn reply_key(bytes: &[u8; 32]) -> ReplyKey {
    ReplyKey::from_bytes(bytes)
}
