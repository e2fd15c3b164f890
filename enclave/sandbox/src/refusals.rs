//! Programs that do not compile, remembered: who posts one again and again has it compiled once.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use phala_primitives::Hash;

/// Most programs remembered; the oldest goes first.
const CAPACITY: usize = 1024;
/// Most characters of a reason. It may quote the program.
const MAX_REASON: usize = 1024;

/// A bounded list of programs and of what is wrong with each.
#[derive(Default)]
pub(crate) struct Refusals(Mutex<VecDeque<(Hash, String)>>);

impl Refusals {
    /// Why `program` does not compile, if that is known.
    pub(crate) fn get(&self, program: &Hash) -> Option<String> {
        self.list().iter().find(|(refused, _)| refused == program).map(|(_, reason)| reason.clone())
    }

    /// Remembers that `program` does not compile; returns the reason, shortened.
    pub(crate) fn put(&self, program: Hash, reason: &str) -> String {
        let reason: String = reason.chars().take(MAX_REASON).collect();
        let mut list = self.list();
        if list.len() >= CAPACITY {
            list.pop_front();
        }
        list.push_back((program, reason.clone()));
        reason
    }

    /// Forgets all.
    pub(crate) fn clear(&self) {
        self.list().clear();
    }

    fn list(&self) -> MutexGuard<'_, VecDeque<(Hash, String)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(number: usize) -> Hash {
        phala_primitives::hash(&number.to_le_bytes())
    }

    #[test]
    fn oldest_refusal_should_go_when_there_are_too_many() {
        let refusals = Refusals::default();
        for number in 0..=CAPACITY {
            refusals.put(name(number), &number.to_string());
        }
        assert_eq!(refusals.get(&name(0)), None);
        assert_eq!(refusals.get(&name(1)).as_deref(), Some("1"));
        assert_eq!(refusals.list().len(), CAPACITY);
    }

    #[test]
    fn reason_should_be_cut_when_it_is_long() {
        let refusals = Refusals::default();
        let reason = refusals.put(name(0), &"ü".repeat(2 * MAX_REASON));
        assert_eq!(reason.chars().count(), MAX_REASON);
        assert_eq!(refusals.get(&name(0)), Some(reason));
    }
}
