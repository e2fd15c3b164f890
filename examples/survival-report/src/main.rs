//! A survival report over a clinical table: CSV on standard input, text on standard output.

mod options;
mod report;
mod statistics;
mod survival;
mod table;

use std::io::{self, Write};
use std::process::ExitCode;

use options::Options;

/// Exit code of a run whose input or arguments are not as they should be.
const BAD_INPUT: u8 = 2;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("survival-report: {message}");
            ExitCode::from(BAD_INPUT)
        }
    }
}

fn run() -> Result<(), String> {
    let options = Options::parse(std::env::args().skip(1))?;
    let table = table::read(io::stdin().lock(), &options)?;
    let report = report::write(&table, &options);
    io::stdout().write_all(report.as_bytes()).map_err(|error| format!("cannot write the report: {error}"))
}
