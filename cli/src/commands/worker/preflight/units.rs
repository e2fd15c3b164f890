//! Sizes as people read them.

/// Bytes in a GiB.
pub(super) const GIB: u64 = 1 << 30;

/// `bytes` in MiB, or in GiB with one decimal, rounded down.
pub(super) fn mib(bytes: u64) -> String {
    match bytes {
        0..GIB => format!("{} MiB", bytes >> 20),
        _ => format!("{}.{} GiB", bytes / GIB, (bytes % GIB) * 10 / GIB),
    }
}
