//! Receipt bundles, verified from a checkpoint.

use phala_light_client::{
    bundle::{Cause, Failure, FormatError, ReceiptBundle, Step},
    finality::FinalityError,
    header_hash,
    trust::{Checkpoint, TrustError, TrustRoot},
    AdvanceError, BootstrapError,
};

use crate::{
    bundle::{Chain, JOB},
    world::{authorities, validators},
};

/// A chain with three authority sets (changes in blocks 1 and 4) and a job settled in block 6; checkpoints at
/// blocks 2 and 5.
struct Story {
    chain: Chain,
    bundle: ReceiptBundle,
    checkpoints: [Checkpoint; 2],
}

impl Story {
    fn new() -> Self {
        let mut chain = Chain::new();
        chain.world.build_to(3);
        let change = chain.world.change_set(validators("third", 4));
        chain.set_changes.push(change);
        chain.world.build_to(5);
        let bundle = chain.honest();
        let checkpoint = |number, set_id, name| Checkpoint {
            genesis: chain.world.genesis_hash(),
            number,
            hash: header_hash(chain.world.header(number)),
            set_id,
            authorities: authorities(&validators(name, 4)),
        };
        let checkpoints = [checkpoint(2, 1, "second"), checkpoint(5, 2, "third")];
        Self { chain, bundle, checkpoints }
    }

    /// The same receipt, with nothing of what came before the checkpoint.
    fn short(&self, changes: usize) -> ReceiptBundle {
        let world = &self.chain.world;
        let number = world.best();
        let nodes = world.prove(number, &ReceiptBundle::proven_keys(&self.chain.id(), JOB));
        let receipt = self.bundle.receipt().clone();
        let skipped = self.chain.set_changes.len() - changes;
        let changes = self.chain.set_changes[skipped..].to_vec();
        ReceiptBundle::from_checkpoint(changes, world.finalize(number), nodes, receipt)
    }
}

fn failure(bundle: &ReceiptBundle, checkpoint: &Checkpoint) -> (Step, Cause) {
    let Failure { step, cause } = bundle.verify_from(&TrustRoot::Checkpoint(checkpoint.clone())).unwrap_err();
    (step, cause)
}

#[test]
fn bundle_should_be_verified_when_it_leads_past_the_checkpoint() {
    let story = Story::new();
    let from_genesis = story.bundle.verify(&story.chain.world.genesis_hash()).unwrap();
    for checkpoint in &story.checkpoints {
        let verified = story.bundle.verify_from(&TrustRoot::Checkpoint(checkpoint.clone())).unwrap();
        assert_eq!((verified.block, &verified.receipt), (from_genesis.block, &from_genesis.receipt));
        let step = |step| verified.steps.iter().find(|holds| holds.step == step).unwrap().proves.clone();
        assert!(step(Step::Chain).contains(&format!("block {}", checkpoint.number)), "{}", step(Step::Chain));
        assert!(step(Step::Authorities).contains("your checkpoint"), "{}", step(Step::Authorities));
    }
}

#[test]
fn bundle_should_be_verified_when_it_starts_at_the_checkpoint() {
    let story = Story::new();
    for (checkpoint, changes) in story.checkpoints.iter().zip([1, 0]) {
        let text = story.short(changes).to_json().unwrap();
        assert!(!text.contains("\"genesis\""));
        let read = ReceiptBundle::from_json(text.as_bytes()).unwrap();
        assert_eq!(read, story.short(changes));
        let verified = read.verify_from(&TrustRoot::Checkpoint(checkpoint.clone())).unwrap();
        assert_eq!(verified.receipt, story.chain.receipt());
    }
}

#[test]
fn bundle_without_genesis_should_be_refused_with_another_trust_root_than_it_starts_at() {
    let story = Story::new();
    let [early, late] = &story.checkpoints;
    let genesis = story.short(1).verify(&story.chain.world.genesis_hash());
    assert_eq!(genesis, Err(Failure { step: Step::Chain, cause: FormatError::NoGenesis.into() }));
    let stranger = |cause| {
        assert!(matches!(cause, Cause::Advance(AdvanceError::Finality(FinalityError::Stranger { .. }))));
    };
    let (step, cause) = failure(&story.short(0), early);
    assert_eq!(step, Step::Finality, "the change after it is missing");
    stranger(cause);
    let (step, cause) = failure(&story.short(1), late);
    assert_eq!(step, Step::Authorities, "a change before it can not be verified");
    assert_eq!(cause, AdvanceError::NotLater { number: 4, latest: 5 }.into());
}

#[test]
fn bundle_should_be_refused_when_the_checkpoint_is_of_another_chain_or_contradicts_it() {
    let story = Story::new();
    let [early, late] = story.checkpoints.clone();
    let other = Checkpoint { genesis: [1; 32], ..early.clone() };
    assert_eq!(failure(&story.bundle, &other), (Step::Chain, BootstrapError::WrongGenesis.into()));

    let usurpers = Checkpoint { authorities: authorities(&validators("usurpers", 4)), ..late.clone() };
    let expected = TrustError::OtherAuthorities { number: 5, trusted: 2, found: 2 };
    assert_eq!(failure(&story.bundle, &usurpers), (Step::Authorities, expected.into()));
    let ahead = Checkpoint { set_id: 3, ..late };
    let expected = TrustError::OtherAuthorities { number: 5, trusted: 3, found: 2 };
    assert_eq!(failure(&story.bundle, &ahead), (Step::Authorities, expected.into()));

    // At the very block of a change both the block and the set after it are known.
    let change = Checkpoint { number: 1, hash: header_hash(story.chain.world.header(1)), ..early };
    assert!(story.bundle.verify_from(&TrustRoot::Checkpoint(change.clone())).is_ok());
    let fork = Checkpoint { hash: [1; 32], ..change.clone() };
    let expected = TrustError::Fork { number: 1, trusted: [1; 32], found: change.hash };
    assert_eq!(failure(&story.bundle, &fork), (Step::Authorities, expected.into()));
}

#[test]
fn bundle_should_be_refused_when_its_block_is_not_after_the_checkpoint() {
    let mut story = Story::new();
    let (number, short) = (story.chain.world.best(), story.short(0));
    story.chain.world.build_to(number + 1);
    for trusted in [number, number + 1] {
        let hash = header_hash(story.chain.world.header(trusted));
        let later = Checkpoint { number: trusted, hash, ..story.checkpoints[1].clone() };
        let expected = TrustError::BeforeCheckpoint { number, trusted };
        assert_eq!(failure(&story.bundle, &later), (Step::Authorities, expected.clone().into()));
        assert_eq!(failure(&short, &later), (Step::Authorities, expected.into()));
    }
}

/// Retired validators sign a history of their own, with a receipt in it that never was.
#[test]
fn bundle_of_a_long_range_fork_should_be_refused_from_a_checkpoint() {
    let honest = Story::new();
    let mut forged = Chain::new();
    forged.world.build_to(3);
    let change = forged.world.change_set(validators("accomplices", 4));
    forged.set_changes.push(change);
    forged.world.build_to(9);
    let bundle = forged.honest();
    assert!(
        bundle.verify(&honest.chain.world.genesis_hash()).is_ok(),
        "genuine, to whoever trusts genesis alone"
    );
    let expected = TrustError::OtherAuthorities { number: 5, trusted: 2, found: 2 };
    assert_eq!(failure(&bundle, &honest.checkpoints[1]), (Step::Authorities, expected.into()));
}

#[test]
fn bundle_should_be_refused_when_any_byte_is_changed_that_a_checkpoint_makes_redundant() {
    let story = Story::new();
    let text = story.bundle.to_json().unwrap().into_bytes();
    let root = TrustRoot::Checkpoint(story.checkpoints[1].clone());
    for index in (0..text.len()).step_by(7) {
        let mut forged = text.clone();
        forged[index] ^= 0x01;
        let verdict = ReceiptBundle::from_json(&forged).and_then(|bundle| bundle.verify_from(&root));
        assert!(verdict.is_err(), "byte {index} of {}", text.len());
    }
}
