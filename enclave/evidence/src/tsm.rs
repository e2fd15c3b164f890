//! TDX guests: the kernel's interface for reports in configfs.
//!
//! Protocol (Linux, `Documentation/ABI/testing/configfs-tsm-report`): a folder is made, 64 bytes are written to its
//! `inblob`, and the quote is read from its `outblob`. `generation` counts the writes: if it grew by more than one,
//! somebody else wrote too, and the quote may be about their data. `provider` says whose reports these are.

use std::{
    fs, io,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use phala_attestation::{limits::MAX_QUOTE, Tee};

use crate::{
    device::{self, Device, TIME_LIMIT},
    Error,
};

/// Where the kernel has the interface, if configfs is mounted where it usually is.
pub(crate) const FOLDER: &str = "/sys/kernel/config/tsm/report";

/// The report that a worker makes there. One name, so that what a worker that crashed left over is used again.
const REPORT: &str = "phala-worker";

/// Whose reports this crate can use.
const PROVIDER: &str = "tdx_guest";

/// How often a quote is asked for before it is given up that others keep interfering, and the pause before the
/// next time.
const ATTEMPTS: usize = 4;
const PAUSE: Duration = Duration::from_millis(250);

/// `ENXIO`: what making a report says if nobody provides reports.
const NO_PROVIDER: i32 = 6;

/// The producer of quotes of a TDX guest.
#[derive(Clone, Debug)]
pub struct Tsm {
    folder: PathBuf,
    device: Device,
}

impl Tsm {
    /// The producer at `folder`; none if there is no such interface.
    ///
    /// # Errors
    ///
    /// If there is one of another technology, or one that this process must not use.
    pub fn open(folder: &Path) -> Result<Option<Self>, Error> {
        match fs::metadata(folder) {
            Ok(_) => Report::open(folder)?.check_provider()?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::io("read", folder)(error)),
        }
        Ok(Some(Self { folder: folder.to_path_buf(), device: Device::new(Tee::Tdx, TIME_LIMIT) }))
    }

    /// The same, waiting for `limit` at most.
    pub fn within(self, limit: Duration) -> Self {
        Self { device: Device::new(Tee::Tdx, limit), ..self }
    }

    /// What the interface gives for `report_data`, unchecked.
    pub(crate) fn unchecked_quote(&self, report_data: [u8; 64]) -> Result<Vec<u8>, Error> {
        let folder = self.folder.clone();
        self.device.ask(move || {
            let report = Report::open(&folder)?;
            report.check_provider()?;
            for attempt in 0..ATTEMPTS {
                if attempt > 0 {
                    thread::sleep(PAUSE);
                }
                if let Some(quote) = report.attempt(&report_data)? {
                    return Ok(quote);
                }
            }
            Err(Error::Interference { path: report.path.clone() })
        })
    }
}

/// One report in configfs, removed again by whoever made it.
struct Report {
    path: PathBuf,
    made: bool,
}

impl Report {
    fn open(folder: &Path) -> Result<Self, Error> {
        let path = folder.join(REPORT);
        let made = match fs::create_dir(&path) {
            Ok(()) => true,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => false,
            Err(error) if error.raw_os_error() == Some(NO_PROVIDER) => {
                return Err(Error::NoProvider { path: folder.to_path_buf() })
            }
            Err(error) => return Err(Error::io("make", &path)(error)),
        };
        Ok(Self { path, made })
    }

    fn check_provider(&self) -> Result<(), Error> {
        let path = self.path.join("provider");
        let found = device::word(&path).map_err(Error::io("read", &path))?;
        if found == PROVIDER {
            return Ok(());
        }
        Err(Error::Provider { path, found })
    }

    /// One request; none if somebody else interfered.
    fn attempt(&self, report_data: &[u8; 64]) -> Result<Option<Vec<u8>>, Error> {
        let before = self.generation()?;
        device::write(&self.path.join("inblob"), report_data)?;
        let path = self.path.join("outblob");
        let quote = match device::quote(&path) {
            Ok(Some(quote)) => quote,
            Ok(None) => return Err(Error::TooLarge { path, limit: MAX_QUOTE as usize }),
            // The answer to somebody else's request is on its way, or they wrote in between.
            Err(error) if matches!(error.kind(), io::ErrorKind::ResourceBusy | io::ErrorKind::WouldBlock) => {
                return Ok(None)
            }
            Err(cause) => return Err(Error::Quoting { tee: Tee::Tdx, path, cause }),
        };
        Ok((self.generation()? == before.wrapping_add(1)).then_some(quote))
    }

    fn generation(&self) -> Result<u64, Error> {
        let path = self.path.join("generation");
        let text = device::word(&path).map_err(Error::io("read", &path))?;
        text.parse().map_err(|_| Error::NoQuote { reason: format!("the generation \"{text}\" is no number") })
    }
}

impl Drop for Report {
    fn drop(&mut self) {
        if self.made {
            // What stays is used again by the next.
            let _ = fs::remove_dir(&self.path);
        }
    }
}
