//! What runs inside the process `phala-executor`: one request from standard input, one response to
//! standard output, then the end.
//!
//! The process is to be given up for lost as soon as it reads what a client chose. It takes all it needs from its
//! parent and sets up its engine beforehand, and then confines itself ([`mod@confine`]): from there on it has one
//! thread, no files, no network, no privileges, and some twenty system calls.

mod artefact;
mod clock;
pub mod confine;
mod engine;
mod limits;
mod output;
mod preview1;
mod preview2;
mod run;
#[cfg(test)]
mod settings_tests;

use std::io;
use std::process::ExitCode;

use codec::Encode;
use confine::confine;
use rustix::process::{set_parent_process_death_signal, Signal};
use wasmtime::Engine;

pub use engine::config as engine_config;

use crate::protocol::{self, Order, Request, Response, GREETING, MAX_REQUEST};

/// Serves one request. Fails if the parent does not speak this protocol or went away.
pub fn serve() -> ExitCode {
    report(serve_request(answer))
}

/// Does all that [`serve`] does, up to the point where a client's bytes would be looked at, and there calls
/// `instead`: for tests of what a hostile program can do that took over the process.
#[doc(hidden)]
pub fn serve_taken_over(instead: impl FnOnce()) -> ExitCode {
    report(serve_request(|_, _| {
        instead();
        anyhow::bail!("taken over, and nothing came of it")
    }))
}

fn report(served: anyhow::Result<()>) -> ExitCode {
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("phala-executor: {error:#} (it is started by a worker, not by hand)");
            ExitCode::FAILURE
        }
    }
}

fn serve_request(
    answer: impl FnOnce(&Engine, Request) -> anyhow::Result<Option<Response>>,
) -> anyhow::Result<()> {
    // If the parent died before this, there is nobody to send an order.
    set_parent_process_death_signal(Some(Signal::KILL))?;
    protocol::write(&mut io::stdout(), GREETING)?;
    let frame = protocol::read(&mut io::stdin(), MAX_REQUEST)?;
    let Order { landlock, request }: Order<Request> = protocol::decode(&frame)?;
    drop(frame);
    let engine = set_up();
    let confined = engine.and_then(|engine| Ok((engine, confine(&limits::bounds(&request), landlock)?)));
    let said = confined.as_ref().map(|(_, confinement)| confinement).map_err(|reason| format!("{reason:#}"));
    protocol::write(&mut io::stdout(), &said.encode())?;
    if let Some(response) = answer(&confined?.0, request)? {
        protocol::write(&mut io::stdout(), &response.encode())?;
    }
    Ok(())
}

/// Makes the engine, which looks at the CPU and installs its signal handlers, and keeps it to this thread.
fn set_up() -> anyhow::Result<Engine> {
    // Other crates of a build may switch the engine's parallel compiler on. It takes the global pool, and this
    // is one without threads.
    rayon_core::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global()?;
    engine::engine()
}

fn answer(engine: &Engine, request: Request) -> anyhow::Result<Option<Response>> {
    match request {
        Request::Describe => Ok(None),
        Request::Compile { kind, program } => engine::compile(engine, kind, &program).map(Some),
        Request::Run(request) => run::run(engine, request).map(Some),
    }
}
