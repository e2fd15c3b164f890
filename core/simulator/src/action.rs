//! What happens in a network.

use phala_economics::{Balance, Moment, SlashLevel, TokenomicParameters};

/// A worker's number; its group is that of the scenario's order.
pub type Worker = u32;

/// Something that happens at its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// Chain time.
    pub at: Moment,
    /// What happens.
    pub happening: Happening,
}

/// What can happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening {
    /// A session starts.
    Start {
        /// Who mines.
        worker: Worker,
        /// Base units behind it.
        stake: Balance,
        /// Performance score.
        score: u32,
        /// Confidence level, 1 (best) to 5.
        confidence: u8,
    },
    /// The pool puts a larger stake behind a session that answers.
    Restart {
        /// Who mines.
        worker: Worker,
        /// Base units from now on.
        stake: Balance,
        /// Performance score.
        score: u32,
        /// Confidence level, 1 (best) to 5.
        confidence: u8,
    },
    /// A worker answers a challenge, late if its deadline has passed.
    Answer {
        /// Who mines.
        worker: Worker,
        /// Its benchmark's counter.
        iterations: u64,
        /// Jobs that it hosts.
        jobs: u32,
    },
    /// The deadline of a challenge passed without an answer.
    DeadlinePassed {
        /// Who mines.
        worker: Worker,
    },
    /// A worker committed a fault.
    Fault {
        /// Who mines.
        worker: Worker,
        /// How grave.
        level: SlashLevel,
    },
    /// The pool stops the session.
    Stop {
        /// Who mines.
        worker: Worker,
    },
    /// The cool-down is over, and the stake comes back.
    Return {
        /// Who mined.
        worker: Worker,
    },
    /// Governance changes the parameters.
    SetParameters(Box<TokenomicParameters>),
}

impl Happening {
    /// The worker to which it happens; none for changes of parameters.
    pub fn worker(&self) -> Option<Worker> {
        match self {
            Self::Start { worker, .. }
            | Self::Restart { worker, .. }
            | Self::Answer { worker, .. }
            | Self::DeadlinePassed { worker }
            | Self::Fault { worker, .. }
            | Self::Stop { worker }
            | Self::Return { worker } => Some(*worker),
            Self::SetParameters(_) => None,
        }
    }
}
