//! Gramine's and the kernel's interfaces, played by folders on disk with the same protocol. A quote is read from a
//! named pipe, whose other end answers when it is opened, as the driver does.

use std::{
    fs::{self, File, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
    process::Command,
    thread::{self, JoinHandle},
    time::Duration,
};

use phala_attestation::Tee;
use phala_evidence::{development::Machine, Error, Gramine, Paths, Platform, Tsm};
use tempfile::TempDir;

use crate::world::{machines, DATA};

/// A machine's interfaces on disk.
struct Host {
    folder: TempDir,
}

impl Host {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("cpuinfo"), "flags\t\t: fpu vme sgx\n").unwrap();
        Self { folder }
    }

    fn paths(&self) -> Paths {
        let at = |name| self.folder.path().join(name);
        Paths {
            gramine: at("attestation"),
            tsm: at("report"),
            sgx_device: at("sgx_enclave"),
            cpuinfo: at("cpuinfo"),
        }
    }

    /// An enclave under Gramine.
    fn gramine(kind: &str) -> Self {
        let host = Self::new();
        let folder = host.paths().gramine;
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("attestation_type"), kind).unwrap();
        fs::write(folder.join("user_report_data"), []).unwrap();
        pipe(&folder.join("quote"));
        host
    }

    /// A guest whose kernel has one report.
    fn tsm(provider: &str) -> Self {
        let host = Self::new();
        let report = host.report();
        fs::create_dir_all(&report).unwrap();
        fs::write(report.join("provider"), provider).unwrap();
        fs::write(report.join("generation"), "0\n").unwrap();
        fs::write(report.join("inblob"), []).unwrap();
        pipe(&report.join("outblob"));
        host
    }

    fn report(&self) -> PathBuf {
        self.paths().tsm.join("phala-worker")
    }

    /// The enclave's driver: answers as often as `answers` gives something, which it makes from the report data.
    fn answer_sgx<A>(&self, answers: Vec<A>) -> JoinHandle<()>
    where
        A: FnOnce([u8; 64]) -> Vec<u8> + Send + 'static,
    {
        let folder = self.paths().gramine;
        thread::spawn(move || {
            for answer in answers {
                let mut pipe = accept(&folder.join("quote"));
                let data = fs::read(folder.join("user_report_data")).unwrap().try_into().unwrap();
                // Whoever asked may have read enough.
                let _ = pipe.write_all(&answer(data));
            }
        })
    }

    /// The guest's driver; with each answer, how often it says it was written to.
    fn answer_tdx<A>(&self, answers: Vec<(u64, A)>) -> JoinHandle<()>
    where
        A: FnOnce([u8; 64]) -> Vec<u8> + Send + 'static,
    {
        let report = self.report();
        thread::spawn(move || {
            let mut generation = 0;
            for (writes, answer) in answers {
                let mut pipe = accept(&report.join("outblob"));
                generation += writes;
                fs::write(report.join("generation"), format!("{generation}\n")).unwrap();
                let data = fs::read(report.join("inblob")).unwrap().try_into().unwrap();
                let _ = pipe.write_all(&answer(data));
            }
        })
    }
}

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// The other end of the pipe at `path`, once somebody reads from it. The next to read finds another pipe, so that
/// no two answers run together.
fn accept(path: &Path) -> File {
    let file = OpenOptions::new().write(true).open(path).unwrap();
    fs::remove_file(path).unwrap();
    pipe(path);
    file
}

fn quote_of(machine: Machine) -> impl FnOnce([u8; 64]) -> Vec<u8> + Send + 'static {
    move |data| machine.quote(data).unwrap()
}

fn refused(result: Result<Vec<u8>, Error>) -> Error {
    result.unwrap_err()
}

#[test]
fn enclave_gives_a_quote_over_the_data_asked_for() {
    let [sgx, _, _] = machines("gramine");
    let host = Host::gramine("dcap\n");
    let platform = Platform::detect(&host.paths()).unwrap();
    assert!(matches!(platform, Platform::Gramine(_)) && platform.is_secure());
    assert_eq!(platform.collateral(0).unwrap(), None);
    let driver = host.answer_sgx(vec![quote_of(sgx.clone()), quote_of(sgx.clone())]);
    assert_eq!(platform.quote(DATA).unwrap(), sgx.quote(DATA).unwrap());
    assert_eq!(platform.quote([1; 64]).unwrap(), sgx.quote([1; 64]).unwrap());
    driver.join().unwrap();
}

#[test]
fn enclave_without_remote_attestation_is_refused_with_the_remedy() {
    for kind in ["none", "epid", ""] {
        let refused = Platform::detect(&Host::gramine(kind).paths()).unwrap_err();
        assert!(matches!(&refused, Error::NoRemoteAttestation { found, .. } if found == kind), "{refused}");
        assert!(refused.to_string().contains("sgx.remote_attestation"), "{refused}");
    }
}

#[test]
fn guest_gives_a_quote_over_the_data_asked_for() {
    let [_, tdx, tdx15] = machines("tsm");
    let host = Host::tsm("tdx_guest\n");
    let platform = Platform::detect(&host.paths()).unwrap();
    assert!(matches!(platform, Platform::Tdx(_)) && platform.is_secure());
    let driver = host.answer_tdx(vec![(1, quote_of(tdx.clone())), (1, quote_of(tdx15.clone()))]);
    assert_eq!(platform.quote(DATA).unwrap(), tdx.quote(DATA).unwrap());
    assert_eq!(platform.quote([1; 64]).unwrap(), tdx15.quote([1; 64]).unwrap());
    driver.join().unwrap();
}

#[test]
fn padding_behind_a_quote_is_taken_off() {
    let [_, tdx, _] = machines("padding");
    let host = Host::tsm("tdx_guest\n");
    let platform = Platform::detect(&host.paths()).unwrap();
    let quote = tdx.quote(DATA).unwrap();
    let padded = {
        let mut padded = quote.clone();
        padded.resize(8_000, 0);
        padded
    };
    let driver = host.answer_tdx(vec![(1, move |_| padded)]);
    assert_eq!(platform.quote(DATA).unwrap(), quote);
    driver.join().unwrap();
}

#[test]
fn interference_is_noticed_by_the_generation_and_asked_again() {
    let [_, tdx, _] = machines("interference");
    let host = Host::tsm("tdx_guest\n");
    let platform = Platform::detect(&host.paths()).unwrap();
    let driver = host.answer_tdx(vec![(2, quote_of(tdx.clone())), (1, quote_of(tdx.clone()))]);
    assert_eq!(platform.quote(DATA).unwrap(), tdx.quote(DATA).unwrap());
    driver.join().unwrap();
}

#[test]
fn lasting_interference_is_an_error() {
    let [_, tdx, _] = machines("lasting");
    let host = Host::tsm("tdx_guest\n");
    let platform = Platform::detect(&host.paths()).unwrap();
    let driver = host.answer_tdx((0..4).map(|_| (2, quote_of(tdx.clone()))).collect());
    let refused = refused(platform.quote(DATA));
    assert!(matches!(refused, Error::Interference { .. }), "{refused}");
    driver.join().unwrap();
}

#[test]
fn other_providers_are_refused() {
    for provider in ["sev_guest", "arm_cca_guest", ""] {
        let refused = Platform::detect(&Host::tsm(provider).paths()).unwrap_err();
        assert!(matches!(&refused, Error::Provider { found, .. } if found == provider), "{refused}");
    }
}

#[test]
fn what_is_no_quote_or_another_is_refused() {
    let [sgx, tdx, _] = machines("no quote");
    type Answer = Box<dyn FnOnce([u8; 64]) -> Vec<u8> + Send>;
    let cases: Vec<(Answer, fn(&Error) -> bool)> = vec![
        (Box::new(|_| Vec::new()), |error| matches!(error, Error::NoQuote { .. })),
        (Box::new(|_| vec![0; 4_000]), |error| matches!(error, Error::NoQuote { .. })),
        (Box::new(|_| vec![1; 1 << 20]), |error| matches!(error, Error::TooLarge { .. })),
        (Box::new(quote_of(tdx)), |error| matches!(error, Error::NoQuote { .. })),
        (
            Box::new({
                let sgx = sgx.clone();
                move |_| sgx.quote([0; 64]).unwrap()
            }),
            |error| matches!(error, Error::OtherReportData),
        ),
        (Box::new(move |data| [sgx.quote(data).unwrap(), vec![1]].concat()), |error| {
            matches!(error, Error::NoQuote { .. })
        }),
    ];
    let host = Host::gramine("dcap");
    let platform = Platform::detect(&host.paths()).unwrap();
    for (index, (answer, expected)) in cases.into_iter().enumerate() {
        let driver = host.answer_sgx(vec![answer]);
        let refused = refused(platform.quote(DATA));
        assert!(expected(&refused), "case {index}: {refused}");
        driver.join().unwrap();
    }
}

#[test]
fn devices_that_do_not_answer_are_given_up_and_not_asked_twice() {
    let host = Host::gramine("dcap");
    let gramine = Gramine::open(&host.paths().gramine).unwrap().unwrap().within(Duration::from_millis(50));
    let platform = Platform::Gramine(gramine);
    // Nobody opens the other end of the pipe.
    let refused_first = refused(platform.quote(DATA));
    assert!(matches!(refused_first, Error::Timeout { tee: Tee::Sgx, .. }), "{refused_first}");
    let refused_then = refused(platform.quote(DATA));
    assert!(matches!(refused_then, Error::Stuck { tee: Tee::Sgx }), "{refused_then}");

    // Once the driver answers again, requests are served again, sooner or later within the short time limit.
    let [sgx, _, _] = machines("late");
    host.answer_sgx((0..1_000).map(|_| quote_of(sgx.clone())).collect());
    let quote = loop {
        match platform.quote(DATA) {
            Ok(quote) => break quote,
            Err(Error::Stuck { .. } | Error::Timeout { .. }) => thread::yield_now(),
            Err(error) => panic!("{error}"),
        }
    };
    assert_eq!(quote, sgx.quote(DATA).unwrap());
}

#[test]
fn failing_quoting_service_is_named() {
    let host = Host::tsm("tdx_guest\n");
    let platform = Platform::Tdx(Tsm::open(&host.paths().tsm).unwrap().unwrap());
    fs::remove_file(host.report().join("outblob")).unwrap();
    let refused = refused(platform.quote(DATA));
    assert!(matches!(refused, Error::Quoting { tee: Tee::Tdx, .. }), "{refused}");
    assert!(refused.to_string().contains("qgsd"), "{refused}");
}

#[test]
fn machine_without_a_tee_is_told_what_is_missing() {
    let host = Host::new();
    let text = |host: &Host| Platform::detect(&host.paths()).unwrap_err().to_string();
    assert!(text(&host).contains("no Gramine enclave"), "{}", text(&host));
    assert!(text(&host).contains("no TDX guest"), "{}", text(&host));

    fs::write(host.paths().sgx_device, []).unwrap();
    assert!(text(&host).contains("gramine-sgx"), "{}", text(&host));
    fs::write(host.paths().cpuinfo, "flags : fpu tdx_guest avx\n").unwrap();
    assert!(text(&host).contains("CONFIG_TSM_REPORTS"), "{}", text(&host));
}

#[test]
fn development_platform_is_never_secure() {
    for machine in machines("platform") {
        let platform = Platform::Development(Box::new(machine.clone()));
        assert!(!platform.is_secure());
        assert_eq!(platform.quote(DATA).unwrap(), machine.quote(DATA).unwrap());
        let collateral = platform.collateral(crate::world::NOW).unwrap();
        assert_eq!(collateral, Some(machine.collateral(crate::world::NOW).unwrap()));
    }
}
