//! The probe in the executor's place: what becomes of a job whose program took over its process.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use libtest_mimic::Trial;
use phala_sandbox::executor::serve_taken_over;
use phala_sandbox::{ExitStatus, Outcome, Sandbox, SandboxConfig};
use tempfile::TempDir;

use crate::attempts::{Victim, ATTEMPTS};
use crate::common::{executor, program, LIMITS};
use crate::probe::own_program;
use crate::trial;

/// What the probe is called in the executor's place, followed by the attempt.
const PREFIX: &str = "taken-over-by-";

/// Serves as an executor that makes the attempt which its name names, if it names one.
pub(crate) fn run() -> Option<i32> {
    let name = std::env::args().next()?;
    let attempt = Path::new(&name).file_name()?.to_str()?.strip_prefix(PREFIX)?;
    let attempt = ATTEMPTS.iter().find(|known| known.name == attempt).unwrap();
    let victim = Victim { folder: "/etc".into(), address: 0, descriptor: 9 };
    serve_taken_over(|| {
        if (attempt.run)(&victim).is_ok() {
            // No answer of an executor, and not what comes of being killed either.
            std::process::exit(0);
        }
    });
    Some(1)
}

/// A sandbox whose executor can be exchanged.
struct Place {
    executor: PathBuf,
    sandbox: Sandbox,
    _folder: TempDir,
}

impl Place {
    /// The executor is the real one at first, under a name that tells the probe what to do.
    fn new(attempt: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().join(format!("{PREFIX}{attempt}"));
        let sandbox = Sandbox::new(SandboxConfig {
            executor: at.clone(),
            cache_dir: folder.path().join("cache"),
            cache_bytes: 64 << 20,
            max_concurrent: 1,
        });
        let place = Self { executor: at, sandbox: sandbox.unwrap(), _folder: folder };
        place.put(&executor());
        place
    }

    /// Has jobs run by `program` from now on.
    fn put(&self, program: &Path) {
        let other = self.executor.with_extension("other");
        symlink(program, &other).unwrap();
        fs::rename(other, &self.executor).unwrap();
    }

    async fn run(&self, name: &str) -> Outcome {
        self.sandbox.run(program(name), LIMITS).await.unwrap()
    }
}

pub(crate) fn trials() -> Vec<Trial> {
    let killed = ATTEMPTS.iter().filter(|attempt| attempt.killed);
    killed
        .map(|attempt| {
            let name =
                format!("job_should_be_stopped_and_the_next_one_run_when_a_program_tries_{}", attempt.name);
            trial(name, || taken_over(attempt.name))
        })
        .collect()
}

#[tokio::main(flavor = "current_thread")]
async fn taken_over(attempt: &str) {
    let place = Place::new(attempt);
    let before = place.run("exit").await;
    assert_eq!(before.exit, ExitStatus::Exited(3));

    place.put(&own_program());
    let outcome = place.run("exit").await;
    assert_eq!((outcome.exit, outcome.fuel), (ExitStatus::Trapped, program("exit").loading_fuel()));
    assert!(outcome.stdout.is_empty());
    let said = String::from_utf8(outcome.stderr).unwrap();
    assert!(said.contains("stopped by the sandbox") && said.contains("forbidden system call"), "{said}");
    assert_eq!(place.sandbox.violations(), 1);

    // Compiling is done in the same confinement; the program is not to blame on the next machine.
    let outcome = place.run("trap").await;
    assert_eq!(outcome.exit, ExitStatus::InvalidProgram);
    assert!(String::from_utf8(outcome.stderr).unwrap().contains("system call"));
    assert_eq!(place.sandbox.violations(), 2);

    place.put(&executor());
    assert!(place.run("exit").await == before);
}
