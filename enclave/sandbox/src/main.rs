//! Runs or compiles one WebAssembly program, as told on standard input, and exits.
//!
//! Started by the worker for each job; see the library's documentation.

fn main() -> std::process::ExitCode {
    phala_sandbox::executor::serve()
}
