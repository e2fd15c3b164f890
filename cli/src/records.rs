//! What this program remembers of the jobs that it posted: where to fetch a result, and the key that
//! opens it. One file a job, readable by its owner only.

use std::{
    fs,
    io::Write,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use phala_client::job::ResultKey;
use phala_primitives::{Hash, JobId, WorkerId};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{
    folders,
    format::{hex, parse_hash},
};

/// Most bytes of a record.
const MAX_RECORD: u64 = 64 << 10;

/// A job that was posted from here.
#[derive(Serialize, Deserialize)]
pub(crate) struct JobFile {
    /// Its number.
    pub(crate) job: JobId,
    /// Who runs it.
    pub(crate) worker: WorkerId,
    /// Where that one is.
    pub(crate) endpoint: String,
    keys: Keys,
}

/// The secrets, in hexadecimal.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
struct Keys {
    reply: String,
    salt: String,
}

impl JobFile {
    /// A record of a job whose input was uploaded.
    pub(crate) fn new(job: JobId, worker: WorkerId, endpoint: &str, key: &ResultKey) -> Self {
        let keys = Keys { reply: hex(key.reply_key.to_bytes().as_slice()), salt: hex(&key.salt) };
        Self { job, worker, endpoint: endpoint.to_owned(), keys }
    }

    /// The key that opens the result.
    pub(crate) fn key(&self) -> Result<ResultKey> {
        let mut reply = parse_hash(&self.keys.reply).context("the job's record is damaged")?;
        let salt = parse_hash(&self.keys.salt).context("the job's record is damaged")?;
        let reply_key = phala_client::job::reply_key(&reply);
        reply.zeroize();
        Ok(ResultKey { reply_key, salt })
    }

    /// Writes the record.
    pub(crate) fn save(&self, genesis: &Hash) -> Result<()> {
        let path = path(genesis, self.job)?;
        let folder = path.parent().context("the records' folder has no parent")?;
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
        write_private(&path, &serde_json::to_vec_pretty(self)?)
    }

    /// Reads the record of `job`.
    pub(crate) fn load(genesis: &Hash, job: JobId) -> Result<Self> {
        let path = path(genesis, job)?;
        let size = fs::metadata(&path).map(|file| file.len()).with_context(|| {
            format!(
                "job {job} was not posted from this account of this machine: there is no {}",
                path.display()
            )
        })?;
        anyhow::ensure!(size <= MAX_RECORD, "{} is too large to be a job's record", path.display());
        let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        serde_json::from_slice(&bytes).with_context(|| format!("{} is damaged", path.display()))
    }
}

/// Writes a file that only its owner can read.
fn write_private(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = fs::OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("cannot write {}", path.display()))?;
    file.write_all(bytes).with_context(|| format!("cannot write {}", path.display()))
}

/// `$XDG_DATA_HOME/phala/jobs/<chain>/<job>.json`.
fn path(genesis: &Hash, job: JobId) -> Result<PathBuf> {
    let chain = hex(genesis).chars().skip(2).take(16).collect::<String>();
    Ok(folders::data()?.join("jobs").join(chain).join(format!("{job}.json")))
}
