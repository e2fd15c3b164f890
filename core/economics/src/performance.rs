//! Instant performance, from the counters in heartbeats (section 6).

use sp_arithmetic::FixedU128;

use crate::{arithmetic, Moment};

/// Milliseconds in which performance counts iterations.
const WINDOW: u128 = 6_000;

/// p_instant: `6 · Δiterations / Δt` with t in seconds, capped at 1.2 · `score`.
///
/// A counter that went backwards gives 0: the worker began to count again. None when no time passed,
/// so that nothing was measured.
pub fn instant(
    score: u32,
    iterations_before: u64,
    iterations_now: u64,
    elapsed: Moment,
) -> Option<FixedU128> {
    if elapsed == 0 {
        return None;
    }
    let iterations = u128::from(iterations_now.saturating_sub(iterations_before));
    let measured = FixedU128::from_inner(arithmetic::multiply_divide(
        iterations.saturating_mul(WINDOW),
        FixedU128::from_u32(1).into_inner(),
        elapsed.into(),
    ));
    Some(measured.min(cap(score)))
}

/// Most that an instant performance counts: 1.2 · `score`.
pub fn cap(score: u32) -> FixedU128 {
    arithmetic::scale(FixedU128::from_u32(score), 12, 10)
}
