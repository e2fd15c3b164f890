//! Verifying GRANDPA justifications, beside smoldot, on the same bytes.
//!
//! smoldot lives in a workspace of its own (`core/light-client/smoldot`), and so does the program that times both: built
//! there with one profile for both, asked from here in turns.

use std::{
    cell::RefCell,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::Duration,
};

use anyhow::{ensure, Context, Result};

use crate::{
    measure::{in_turns, runs_of, Contender},
    report::Row,
};

const AUTHORITIES: [usize; 3] = [4, 100, 1000];
const TURNS: usize = 21;

/// Rows of this part; `program` is the example `speed` of smoldot's workspace.
pub(crate) fn measure(program: Option<&Path>) -> Result<Vec<Row>> {
    let program = program.context("say where smoldot's side is with --smoldot, or run `make bench`")?;
    let verifiers = RefCell::new(Verifiers::start(program)?);
    AUTHORITIES.into_iter().map(|authorities| compare(&verifiers, authorities)).collect()
}

fn compare(verifiers: &RefCell<Verifiers>, authorities: usize) -> Result<Row> {
    let contender = |who: &'static str| -> Result<Contender> {
        let once = verifiers.borrow_mut().time(who, authorities, 1)?;
        let runs = runs_of(Duration::from_secs_f64(once));
        Ok(Box::new(move || verifiers.borrow_mut().time(who, authorities, runs)))
    };
    let measured = in_turns(TURNS, &mut [contender("ours")?, contender("smoldot")?])?;
    let what = format!("justification of {authorities} authorities");
    Ok(Row::beside(what, &measured[0], "smoldot", &measured[1]))
}

/// The program that has both verifiers.
struct Verifiers {
    process: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Verifiers {
    fn start(program: &Path) -> Result<Self> {
        let mut process = Command::new(program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let questions = process.stdin.take().context("no pipe")?;
        let answers = BufReader::new(process.stdout.take().context("no pipe")?);
        Ok(Self { process, questions, answers })
    }

    /// Seconds that one verification takes, over `runs` of them.
    fn time(&mut self, who: &str, authorities: usize, runs: u32) -> Result<f64> {
        writeln!(self.questions, "{who} {authorities} {runs}").context("smoldot's side has ended")?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer)?;
        ensure!(!answer.is_empty(), "smoldot's side has ended");
        answer.trim().parse().with_context(|| format!("smoldot's side said {answer}"))
    }
}

impl Drop for Verifiers {
    fn drop(&mut self) {
        // It may have ended already, and is of no more use either way.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
