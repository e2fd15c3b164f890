//! What becomes of actions.

use phala_economics::{Balance, Moment, Payout, SlashLevel, StartError};

use crate::{action::Worker, invariants::Breach};

/// What became of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A session started.
    Started {
        /// Base units behind it.
        stake: Balance,
    },
    /// A session may not start.
    Refused(StartError),
    /// A session goes on with a larger stake.
    Restarted {
        /// Base units that were behind it.
        taken: Balance,
        /// Base units of them that came back.
        returned: Balance,
        /// Base units behind it from now on.
        stake: Balance,
    },
    /// A session may not restart, and goes on as it was.
    RestartRefused(StartError),
    /// An answer in time.
    Paid {
        /// What was paid.
        paid: Payout,
        /// What was earned and could not be paid, in base units, because the subsidy is empty.
        missing: Balance,
    },
    /// A session became unresponsive.
    WentOffline,
    /// A late answer.
    Recovered,
    /// A fault.
    Faulted {
        /// How grave.
        level: SlashLevel,
        /// Base units behind the session, where the fault stopped it.
        stopped: Option<Balance>,
    },
    /// A session stopped.
    Stopped {
        /// Base units behind it.
        stake: Balance,
    },
    /// A stake came back.
    Returned {
        /// Base units that were behind the session.
        taken: Balance,
        /// Base units of it that came back.
        returned: Balance,
    },
    /// The parameters changed.
    ParametersChanged,
}

/// Why an action was not possible: the schedule asked for something that no chain would do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    /// An action of a worker without a session, or one that a session in its phase cannot take.
    #[error("worker {worker} cannot do this {at} ms into chain time: {happening}")]
    Impossible {
        /// The worker.
        worker: Worker,
        /// Chain time.
        at: Moment,
        /// What it should have done.
        happening: &'static str,
    },
    /// Parameters out of their ranges.
    #[error(transparent)]
    Parameters(#[from] phala_economics::ParameterError),
    /// A rule that must always hold does not.
    #[error(transparent)]
    Breach(#[from] Breach),
}
