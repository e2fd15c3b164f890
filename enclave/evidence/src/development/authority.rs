//! Who says which machines are how good: what Intel's provisioning certification service is to real machines.

use dcap_qvl::QuoteCollateralV3;
use phala_attestation::{Ca, Collateral, Component, TcbStatus, Tee};
use phala_primitives::Moment;

use super::{
    certificates::{pem, Issuer},
    collateral, keys, quote,
    time::{Period, DAY},
    Guest, Machine, TrustDomain,
};
use crate::Error;

/// How long collateral is valid, in days, unless asked otherwise: as long as Intel's.
const LIFETIME: u64 = 30;

/// The issuer of collateral for one family of machines. All fields are public: change any before
/// [`issue`](Self::issue).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    /// For which technology.
    pub tee: Tee,
    /// For which family.
    pub fmspc: [u8; 6],
    /// For machines certified by whom: whose revocation list it is.
    pub ca: Ca,
    /// The number of Intel's evaluation: grows by one with each event that raises requirements.
    pub evaluation: u32,
    /// The levels of the platform, in any order; judged from the highest security versions down.
    pub levels: Vec<Level<PlatformSvn>>,
    /// The TDX modules there are; of no meaning for SGX.
    pub modules: Vec<ModuleIdentity>,
    /// The levels of the quoting enclave, highest first.
    pub qe_levels: Vec<Level<u16>>,
    /// Dates of the TCB information.
    pub tcb_info: Period,
    /// Dates of the quoting enclave's identity.
    pub qe_identity: Period,
    /// Dates of the root's revocation list.
    pub root_crl: Period,
    /// Dates of the PCK authority's revocation list.
    pub pck_crl: Period,
    /// When the certificate is valid that signs TCB information and identities.
    pub signer: Period,
    /// What is revoked.
    pub revoked: Vec<Revocation>,
}

/// Who has at least these security versions is at this level, or at a higher one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Level<T> {
    /// The security versions.
    pub svn: T,
    /// Since when what is below has been known to be insufficient.
    pub date: Moment,
    /// What machines at this level are.
    pub status: TcbStatus,
    /// The advisories they are open to, such as `INTEL-SA-00615`.
    pub advisories: Vec<String>,
}

/// The security versions of a platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlatformSvn {
    /// The components of SGX.
    pub sgx: [u8; 16],
    /// The components of TDX; of no meaning for SGX. The first two concern modules of version 0 alone.
    pub tdx: [u8; 16],
    /// The provisioning certification enclave.
    pub pce: u16,
}

/// The TDX modules of one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleIdentity {
    /// The module's version.
    pub version: u8,
    /// The module's security versions, highest first. A verifier knows a module as up to date, out of date or
    /// revoked, and refuses other levels.
    pub levels: Vec<Level<u8>>,
}

/// What can be revoked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Revocation {
    /// The certificate of a machine, as its present security versions give it.
    Machine(Box<Machine>),
    /// The PCK authority that certified the family.
    PckCa,
    /// Whoever signs TCB information and identities.
    TcbSigning,
    /// The root, by itself.
    Root,
}

impl Authority {
    /// The issuer for the family of `machine`, which finds it up to date, with collateral issued at `issued`
    /// for thirty days.
    pub fn of(machine: &Machine, issued: Moment) -> Self {
        let dates = Period::days(issued, LIFETIME);
        let date = issued.saturating_sub(LIFETIME * DAY);
        let tee_tcb_svn = current_tee_tcb_svn(machine);
        let launched = match &machine.guest {
            Guest::Enclave(_) => [0; 16],
            Guest::TrustDomain(domain) => domain.tee_tcb_svn,
        };
        // The lower of both, as a TD that was started under an older module must find a level too.
        let tdx: [u8; 16] = std::array::from_fn(|position| tee_tcb_svn[position].min(launched[position]));
        let platform = PlatformSvn { sgx: machine.cpu_svn, tdx, pce: machine.pce_svn };
        let modules = vec![Level::up_to_date(tdx[0], date)];
        Self {
            tee: machine.guest.tee(),
            fmspc: machine.fmspc,
            ca: machine.ca,
            evaluation: 17,
            levels: vec![Level::up_to_date(platform, date)],
            modules: vec![ModuleIdentity { version: tee_tcb_svn[1], levels: modules }],
            qe_levels: vec![Level::up_to_date(machine.qe_svn, date)],
            tcb_info: dates,
            qe_identity: dates,
            root_crl: dates,
            pck_crl: dates,
            signer: Period::ALWAYS,
            revoked: Vec::new(),
        }
    }

    /// The same, but by which `machine` comes out as `status`, open to `advisories`.
    ///
    /// A machine that is to be out of date or revoked finds a higher level above its own, which asks for one more
    /// of its first component. A TD whose relaunch is to be advised was started under an older module.
    ///
    /// # Errors
    ///
    /// If such a machine cannot have that status: advice to relaunch is given to TDs of TDX 1.5 alone, of which
    /// the module is newer now than when they were started.
    pub fn rating(
        mut self,
        machine: &Machine,
        status: TcbStatus,
        advisories: &[&str],
    ) -> Result<Self, Error> {
        use TcbStatus::*;
        let advisories: Vec<String> = advisories.iter().map(|id| (*id).to_owned()).collect();
        let own = Self::of(machine, self.tcb_info.from).levels.swap_remove(0);
        self.levels = match status {
            UpToDate | SwHardeningNeeded | ConfigurationNeeded | ConfigurationAndSwHardeningNeeded => {
                vec![Level { status, advisories, ..own }]
            }
            OutOfDate | OutOfDateConfigurationNeeded | Revoked => {
                let mut higher = own.clone();
                higher.svn.raise();
                vec![higher, Level { status, advisories, ..own }]
            }
            TdRelaunchAdvised => {
                self.outdate_launch(machine, advisories)?;
                vec![own]
            }
            TdRelaunchAdvisedConfigurationNeeded => {
                self.outdate_launch(machine, advisories)?;
                vec![Level { status: ConfigurationNeeded, ..own }]
            }
        };
        Ok(self)
    }

    /// Finds the module out of date under which the TD of `machine` was started, and the present one not.
    fn outdate_launch(&mut self, machine: &Machine, advisories: Vec<String>) -> Result<(), Error> {
        let (launched, current) = match &machine.guest {
            Guest::TrustDomain(TrustDomain { tee_tcb_svn, current_tee_tcb_svn: Some(current), .. })
                if tee_tcb_svn[0] < current[0] && tee_tcb_svn[1] == current[1] && current[1] > 0 =>
            {
                (*tee_tcb_svn, *current)
            }
            Guest::TrustDomain(_) | Guest::Enclave(_) => return Err(Error::NoRelaunch),
        };
        let date = self.tcb_info.from.saturating_sub(LIFETIME * DAY);
        let present = Level::up_to_date(current[0], date);
        let past = Level { svn: launched[0], date, status: TcbStatus::OutOfDate, advisories };
        self.modules = vec![ModuleIdentity { version: current[1], levels: vec![present, past] }];
        Ok(())
    }

    /// What the same issuer says after an event that raised requirements ("TCB recovery"): `component` is to be
    /// `needed` since `date`; who has less is out of date, and open to `advisories` too. The collateral is issued
    /// `days` after the present one.
    pub fn after_recovery(
        &self,
        component: Component,
        needed: u16,
        date: Moment,
        advisories: &[&str],
        days: u64,
    ) -> Self {
        let mut next = self.clone();
        next.evaluation = next.evaluation.saturating_add(1);
        for dates in [&mut next.tcb_info, &mut next.qe_identity, &mut next.root_crl, &mut next.pck_crl] {
            *dates = Period::days(dates.from.saturating_add(days.saturating_mul(DAY)), LIFETIME);
        }
        match component {
            Component::Sgx(position) => {
                recover(&mut next.levels, date, advisories, |svn| set(&mut svn.sgx, position, needed));
            }
            Component::Tdx(position) => {
                recover(&mut next.levels, date, advisories, |svn| set(&mut svn.tdx, position, needed));
            }
            Component::Pce => recover(&mut next.levels, date, advisories, |svn| svn.pce = needed),
            Component::TdxModule => {
                for module in &mut next.modules {
                    recover(&mut module.levels, date, advisories, |svn| *svn = narrow(needed));
                }
            }
            Component::QuotingEnclave => recover(&mut next.qe_levels, date, advisories, |svn| *svn = needed),
        }
        next
    }

    /// The collateral.
    ///
    /// # Errors
    ///
    /// If a date cannot be written, or if there is more of something than collateral holds.
    pub fn issue(&self) -> Result<Collateral, Error> {
        let root = Issuer::root()?;
        let ca = Issuer::pck_ca(&root, self.ca)?;
        let signer = Issuer::tcb_signing(&root, self.signer)?;
        let mut by_root = Vec::new();
        let mut by_ca = Vec::new();
        for revoked in &self.revoked {
            match revoked {
                Revocation::Machine(machine) => by_ca.push(quote::pck_serial(machine)?),
                Revocation::PckCa => by_root.push(ca.serial().clone()),
                Revocation::TcbSigning => by_root.push(signer.serial().clone()),
                Revocation::Root => by_root.push(root.serial().clone()),
            }
        }
        let tcb_info = collateral::tcb_info(self)?;
        let qe_identity = collateral::qe_identity(self)?;
        let signers = pem(&[&signer.certificate, &root.certificate])?;
        let collateral = QuoteCollateralV3 {
            pck_crl_issuer_chain: pem(&[&ca.certificate, &root.certificate])?,
            root_ca_crl: root.revoke(self.evaluation, self.root_crl, &by_root)?,
            pck_crl: ca.revoke(self.evaluation, self.pck_crl, &by_ca)?,
            tcb_info_issuer_chain: signers.clone(),
            tcb_info_signature: keys::sign(&signer.key, tcb_info.as_bytes()).to_vec(),
            tcb_info,
            qe_identity_issuer_chain: signers,
            qe_identity_signature: keys::sign(&signer.key, qe_identity.as_bytes()).to_vec(),
            qe_identity,
            pck_certificate_chain: None,
        };
        Collateral::try_from(collateral).map_err(Error::Collateral)
    }
}

/// What the TDX module is now.
fn current_tee_tcb_svn(machine: &Machine) -> [u8; 16] {
    match &machine.guest {
        Guest::Enclave(_) => [0; 16],
        Guest::TrustDomain(domain) => domain.current_tee_tcb_svn.unwrap_or(domain.tee_tcb_svn),
    }
}

impl<T> Level<T> {
    fn up_to_date(svn: T, date: Moment) -> Self {
        Self { svn, date, status: TcbStatus::UpToDate, advisories: Vec::new() }
    }
}

impl PlatformSvn {
    /// One more of the first component that can be more.
    fn raise(&mut self) {
        match self.sgx.iter_mut().find(|svn| **svn < u8::MAX) {
            Some(svn) => *svn += 1,
            None => self.pce = self.pce.saturating_add(1),
        }
    }
}

/// Puts a level above `levels`, as good as the highest was, which asks for more; all others are out of date from
/// now on.
fn recover<T: Clone>(
    levels: &mut Vec<Level<T>>,
    date: Moment,
    advisories: &[&str],
    raise: impl FnOnce(&mut T),
) {
    let Some(mut top) = levels.first().cloned() else { return };
    raise(&mut top.svn);
    top.date = date;
    for level in levels.iter_mut() {
        level.status = outdated(level.status);
        level.advisories.extend(advisories.iter().map(|id| (*id).to_owned()));
    }
    levels.insert(0, top);
}

/// What a level becomes when a higher one is put above it.
fn outdated(status: TcbStatus) -> TcbStatus {
    use TcbStatus::*;
    match status {
        UpToDate | SwHardeningNeeded | OutOfDate | TdRelaunchAdvised => OutOfDate,
        ConfigurationNeeded
        | ConfigurationAndSwHardeningNeeded
        | OutOfDateConfigurationNeeded
        | TdRelaunchAdvisedConfigurationNeeded => OutOfDateConfigurationNeeded,
        Revoked => Revoked,
    }
}

fn set(components: &mut [u8; 16], position: u8, needed: u16) {
    if let Some(svn) = components.get_mut(usize::from(position)) {
        *svn = narrow(needed);
    }
}

/// Components have a byte each; more than it holds is as much as it holds.
fn narrow(svn: u16) -> u8 {
    u8::try_from(svn).unwrap_or(u8::MAX)
}
