//! What the registry asks of the pallets above it.

use phala_primitives::WorkerId;

/// Knows which workers are being used.
pub trait InUse {
    /// Whether `worker` is in a mining session or still cooling down from one.
    fn in_use(worker: &WorkerId) -> bool;
}
