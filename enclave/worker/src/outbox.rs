//! Reports on their way to the chain.
//!
//! # Invariants
//!
//! - The reports are those with the sequence numbers `next - len .. next`, in order.
//! - A sequence number is signed once: `next` never goes back, and the outbox is on the disk before
//!   anybody sees a report.
//! - A report stays until the chain's proven state says that its number was accepted. The chain takes
//!   a report or rejects what it says, and consumes its number either way.

use std::collections::VecDeque;

use codec::{Decode, Encode};
use phala_keyring::Identity;
use phala_primitives::{
    report::{Report, ReportBody, SignedReport},
    Hash,
};
use thiserror::Error;

/// Signed reports, and the numbers they go by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Outbox {
    next: u64,
    acknowledged: u64,
    reports: VecDeque<SignedReport>,
}

/// The chain expects a number that it has already accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the chain expects report {proven}, but has accepted all before {accepted}")]
pub struct SequenceWentBack {
    /// What proven state says is next.
    pub proven: u64,
    /// What it said before.
    pub accepted: u64,
}

impl Outbox {
    /// The number of the next report to be signed.
    pub fn next_sequence(&self) -> u64 {
        self.next
    }

    /// How many messages the newest report acknowledges.
    pub fn acknowledged(&self) -> u64 {
        self.acknowledged
    }

    /// Reports that the chain is not known to have accepted, oldest first.
    pub fn reports(&self) -> impl Iterator<Item = &SignedReport> {
        self.reports.iter()
    }

    /// How many reports the chain is not known to have accepted.
    pub fn len(&self) -> usize {
        self.reports.len()
    }

    /// Whether the chain has accepted everything.
    pub fn is_empty(&self) -> bool {
        self.reports.is_empty()
    }

    /// Lets go of what the chain has accepted: everything before `proven`, the number that its
    /// state expects next. A number beyond all that were signed is taken over: the reports before
    /// it were made by this identity in a past that the disk has forgotten.
    pub fn synchronise(&mut self, proven: u64) -> Result<(), SequenceWentBack> {
        let accepted = self.next.saturating_sub(self.reports.len() as u64);
        if proven < accepted {
            return Err(SequenceWentBack { proven, accepted });
        }
        self.reports.retain(|signed| signed.report.sequence >= proven);
        self.next = self.next.max(proven);
        Ok(())
    }

    /// Signs `body` under the next number, together with the acknowledgement of `taken` messages.
    pub fn push(&mut self, identity: &Identity, genesis: &Hash, taken: u64, body: ReportBody) {
        let report = Report { worker: identity.worker_id(), sequence: self.next, acknowledged: taken, body };
        let signature = identity.sign(&report.signing_payload(genesis));
        self.reports.push_back(SignedReport { report, signature });
        self.next = self.next.saturating_add(1);
        self.acknowledged = taken;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use phala_keyring::{Keyring, Platform};
    use phala_primitives::verify_signature;

    use super::*;

    const GENESIS: Hash = [7; 32];

    fn outbox_of(reports: u64) -> Outbox {
        let folder = tempfile::tempdir().unwrap();
        let keyring = Keyring::open(Platform::Development, folder.path()).unwrap();
        let mut outbox = Outbox::default();
        for taken in 1..=reports {
            outbox.push(keyring.identity(), &GENESIS, taken, ReportBody::Acknowledge);
        }
        outbox
    }

    fn sequences(outbox: &Outbox) -> Vec<u64> {
        outbox.reports().map(|signed| signed.report.sequence).collect()
    }

    #[test]
    fn outbox_should_number_reports_consecutively_and_sign_each_for_this_chain() {
        let outbox = outbox_of(3);
        assert_eq!(sequences(&outbox), [0, 1, 2]);
        assert_eq!((outbox.next_sequence(), outbox.acknowledged()), (3, 3));
        for SignedReport { report, signature } in outbox.reports() {
            assert!(verify_signature(signature, &report.signing_payload(&GENESIS), &report.worker));
            assert!(!verify_signature(signature, &report.signing_payload(&[8; 32]), &report.worker));
        }
    }

    #[test]
    fn outbox_should_keep_reports_until_the_chain_has_accepted_them() {
        let mut outbox = outbox_of(3);
        outbox.synchronise(0).unwrap();
        assert_eq!(sequences(&outbox), [0, 1, 2]);
        outbox.synchronise(2).unwrap();
        assert_eq!(sequences(&outbox), [2]);
        outbox.synchronise(3).unwrap();
        assert!(outbox.is_empty());
        assert_eq!(outbox.next_sequence(), 3);
    }

    #[test]
    fn outbox_should_go_on_from_the_chains_number_when_it_is_ahead() {
        let mut outbox = outbox_of(2);
        outbox.synchronise(9).unwrap();
        assert!(outbox.is_empty());
        assert_eq!(outbox.next_sequence(), 9);
    }

    #[test]
    fn outbox_should_refuse_a_number_that_was_accepted_before() {
        let mut outbox = outbox_of(3);
        outbox.synchronise(2).unwrap();
        let before = outbox.clone();
        assert_eq!(outbox.synchronise(1), Err(SequenceWentBack { proven: 1, accepted: 2 }));
        assert_eq!(outbox, before);
    }
}
