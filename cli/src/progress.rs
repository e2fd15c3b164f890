//! What is going on, on a terminal's standard error; silent elsewhere.

use std::{io::IsTerminal, time::Duration};

use indicatif::{ProgressBar, ProgressStyle};

/// A spinner with a message.
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// Starts it.
    pub(crate) fn start(message: &'static str) -> Self {
        let bar =
            if std::io::stderr().is_terminal() { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
            bar.set_style(style);
        }
        bar.set_message(message);
        bar.enable_steady_tick(Duration::from_millis(100));
        Self(bar)
    }

    /// Says what happens now.
    pub(crate) fn say(&self, message: &str) {
        self.0.set_message(message.to_owned());
    }

    /// Removes it.
    pub(crate) fn end(self) {
        self.0.finish_and_clear();
    }
}
