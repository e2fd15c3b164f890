//! What happens to sessions and matters to their pool.

use phala_client::chain::api::mining::Event;
use serde_json::json;

use super::Effect;
use crate::format::{decimal, fixed, pha, rounded, short, time};

/// The start and the end of a session; why its value moves is told by `phala session explain`.
pub(super) fn effect(event: &Event) -> Option<Effect> {
    match event {
        Event::SessionStarted { session, worker, pool, stake, initial_value } => Some(Effect::new(
            "session_started",
            json!({
                "session": session,
                "worker": worker.0,
                "pool": pool,
                "stake_pha": decimal(*stake),
                "initial_value_pha": fixed(**initial_value),
            }),
            format!(
                "session {session} of worker {} starts with {} of pool {pool}: V^e = {} PHA",
                short(&worker.0),
                pha(*stake),
                rounded(**initial_value)
            ),
        )),
        Event::SessionStopped { session, until, .. } => Some(Effect::new(
            "session_stopped",
            json!({ "session": session, "returns_at": time(*until), "returns_at_ms": until }),
            format!("session {session} stops; its stake comes back at {}", time(*until)),
        )),
        _ => None,
    }
}
