//! Files that are no files: what is written to them asks for something, what is read is the answer.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Write},
    path::Path,
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc, Arc, Mutex, PoisonError,
    },
    thread,
    time::Duration,
};

use phala_attestation::{limits::MAX_QUOTE, Tee};

use crate::Error;

/// Longest short answer, such as the name of a provider.
const MAX_WORD: u64 = 256;

/// How long a quote may take, unless asked otherwise. The first after a boot can take several seconds: the
/// quoting enclave is loaded and certified.
pub const TIME_LIMIT: Duration = Duration::from_secs(60);

/// A device that answers one request at a time, and may not answer at all.
///
/// A read that hangs in the kernel cannot be called off. So requests run on threads of their own, and none
/// begins before the last has ended: at most one thread hangs.
#[derive(Clone, Debug)]
pub(crate) struct Device {
    tee: Tee,
    limit: Duration,
    turn: Arc<Mutex<()>>,
    running: Arc<AtomicBool>,
}

impl Device {
    pub(crate) fn new(tee: Tee, limit: Duration) -> Self {
        Self { tee, limit, turn: Arc::default(), running: Arc::default() }
    }

    /// What `request` returns, if it does in time.
    pub(crate) fn ask<T: Send + 'static>(
        &self,
        request: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let tee = self.tee;
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        if self.running.swap(true, Ordering::AcqRel) {
            return Err(Error::Stuck { tee });
        }
        let (answer, answers) = mpsc::sync_channel(1);
        let running = Running(self.running.clone());
        let thread = thread::Builder::new().name("quote".into()).spawn(move || {
            let result = request();
            // Before the answer is sent: whoever has it may ask again.
            drop(running);
            // Nobody waits any more if it came too late.
            let _ = answer.send(result);
        });
        thread.map_err(Error::io("start a thread to read", Path::new("a quote")))?;
        answers.recv_timeout(self.limit).unwrap_or(Err(Error::Timeout { tee, limit: self.limit }))
    }
}

/// Says that no request runs, also when the one that ran panicked.
struct Running(Arc<AtomicBool>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

/// Writes all of `bytes` at once, as these interfaces ask for.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut file =
        OpenOptions::new().write(true).truncate(true).open(path).map_err(Error::io("open", path))?;
    let written = file.write(bytes).map_err(Error::io("write", path))?;
    if written == bytes.len() {
        return Ok(());
    }
    Err(Error::io("write all bytes to", path)(io::ErrorKind::WriteZero.into()))
}

/// A short text, without what is blank around it.
pub(crate) fn word(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?.take(MAX_WORD).read_to_string(&mut text)?;
    Ok(text.trim().to_owned())
}

/// A quote, as it comes.
pub(crate) fn quote(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(u64::from(MAX_QUOTE) + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() <= MAX_QUOTE as usize).then_some(bytes))
}
