//! Mining sessions: how they stand, what would happen to them, and why their value moved.
//!
//! What a [`Snapshot`] says here is a node's word, which is right for looking. [`Plan`] foresees what a call would come
//! to, before anybody pays for it; [`story`] walks back through a session's events.

mod plan;
mod story;

use phala_economics::TokenomicParameters;
use phala_primitives::{SessionId, WorkerId};

pub use crate::chain::api::runtime_types::{
    pallet_mining::types::{NetworkTotals, SessionInfo, ValueChange},
    phala_primitives::session::Challenge,
};
pub use plan::{plan, Intent, Plan};
pub use story::{steps, story, Beginning, Happening, Step, Story};

use crate::{
    chain::{api, unfit, wire},
    Error, Snapshot,
};

/// How many session numbers one page covers: as many as the chain looks at for one question.
pub const PAGE: u32 = 100;

/// A session, by whatever names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The one that this worker has.
    Worker(WorkerId),
    /// The one of this number.
    Session(SessionId),
}

impl std::fmt::Display for Subject {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Worker(worker) => write!(formatter, "worker {worker}"),
            Self::Session(session) => write!(formatter, "session {session}"),
        }
    }
}

/// Some sessions, and where to go on.
pub struct Page {
    /// Those that exist, cooling down included, in the order of their seats.
    pub sessions: Vec<SessionInfo>,
    /// First seat of the next page; none after the last.
    pub next: Option<u32>,
}

/// A session, from its start until its stake was returned.
pub async fn find(snapshot: &Snapshot, subject: Subject) -> Result<Option<SessionInfo>, Error> {
    let views = api::view_functions().mining();
    match subject {
        Subject::Worker(worker) => snapshot.view(views.worker_session(wire(worker))).await,
        Subject::Session(session) => snapshot.view(views.session(session)).await,
    }
}

/// The sessions in the seats `from` to `from` + [`PAGE`] − 1.
pub async fn page(snapshot: &Snapshot, from: u32) -> Result<Page, Error> {
    let sessions = snapshot.view(api::view_functions().mining().sessions(from)).await?;
    let entry = snapshot.at().storage().entry(api::storage().mining().seats()).map_err(unfit)?;
    let end: u32 = match entry.try_fetch(()).await.map_err(unfit)? {
        Some(number) => number.decode().map_err(unfit)?,
        None => 0,
    };
    let next = from.saturating_add(PAGE);
    Ok(Page { sessions, next: (next < end).then_some(next) })
}

/// All sessions together, and the emission.
pub async fn totals(snapshot: &Snapshot) -> Result<NetworkTotals, Error> {
    snapshot.view(api::view_functions().mining().totals()).await
}

/// The rules in force.
pub async fn parameters(snapshot: &Snapshot) -> Result<TokenomicParameters, Error> {
    let entry = snapshot.at().storage().entry(api::storage().mining().parameters()).map_err(unfit)?;
    Ok(entry.fetch(()).await.map_err(unfit)?.decode().map_err(unfit)?.0)
}
