//! What was found, for people and as JSON.

use clap::ValueEnum;
use serde::Serialize;

/// What keeps a worker's memory private.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub(super) enum Tee {
    /// Intel SGX: the worker is an enclave, under Gramine.
    Sgx,
    /// Intel TDX: the worker has a confidential virtual machine.
    Tdx,
    /// Nothing: networks of developers take such workers, and nobody else.
    Development,
}

/// Where the worker would be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Place {
    /// Directly on the machine that is examined.
    Here,
    /// In a confidential virtual machine that the examined one hosts.
    GuestOfThis,
}

/// What a check found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    /// As it should be.
    Ok,
    /// A worker runs, but not as well as it could, or what is wrong cannot be known from here.
    Warning,
    /// No worker of this kind can run.
    Failed,
    /// Of no importance for this kind of worker.
    NotApplicable,
}

impl State {
    fn mark(self) -> char {
        match self {
            Self::Ok => '✓',
            Self::Warning => '!',
            Self::Failed => '✗',
            Self::NotApplicable => '–',
        }
    }
}

/// What a check is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Area {
    /// The processor.
    Processor,
    /// SGX: driver, devices, memory.
    Sgx,
    /// TDX: guest and host.
    Tdx,
    /// Where certificates of the platform come from.
    Provisioning,
    /// Firmware and microcode.
    Firmware,
    /// The kernel.
    Kernel,
    /// The clock.
    Clock,
    /// Everything else that a worker uses up.
    Resources,
}

impl Area {
    fn title(self) -> &'static str {
        match self {
            Self::Processor => "Processor",
            Self::Sgx => "SGX",
            Self::Tdx => "TDX",
            Self::Provisioning => "Provisioning",
            Self::Firmware => "Firmware",
            Self::Kernel => "Kernel",
            Self::Clock => "Clock",
            Self::Resources => "Resources",
        }
    }
}

/// Something to check, and why.
#[derive(Clone, Copy)]
pub(super) struct Subject {
    /// Name, unique in a report.
    pub(super) id: &'static str,
    /// Where it belongs.
    pub(super) area: Area,
    /// Why it matters.
    pub(super) why: &'static str,
}

impl Subject {
    /// It is as it should be.
    pub(super) fn ok(self, seen: impl Into<String>) -> Check {
        self.check(State::Ok, seen.into(), None)
    }

    /// It could be better.
    pub(super) fn warning(self, seen: impl Into<String>, remedy: impl Into<String>) -> Check {
        self.check(State::Warning, seen.into(), Some(remedy.into()))
    }

    /// No worker can run with it.
    pub(super) fn failed(self, seen: impl Into<String>, remedy: impl Into<String>) -> Check {
        self.check(State::Failed, seen.into(), Some(remedy.into()))
    }

    /// It does not matter, for the reason in `seen`.
    pub(super) fn not_applicable(self, seen: impl Into<String>) -> Check {
        self.check(State::NotApplicable, seen.into(), None)
    }

    fn check(self, state: State, seen: String, remedy: Option<String>) -> Check {
        Check { id: self.id, area: self.area, state, seen, why: self.why, remedy }
    }
}

/// A check that was made.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Check {
    pub(super) id: &'static str,
    pub(super) area: Area,
    pub(super) state: State,
    /// What the machine shows.
    pub(super) seen: String,
    /// Why it matters.
    pub(super) why: &'static str,
    /// What to do about it.
    pub(super) remedy: Option<String>,
}

/// All that was found.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    /// The kind of worker that was asked about or, if none was, found possible.
    pub(super) tee: Tee,
    pub(super) place: Place,
    /// Whether a worker of this kind can run.
    pub(super) able: bool,
    /// The last line.
    pub(super) summary: String,
    pub(super) checks: Vec<Check>,
}

impl Report {
    /// Draws the conclusion. `asked`: whether somebody asked for this kind of worker.
    pub(super) fn new(tee: Tee, place: Place, asked: bool, checks: Vec<Check>) -> Self {
        let able = !checks.iter().any(|check| check.state == State::Failed);
        let nothing_found = if tee == Tee::Development && !asked { "No TEE was found. " } else { "" };
        let verdict = match able {
            true => format!("{}{}", possible(tee, place), warnings(&checks)),
            false => impossible(tee, &checks),
        };
        Self { tee, place, able, summary: format!("{nothing_found}{verdict}."), checks }
    }

    /// For people. What is fine is one line; the rest says why it matters and what to do.
    pub(super) fn to_text(&self) -> String {
        let mut lines = Vec::new();
        let mut area = None;
        for check in &self.checks {
            if area.replace(check.area) != Some(check.area) {
                lines.push(check.area.title().to_owned());
            }
            let name = check.id.replace('_', " ");
            lines.push(format!("  {} {name:<20}  {}", check.state.mark(), check.seen));
            if let Some(remedy) = &check.remedy {
                lines.push(format!("      why:    {}", check.why));
                lines.push(format!("      remedy: {remedy}"));
            }
        }
        lines.push(String::new());
        lines.push(self.summary.clone());
        lines.join("\n")
    }
}

fn possible(tee: Tee, place: Place) -> &'static str {
    match (tee, place) {
        (Tee::Sgx, _) => "An SGX worker can run here",
        (Tee::Tdx, Place::Here) => "A TDX worker can run in this guest",
        (Tee::Tdx, Place::GuestOfThis) => {
            "TDX workers can run in guests of this machine (run this in a guest too)"
        }
        (Tee::Development, _) => {
            "A worker can run here for development only: networks that trust nothing but real TEEs refuse it"
        }
    }
}

fn warnings(checks: &[Check]) -> String {
    match checks.iter().filter(|check| check.state == State::Warning).count() {
        0 => String::new(),
        1 => "; there is 1 warning".to_owned(),
        warnings => format!("; there are {warnings} warnings"),
    }
}

fn impossible(tee: Tee, checks: &[Check]) -> String {
    let failed: Vec<&str> =
        checks.iter().filter(|check| check.state == State::Failed).map(|check| check.id).collect();
    let names = failed.join(", ").replace('_', " ");
    match tee {
        // What the worker itself lacks, no machine can make good.
        Tee::Sgx if failed == [super::kernel::SECCOMP.id] => {
            "This machine has what an SGX worker needs, and this version of the worker does not run under Gramine yet"
                .to_owned()
        }
        Tee::Sgx => format!("No SGX worker can run here. To fix: {names}"),
        Tee::Tdx => format!("No TDX worker can run here. To fix: {names}"),
        Tee::Development => format!("No worker can run here. To fix: {names}"),
    }
}
