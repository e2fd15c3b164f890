//! SGX under Gramine: `/dev/attestation`.
//!
//! Protocol (Gramine, "Attestation and secret provisioning"): 64 bytes written to `user_report_data`, then the
//! quote read from `quote`. `attestation_type` says how the enclave was configured.

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use phala_attestation::{limits::MAX_QUOTE, Tee};

use crate::{
    device::{self, Device, TIME_LIMIT},
    Error,
};

/// Where Gramine has the interface.
pub(crate) const FOLDER: &str = "/dev/attestation";

/// The producer of quotes of an SGX enclave. A process has one.
#[derive(Clone, Debug)]
pub struct Gramine {
    folder: PathBuf,
    device: Device,
}

impl Gramine {
    /// The producer at `folder`; none if there is no such interface.
    ///
    /// # Errors
    ///
    /// If there is one that makes no DCAP quotes.
    pub fn open(folder: &Path) -> Result<Option<Self>, Error> {
        let path = folder.join("attestation_type");
        match device::word(&path) {
            Ok(kind) if kind == "dcap" => {
                Ok(Some(Self { folder: folder.to_path_buf(), device: Device::new(Tee::Sgx, TIME_LIMIT) }))
            }
            Ok(found) => Err(Error::NoRemoteAttestation { path, found }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::io("read", &path)(error)),
        }
    }

    /// The same, waiting for `limit` at most.
    pub fn within(self, limit: Duration) -> Self {
        Self { device: Device::new(Tee::Sgx, limit), ..self }
    }

    /// What the interface gives for `report_data`, unchecked.
    pub(crate) fn unchecked_quote(&self, report_data: [u8; 64]) -> Result<Vec<u8>, Error> {
        let folder = self.folder.clone();
        self.device.ask(move || {
            device::write(&folder.join("user_report_data"), &report_data)?;
            let path = folder.join("quote");
            match device::quote(&path) {
                Ok(Some(quote)) => Ok(quote),
                Ok(None) => Err(Error::TooLarge { path, limit: MAX_QUOTE as usize }),
                Err(cause) => Err(Error::Quoting { tee: Tee::Sgx, path, cause }),
            }
        })
    }
}
