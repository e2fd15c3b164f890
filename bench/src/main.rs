//! Measures speed side by side with peers, in one run: see the README of this folder.
//!
//! Each part gives rows of one table. The program fails when a limit does not hold.

mod catching_up;
mod jobs;
mod justifications;
mod measure;
mod mining;
mod report;
mod sandbox;
mod sealing;

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context, Result};
use clap::{Parser, ValueEnum};

use report::Report;

/// Measures speed side by side with peers.
#[derive(Debug, Parser)]
#[command(name = "phala-bench", version, max_term_width = 110)]
struct Arguments {
    /// What to measure. None: everything.
    parts: Vec<Part>,
    /// Print no table, only the line of JSON.
    #[arg(long)]
    json: bool,
    /// The program that verifies justifications as smoldot does; `make bench` builds it.
    #[arg(long, value_name = "FILE")]
    smoldot: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Programs in the sandbox, beside wasmtime called directly and wasmi.
    Sandbox,
    /// Sealed boxes, beside X25519 with AES-GCM.
    Sealing,
    /// Verifying justifications, beside smoldot.
    Justifications,
    /// A light client that was away for many blocks.
    CatchingUp,
    /// A block of heartbeats and challenges, beside a loop over all sessions.
    Mining,
    /// Jobs through one worker of a network of real processes.
    Jobs,
}

fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    let parts = match &arguments.parts[..] {
        [] => Part::value_variants(),
        chosen => chosen,
    };
    let mut report = Report::default();
    for part in parts {
        eprintln!("measuring {}", name(*part));
        let rows = match part {
            Part::Sandbox => sandbox::measure(),
            Part::Sealing => sealing::measure(),
            Part::Justifications => justifications::measure(arguments.smoldot.as_deref()),
            Part::CatchingUp => catching_up::measure(),
            Part::Mining => mining::measure(),
            Part::Jobs => jobs::measure(),
        };
        report.add(rows.with_context(|| format!("cannot measure {}", name(*part)))?);
    }
    if !arguments.json {
        println!("{report}");
    }
    println!("{}", report.to_json());
    Ok(if report.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn name(part: Part) -> String {
    part.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}
