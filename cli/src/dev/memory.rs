//! Memory in use by a set of processes and their descendants, from `/proc`.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        atomic::{AtomicU64, Ordering},
        Arc, Mutex, PoisonError,
    },
    time::Duration,
};

/// How often memory is read.
const SAMPLE_INTERVAL: Duration = Duration::from_millis(250);

/// Keeps the highest sum of resident memory seen.
pub(crate) struct MemoryWatch {
    roots: Arc<Mutex<Vec<u32>>>,
    peak_kib: Arc<AtomicU64>,
    task: tokio::task::JoinHandle<()>,
}

impl MemoryWatch {
    /// Starts watching this process and, once [`Self::watch`] names them, others.
    pub(crate) fn start() -> Self {
        let roots = Arc::new(Mutex::new(vec![std::process::id()]));
        let peak_kib = Arc::new(AtomicU64::new(0));
        let task = tokio::spawn(sample_for_ever(roots.clone(), peak_kib.clone()));
        Self { roots, peak_kib, task }
    }

    /// Adds processes, with all their descendants, to what is watched.
    pub(crate) fn watch(&self, pids: &[u32]) {
        self.roots.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(pids);
    }

    /// Highest sum of resident memory so far, in MiB.
    pub(crate) fn peak_mib(&self) -> u64 {
        self.peak_kib.load(Ordering::Relaxed).div_ceil(1024)
    }
}

impl Drop for MemoryWatch {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn sample_for_ever(roots: Arc<Mutex<Vec<u32>>>, peak_kib: Arc<AtomicU64>) {
    let mut interval = tokio::time::interval(SAMPLE_INTERVAL);
    loop {
        interval.tick().await;
        let roots = roots.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let now = tokio::task::spawn_blocking(move || resident_kib(&roots)).await.unwrap_or(0);
        peak_kib.fetch_max(now, Ordering::Relaxed);
    }
}

/// Sum of the resident memory of `roots` and all their descendants, in KiB.
fn resident_kib(roots: &[u32]) -> u64 {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    let mut resident: HashMap<u32, u64> = HashMap::new();
    let Ok(entries) = std::fs::read_dir("/proc") else { return 0 };
    for pid in entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()) {
        // A process may end between the two steps; it then counts for nothing.
        let Ok(status) = std::fs::read_to_string(format!("/proc/{pid}/status")) else { continue };
        if let Some(parent) = field(&status, "PPid:") {
            children.entry(u32::try_from(parent).unwrap_or(0)).or_default().push(pid);
        }
        resident.insert(pid, field(&status, "VmRSS:").unwrap_or(0));
    }
    let mut seen = HashSet::new();
    let mut queue = roots.to_vec();
    let mut sum = 0u64;
    while let Some(pid) = queue.pop() {
        if seen.insert(pid) {
            sum = sum.saturating_add(resident.get(&pid).copied().unwrap_or(0));
            queue.extend(children.get(&pid).into_iter().flatten());
        }
    }
    sum
}

/// The number after `name` in a `/proc/…/status` text.
fn field(status: &str, name: &str) -> Option<u64> {
    status.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resident_memory_should_be_counted_when_the_process_is_this_one() {
        assert!(resident_kib(&[std::process::id()]) > 500);
    }

    #[test]
    fn field_should_be_read_when_a_unit_follows() {
        assert_eq!(field("Name:\tx\nPPid:\t7\nVmRSS:\t    2048 kB\n", "VmRSS:"), Some(2048));
        assert_eq!(field("Name:\tx\n", "VmRSS:"), None);
    }
}
