//! What happens and when, for people.

use std::time::{Duration, Instant};

/// Writes lines that start with the time since the beginning.
pub(crate) struct Narrator {
    start: Instant,
}

impl Narrator {
    /// Time starts now.
    pub(crate) fn start() -> Self {
        Self { start: Instant::now() }
    }

    /// Says that something happened.
    pub(crate) fn say(&self, what: &str) {
        eprintln!("[{:6.1} s] {what}", self.start.elapsed().as_secs_f64());
    }

    /// Time since the beginning.
    pub(crate) fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }
}
