//! What runs inside the process `phala-executor`: one request from standard input, one response to
//! standard output, then the end.
//!
//! The process is to be given up for lost as soon as a foreign program runs in it. It takes all it
//! needs from its parent beforehand, and afterwards opens nothing: the place for a system-call
//! filter is `confine`, which runs between the two.

mod artefact;
mod clock;
mod engine;
mod limits;
mod output;
mod preview1;
mod preview2;
mod run;

use std::io::{self, Read};
use std::process::ExitCode;
use std::thread;

use codec::Encode;

use crate::protocol::{self, Request, Response, GREETING, MAX_REQUEST};

/// Stack of the thread that compiles or runs a program. A program's own stack is a part of it.
const STACK: usize = 16 << 20;

/// Serves one request. Fails if the parent does not speak this protocol or went away.
pub fn serve() -> ExitCode {
    match serve_request() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("phala-executor: {error:#} (it is started by a worker, not by hand)");
            ExitCode::FAILURE
        }
    }
}

fn serve_request() -> anyhow::Result<()> {
    protocol::write(&mut io::stdout(), GREETING)?;
    let frame = protocol::read(&mut io::stdin(), MAX_REQUEST)?;
    let request: Request = protocol::decode(&frame)?;
    drop(frame);
    end_with_parent()?;
    confine(&request)?;
    let response = thread::Builder::new()
        .stack_size(STACK)
        .spawn(|| answer(request))?
        .join()
        .map_err(|_| anyhow::anyhow!("the engine panicked"))??;
    protocol::write(&mut io::stdout(), &response.encode())?;
    Ok(())
}

fn answer(request: Request) -> anyhow::Result<Response> {
    match request {
        Request::Compile { kind, program } => engine::compile(kind, &program),
        Request::Run(request) => run::run(request),
    }
}

/// Ends this process when the parent does: it holds the other end of standard input open until it
/// has its response.
fn end_with_parent() -> io::Result<()> {
    thread::Builder::new().name("parent".into()).spawn(|| {
        let mut byte = [0];
        let _ = io::stdin().read(&mut byte);
        std::process::exit(1);
    })?;
    Ok(())
}

/// Gives up, for good, what neither compiling nor running needs.
fn confine(request: &Request) -> io::Result<()> {
    limits::limit_process(request)
}
