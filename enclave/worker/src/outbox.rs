//! Reports on their way to the chain.
//!
//! # Starting and running
//!
//! A process begins by *starting*: it draws an [`Incarnation`] and shows nobody anything but the report
//! that says so. Once the chain's proven state carries that random number, two things are certain: the
//! state is recent, and nothing that earlier processes (or copies of the data folder) have signed and
//! the chain has not accepted ever will be. Only then is the worker *running*: what was pending is
//! signed anew under the numbers that follow, and goes out.
//!
//! # Invariants
//!
//! - The reports are in order; while running, their numbers are `accepted .. signed`.
//! - A number is signed once per incarnation, and the outbox is on the disk before anybody sees a report.
//! - The chain accepts no number at or above `signed` unless somebody else reports under this
//!   identity, or this is an old copy of the outbox. Either is noticed and ends the worker.
//! - A report stays until the chain's proven state says that its number was accepted. The chain takes
//!   a report or rejects what it says, and consumes its number either way.

use std::collections::VecDeque;

use codec::{Decode, Encode};
use phala_keyring::Identity;
use phala_primitives::{
    report::{Incarnation, Report, ReportBody, SenderState, SignedReport},
    Hash,
};
use thiserror::Error;

/// Signed reports, and the numbers they go by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Outbox {
    /// Of this process.
    incarnation: Incarnation,
    phase: Phase,
    /// How many reports the chain has accepted, as of the newest proven state.
    accepted: u64,
    /// No number from here on was ever signed.
    signed: u64,
    acknowledged: u64,
    reports: VecDeque<SignedReport>,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
enum Phase {
    /// The chain does not know this process yet. The report that tells it, once the worker is registered.
    #[codec(index = 0)]
    Starting(Option<SignedReport>),
    /// Proven state names this process.
    #[codec(index = 1)]
    Running,
}

impl Default for Phase {
    fn default() -> Self {
        Self::Starting(None)
    }
}

/// Proven state says what cannot be if this process alone speaks for the worker, from its newest state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Contradiction {
    /// The chain forgot.
    #[error("the chain expects report {proven}, but has accepted all before {accepted}")]
    WentBack {
        /// What proven state says is next.
        proven: u64,
        /// What it said before.
        accepted: u64,
    },
    /// The chain has accepted what this data folder knows nothing of.
    #[error(
        "the chain has accepted {accepted} reports of this worker, and this data folder knows of {signed}: it is an \
         old copy"
    )]
    RolledBack {
        /// Reports that the chain has accepted.
        accepted: u64,
        /// Reports that were signed, as far as the data folder knows.
        signed: u64,
    },
    /// Another process of this worker has started since.
    #[error("another process of this worker has started, from a copy of its data folder")]
    Superseded,
}

impl Outbox {
    /// Starts anew under `incarnation`, which must be fresh random bytes.
    pub fn begin(&mut self, incarnation: Incarnation) {
        self.incarnation = incarnation;
        self.phase = Phase::Starting(None);
    }

    /// Whether proven state names this process: it is recent, and what is signed will be accepted.
    pub fn is_running(&self) -> bool {
        self.phase == Phase::Running
    }

    /// The number of the next report to be signed.
    pub fn next_sequence(&self) -> u64 {
        self.signed
    }

    /// How many messages the newest report acknowledges.
    pub fn acknowledged(&self) -> u64 {
        self.acknowledged
    }

    /// Reports for the chain, oldest first.
    pub fn due(&self) -> impl Iterator<Item = &SignedReport> {
        let (start, reports) = match &self.phase {
            Phase::Starting(start) => (start.as_ref(), None),
            Phase::Running => (None, Some(self.reports.iter())),
        };
        start.into_iter().chain(reports.into_iter().flatten())
    }

    /// How many reports the chain is not known to have accepted.
    pub fn len(&self) -> usize {
        self.reports.len()
    }

    /// Whether the chain has accepted everything.
    pub fn is_empty(&self) -> bool {
        self.reports.is_empty()
    }

    /// Takes in what proven state says of the worker as a sender: lets go of what was accepted, and goes
    /// from starting to running when it names this process. `registered` says whether the chain would
    /// accept a report at all. On a contradiction the outbox must be thrown away.
    pub fn synchronise(
        &mut self,
        identity: &Identity,
        genesis: &Hash,
        registered: bool,
        proven: SenderState,
    ) -> Result<(), Contradiction> {
        let SenderState { sequence, incarnation } = proven;
        if sequence < self.accepted {
            return Err(Contradiction::WentBack { proven: sequence, accepted: self.accepted });
        }
        if sequence > self.signed {
            return Err(Contradiction::RolledBack { accepted: sequence, signed: self.signed });
        }
        self.accepted = sequence;
        match (&self.phase, incarnation == self.incarnation) {
            (Phase::Running, true) => self.reports.retain(|signed| signed.report.sequence >= sequence),
            (Phase::Running, false) => return Err(Contradiction::Superseded),
            (Phase::Starting(_), true) => self.run(identity, genesis),
            (Phase::Starting(_), false) if registered => self.start(identity, genesis),
            (Phase::Starting(_), false) => {}
        }
        Ok(())
    }

    /// Signs the report that tells the chain of this process, under the number that it expects.
    fn start(&mut self, identity: &Identity, genesis: &Hash) {
        let number = self.accepted;
        if matches!(&self.phase, Phase::Starting(Some(start)) if start.report.sequence == number) {
            return;
        }
        let start = self.sign(identity, genesis, number, self.acknowledged, ReportBody::Start);
        self.phase = Phase::Starting(Some(start));
        self.signed = self.signed.max(number.saturating_add(1));
    }

    /// The chain has accepted the start under the last number before `accepted`. Earlier numbers were
    /// accepted from earlier processes; everything else they signed is void and is signed anew.
    fn run(&mut self, identity: &Identity, genesis: &Hash) {
        let start = self.accepted.saturating_sub(1);
        let pending = std::mem::take(&mut self.reports);
        self.phase = Phase::Running;
        self.signed = self.accepted;
        for SignedReport { report, .. } in pending.into_iter().filter(|old| old.report.sequence >= start) {
            self.push(identity, genesis, report.acknowledged, report.body);
        }
    }

    /// Signs `body` under the next number, together with the acknowledgement of `taken` messages.
    pub fn push(&mut self, identity: &Identity, genesis: &Hash, taken: u64, body: ReportBody) {
        let report = self.sign(identity, genesis, self.signed, taken, body);
        self.reports.push_back(report);
        self.signed = self.signed.saturating_add(1);
        self.acknowledged = self.acknowledged.max(taken);
    }

    fn sign(
        &self,
        identity: &Identity,
        genesis: &Hash,
        sequence: u64,
        acknowledged: u64,
        body: ReportBody,
    ) -> SignedReport {
        let report = Report {
            worker: identity.worker_id(),
            incarnation: self.incarnation,
            sequence,
            acknowledged,
            body,
        };
        let signature = identity.sign(&report.signing_payload(genesis));
        SignedReport { report, signature }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use phala_keyring::{Keyring, Platform};
    use phala_primitives::verify_signature;

    use super::*;

    const GENESIS: Hash = [7; 32];
    const FIRST: Incarnation = [1; 32];
    const SECOND: Incarnation = [2; 32];

    struct World {
        _folder: tempfile::TempDir,
        keyring: Keyring,
        outbox: Outbox,
    }

    impl World {
        /// A worker whose first process has started and signed `reports`.
        fn running(reports: u64) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let keyring = Keyring::open(Platform::Development, folder.path()).unwrap();
            let mut world = Self { _folder: folder, keyring, outbox: Outbox::default() };
            world.outbox.begin(FIRST);
            world.proven(0, Incarnation::default()).unwrap();
            world.proven(1, FIRST).unwrap();
            (1..=reports).for_each(|taken| world.push(taken));
            world
        }

        fn push(&mut self, taken: u64) {
            self.outbox.push(self.keyring.identity(), &GENESIS, taken, ReportBody::Acknowledge);
        }

        fn proven(&mut self, sequence: u64, incarnation: Incarnation) -> Result<(), Contradiction> {
            let proven = SenderState { sequence, incarnation };
            self.outbox.synchronise(self.keyring.identity(), &GENESIS, true, proven)
        }

        /// Number, incarnation and acknowledgement of everything that goes out.
        fn due(&self) -> Vec<(u64, Incarnation, u64)> {
            let name = |signed: &SignedReport| {
                (signed.report.sequence, signed.report.incarnation, signed.report.acknowledged)
            };
            self.outbox.due().map(name).collect()
        }
    }

    #[test]
    fn outbox_should_show_nothing_but_its_start_until_the_chain_knows_it() {
        let mut world = World::running(0);
        world.push(1);
        world.outbox.begin(SECOND);
        assert!(world.due().is_empty());
        world.push(2);
        world.proven(1, FIRST).unwrap();
        assert_eq!(world.due(), [(1, SECOND, 2)]);
        assert!(matches!(world.outbox.due().next().unwrap().report.body, ReportBody::Start));
        let before = world.outbox.clone();
        world.proven(1, FIRST).unwrap();
        assert_eq!(world.outbox, before, "one number is signed once");
        assert!(!world.outbox.is_running());
    }

    #[test]
    fn outbox_should_sign_anew_what_is_pending_when_the_chain_knows_it() {
        let mut world = World::running(3);
        world.outbox.begin(SECOND);
        // The first of the three was accepted; the start took the number of the second.
        world.proven(2, FIRST).unwrap();
        assert_eq!(world.due(), [(2, SECOND, 3)]);
        world.push(4);
        world.proven(3, SECOND).unwrap();
        assert!(world.outbox.is_running());
        assert_eq!(world.due(), [(3, SECOND, 2), (4, SECOND, 3), (5, SECOND, 4)]);
        for SignedReport { report, signature } in world.outbox.due() {
            assert!(verify_signature(signature, &report.signing_payload(&GENESIS), &report.worker));
            assert!(!verify_signature(signature, &report.signing_payload(&[8; 32]), &report.worker));
        }
    }

    #[test]
    fn outbox_should_start_under_another_number_when_an_older_report_took_its_own() {
        let mut world = World::running(2);
        world.outbox.begin(SECOND);
        world.proven(1, FIRST).unwrap();
        assert_eq!(world.due(), [(1, SECOND, 2)]);
        world.proven(2, FIRST).unwrap();
        assert_eq!(world.due(), [(2, SECOND, 2)]);
        world.proven(3, SECOND).unwrap();
        assert_eq!(world.due(), [(3, SECOND, 2)]);
    }

    #[test]
    fn outbox_should_not_start_before_the_worker_is_registered() {
        let mut world = World::running(0);
        world.outbox = Outbox::default();
        world.outbox.begin(SECOND);
        let nobody = SenderState::default();
        world.outbox.synchronise(world.keyring.identity(), &GENESIS, false, nobody).unwrap();
        assert!(world.due().is_empty());
    }

    #[test]
    fn outbox_should_keep_reports_until_the_chain_has_accepted_them() {
        let mut world = World::running(3);
        world.proven(1, FIRST).unwrap();
        assert_eq!(world.due().len(), 3);
        world.proven(3, FIRST).unwrap();
        assert_eq!(world.due(), [(3, FIRST, 3)]);
        world.proven(4, FIRST).unwrap();
        assert!(world.outbox.is_empty());
        assert_eq!(world.outbox.next_sequence(), 4);
    }

    #[test]
    fn outbox_should_notice_that_it_is_an_old_copy() {
        let mut world = World::running(0);
        let mut old = world.outbox.clone();
        world.push(1);
        world.push(2);
        world.proven(3, FIRST).unwrap();
        old.begin(SECOND);
        world.outbox = old;
        assert_eq!(world.proven(3, FIRST), Err(Contradiction::RolledBack { accepted: 3, signed: 1 }));
    }

    #[test]
    fn outbox_should_notice_that_another_process_has_taken_over() {
        let mut world = World::running(1);
        assert_eq!(world.proven(2, SECOND), Err(Contradiction::Superseded));
    }

    #[test]
    fn restart_should_not_look_like_an_old_copy_when_the_start_was_accepted_unseen() {
        let mut world = World::running(0);
        world.outbox.begin(SECOND);
        world.proven(1, FIRST).unwrap();
        // It ends here; the chain accepts its start, and the next process begins.
        world.outbox.begin([3; 32]);
        world.proven(2, SECOND).unwrap();
        assert_eq!(world.due(), [(2, [3; 32], 0)]);
        world.proven(3, [3; 32]).unwrap();
        assert!(world.outbox.is_running());
    }

    #[test]
    fn outbox_should_refuse_a_number_that_was_accepted_before() {
        let mut world = World::running(3);
        world.proven(3, FIRST).unwrap();
        assert_eq!(world.proven(2, FIRST), Err(Contradiction::WentBack { proven: 2, accepted: 3 }));
    }
}
