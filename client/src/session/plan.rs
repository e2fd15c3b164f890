//! Whether the chain would start, restart or stop a session, found out before anybody pays for the attempt.
//!
//! The checks are those of the pallets, in their order, and the reasons are in the pallets' words. The chain has the last word:
//! what is true of the snapshot may have changed by the block that holds the call.

use phala_economics::{quote, Phase, Quote, StartError, TokenomicParameters};
use phala_primitives::{registry::WorkerRecord, Balance, Moment, PoolId, WorkerId};
use subxt::utils::AccountId32;

use super::{find, parameters, SessionInfo, Subject};
use crate::{
    chain::{api, wire, Included},
    Chain, Error, Keypair, Snapshot,
};

/// What somebody wants to do with a worker. Stakes are in base units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    /// Mine with it.
    Start {
        /// To put behind it.
        stake: Balance,
    },
    /// Mine on with a larger stake.
    Restart {
        /// To put behind it, the present one included.
        stake: Balance,
    },
    /// Mine no more.
    Stop,
}

/// What would come of it.
pub struct Plan {
    /// The worker.
    pub worker: WorkerId,
    /// The pool: the one that was named, or the worker's.
    pub pool: Option<PoolId>,
    /// What is wanted.
    pub intent: Intent,
    /// The worker's score and confidence level, once it has a score.
    pub rating: Option<(u32, u8)>,
    /// What the stake promises, where there are a stake and a rating.
    pub quote: Option<Quote>,
    /// The worker's session, if it has one.
    pub session: Option<SessionInfo>,
    /// Why the chain would refuse, in its own words.
    pub refusal: Option<String>,
}

impl Intent {
    /// The call as `Pallet.call`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Start { .. } => "StakePool.start_session",
            Self::Restart { .. } => "StakePool.restart_session",
            Self::Stop => "StakePool.stop_session",
        }
    }

    fn stake(&self) -> Option<Balance> {
        match self {
            Self::Start { stake } | Self::Restart { stake } => Some(*stake),
            Self::Stop => None,
        }
    }
}

impl Plan {
    /// Makes sure that, as far as is known, the chain would not refuse; gives the pool.
    pub fn check(&self) -> Result<PoolId, Error> {
        let refuse = |reason: &str| Error::WouldRefuse {
            call: self.intent.name().to_owned(),
            reason: reason.to_owned(),
        };
        match (&self.refusal, self.pool) {
            (None, Some(pool)) => Ok(pool),
            (Some(reason), _) => Err(refuse(reason)),
            // Refused with a reason already.
            (None, None) => Err(refuse("the worker belongs to no pool")),
        }
    }

    /// Signs and submits the call, unless the chain would refuse it, and waits until a final block holds it.
    pub async fn submit(&self, chain: &Chain, signer: &Keypair) -> Result<Included, Error> {
        let (pool, worker) = (self.check()?, wire(self.worker));
        let (name, calls) = (self.intent.name(), api::transactions().stake_pool());
        match self.intent {
            Intent::Start { stake } => {
                chain.include(name, &calls.start_session(pool, worker, stake), signer).await
            }
            Intent::Restart { stake } => {
                chain.include(name, &calls.restart_session(pool, worker, stake), signer).await
            }
            Intent::Stop => chain.include(name, &calls.stop_session(pool, worker), signer).await,
        }
    }
}

/// Finds out what would come of `intent` if `signer` signed the call for `worker`. Without a pool, the worker's is meant.
pub async fn plan(
    snapshot: &Snapshot,
    signer: AccountId32,
    worker: WorkerId,
    pool: Option<PoolId>,
    intent: Intent,
) -> Result<Plan, Error> {
    let pools = api::view_functions().stake_pool();
    let home = snapshot.view(pools.pool_of(wire(worker))).await?;
    let pool = pool.or(home);
    let view = match pool {
        Some(pool) => snapshot.view(api::view_functions().stake_pool().pool(pool)).await?,
        None => None,
    };
    let registered = snapshot.view(api::view_functions().registry().worker(wire(worker))).await?;
    let (record, attested) = registered.map(|view| (view.record.0, view.attested)).unzip();
    let session = find(snapshot, Subject::Worker(worker)).await?;
    let facts = Facts {
        now: snapshot.time(),
        signer: signer.0,
        pool: pool.zip(view).map(|(number, view)| PoolFacts { number, owner: view.owner.0, free: view.free }),
        named: pool,
        home,
        rating: record.as_ref().and_then(|record| Some((record.score?, record.attestation.confidence))),
        attested: attested.unwrap_or(false),
        record,
        session: session.as_ref().map(SessionFacts::of),
        parameters: parameters(snapshot).await?,
    };
    let refusal = facts.refusal(intent).map(|(pallet, error)| snapshot.explain(pallet, error));
    let quote = facts.quote(intent).and_then(Result::ok);
    Ok(Plan { worker, pool, intent, rating: facts.rating, quote, session, refusal })
}

/// All that decides.
struct Facts {
    now: Moment,
    signer: [u8; 32],
    /// The pool that is meant, if it exists.
    pool: Option<PoolFacts>,
    /// Its number, whether or not it exists.
    named: Option<PoolId>,
    /// The pool to which the worker belongs.
    home: Option<PoolId>,
    record: Option<WorkerRecord<[u8; 32]>>,
    /// Whether the verdict on the worker holds.
    attested: bool,
    /// Score and confidence level.
    rating: Option<(u32, u8)>,
    session: Option<SessionFacts>,
    parameters: TokenomicParameters,
}

struct PoolFacts {
    number: PoolId,
    owner: [u8; 32],
    free: Balance,
}

struct SessionFacts {
    phase: Phase,
    stake: Balance,
    /// Base units that come back from it.
    returnable: Balance,
    /// Of the challenge that awaits an answer.
    deadline: Option<Moment>,
}

impl SessionFacts {
    fn of(info: &SessionInfo) -> Self {
        Self {
            phase: info.phase.0,
            stake: info.stake,
            returnable: info.returnable,
            deadline: info.challenge.as_ref().map(|challenge| challenge.deadline),
        }
    }
}

/// Pallet and name of an error.
type Refusal = (&'static str, &'static str);

impl Facts {
    fn refusal(&self, intent: Intent) -> Option<Refusal> {
        self.check(intent).err()
    }

    fn quote(&self, intent: Intent) -> Option<Result<Quote, StartError>> {
        let (score, confidence) = self.rating?;
        Some(quote(&self.parameters, intent.stake()?, score, confidence))
    }

    fn check(&self, intent: Intent) -> Result<(), Refusal> {
        // Without any pool named, what is missing is the worker's membership.
        if self.named.is_none() {
            return Err(("StakePool", "WorkerNotInPool"));
        }
        let pool = self.pool.as_ref().ok_or(("StakePool", "PoolNotFound"))?;
        ensure(pool.owner == self.signer, ("StakePool", "NotPoolOwner"))?;
        ensure(self.home == Some(pool.number), ("StakePool", "WorkerNotInPool"))?;
        match intent {
            Intent::Start { stake } => {
                self.check_operator()?;
                ensure(pool.free >= stake, ("StakePool", "NotEnoughFreeStake"))?;
                ensure(self.session.is_none(), ("Mining", "WorkerInSession"))?;
                self.check_promise(intent)
            }
            Intent::Restart { stake } => {
                self.check_operator()?;
                let session = self.session.as_ref().ok_or(("Mining", "NotMining"))?;
                ensure(session.phase != Phase::Unresponsive, ("Mining", "Unresponsive"))?;
                ensure(session.phase == Phase::Responsive, ("Mining", "CoolingDown"))?;
                let in_time = session.deadline.is_none_or(|deadline| self.now <= deadline);
                ensure(in_time, ("Mining", "Unresponsive"))?;
                ensure(stake > session.stake, ("Mining", "StakeNotLarger"))?;
                self.check_promise(intent)?;
                let free = pool.free.saturating_add(session.returnable);
                ensure(free >= stake, ("StakePool", "NotEnoughFreeStake"))
            }
            Intent::Stop => {
                let session = self.session.as_ref().ok_or(("Mining", "NotMining"))?;
                let runs = !matches!(session.phase, Phase::CoolingDown { .. });
                ensure(runs, ("Mining", "CoolingDown"))
            }
        }
    }

    fn check_operator(&self) -> Result<(), Refusal> {
        let record = self.record.as_ref().ok_or(("Registry", "WorkerNotFound"))?;
        ensure(record.operator == self.signer, ("Registry", "NotOperator"))
    }

    fn check_promise(&self, intent: Intent) -> Result<(), Refusal> {
        let quote = self.quote(intent).ok_or(("Mining", "NotBenchmarked"))?;
        ensure(self.attested, ("Mining", "AttestationExpired"))?;
        match quote.map_or_else(Some, |quote| quote.refusal) {
            None => Ok(()),
            Some(StartError::InsufficientStake) => Err(("Mining", "InsufficientStake")),
            Some(StartError::TooMuchStake) => Err(("Mining", "TooMuchStake")),
            Some(StartError::BenchmarkTooLow) => Err(("Mining", "BenchmarkTooLow")),
            Some(StartError::UnknownConfidence) => Err(("Mining", "UnknownConfidence")),
        }
    }
}

fn ensure(condition: bool, refusal: Refusal) -> Result<(), Refusal> {
    condition.then_some(()).ok_or(refusal)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use phala_primitives::{
        registry::{Attestation, AttestationKind},
        PHA,
    };

    use super::*;

    const OWNER: [u8; 32] = [1; 32];
    const STAKE: Balance = 5_000 * PHA;
    const START: Intent = Intent::Start { stake: STAKE };
    const RESTART: Intent = Intent::Restart { stake: 2 * STAKE };

    /// A worker with score 500 in its owner's pool, which has stake enough.
    fn idle() -> Facts {
        let attestation = Attestation { kind: AttestationKind::None, confidence: 5, expires: 2_000 };
        Facts {
            now: 1_000,
            signer: OWNER,
            pool: Some(PoolFacts { number: 7, owner: OWNER, free: 3 * STAKE }),
            named: Some(7),
            home: Some(7),
            record: Some(WorkerRecord { operator: OWNER, attestation, score: Some(500), price: None }),
            attested: true,
            rating: Some((500, 5)),
            session: None,
            parameters: TokenomicParameters::development(),
        }
    }

    fn mining(phase: Phase) -> Facts {
        let session = SessionFacts { phase, stake: STAKE, returnable: STAKE, deadline: Some(1_000) };
        Facts { session: Some(session), ..idle() }
    }

    fn refused(intent: Intent, facts: Facts) -> &'static str {
        facts.refusal(intent).unwrap().1
    }

    #[test]
    fn plan_should_pass_when_the_chain_would_take_the_call() {
        assert_eq!(idle().refusal(START), None);
        assert_eq!(mining(Phase::Responsive).refusal(RESTART), None);
        for phase in [Phase::Responsive, Phase::Unresponsive] {
            assert_eq!(mining(phase).refusal(Intent::Stop), None);
        }
    }

    #[test]
    fn plan_should_name_the_refusal_when_pool_signer_or_worker_do_not_belong_together() {
        for intent in [START, RESTART, Intent::Stop] {
            let facts = || mining(Phase::Responsive);
            assert_eq!(refused(intent, Facts { named: None, pool: None, ..facts() }), "WorkerNotInPool");
            assert_eq!(refused(intent, Facts { pool: None, ..facts() }), "PoolNotFound");
            assert_eq!(refused(intent, Facts { signer: [2; 32], ..facts() }), "NotPoolOwner");
            assert_eq!(refused(intent, Facts { home: Some(8), ..facts() }), "WorkerNotInPool");
        }
        for intent in [START, RESTART] {
            let mut facts = mining(Phase::Responsive);
            facts.record.as_mut().unwrap().operator = [2; 32];
            assert_eq!(refused(intent, facts), "NotOperator");
            assert_eq!(
                refused(intent, Facts { record: None, ..mining(Phase::Responsive) }),
                "WorkerNotFound"
            );
        }
    }

    #[test]
    fn start_should_be_refused_when_worker_or_stake_are_not_fit() {
        let poor = PoolFacts { number: 7, owner: OWNER, free: STAKE - 1 };
        assert_eq!(refused(START, Facts { pool: Some(poor), ..idle() }), "NotEnoughFreeStake");
        assert_eq!(refused(START, mining(Phase::Responsive)), "WorkerInSession");
        assert_eq!(refused(START, Facts { rating: None, ..idle() }), "NotBenchmarked");
        assert_eq!(refused(START, Facts { attested: false, ..idle() }), "AttestationExpired");
        assert_eq!(refused(START, Facts { rating: Some((49, 5)), ..idle() }), "BenchmarkTooLow");
        assert_eq!(refused(START, Facts { rating: Some((500, 6)), ..idle() }), "UnknownConfidence");
        // S_min = 50 · √500 = 1118.03…
        let least = |stake| refused(Intent::Start { stake }, idle());
        assert_eq!(least(1_118 * PHA), "InsufficientStake");
        assert_eq!(idle().refusal(Intent::Start { stake: 1_119 * PHA }), None);
        let rich = PoolFacts { number: 7, owner: OWNER, free: 100 * STAKE };
        let most = Intent::Start { stake: 30_000 * PHA };
        assert_eq!(refused(most, Facts { pool: Some(rich), ..idle() }), "TooMuchStake");
    }

    #[test]
    fn restart_should_be_refused_when_the_session_is_not_fit_or_the_stake_not_larger() {
        assert_eq!(refused(RESTART, idle()), "NotMining");
        assert_eq!(refused(RESTART, mining(Phase::Unresponsive)), "Unresponsive");
        assert_eq!(refused(RESTART, mining(Phase::CoolingDown { until: 9 })), "CoolingDown");
        let same = Intent::Restart { stake: STAKE };
        assert_eq!(refused(same, mining(Phase::Responsive)), "StakeNotLarger");
        let late = Facts { now: 1_001, ..mining(Phase::Responsive) };
        assert_eq!(refused(RESTART, late), "Unresponsive", "its deadline has passed");
        let poor = PoolFacts { number: 7, owner: OWNER, free: STAKE - 1 };
        let facts = Facts { pool: Some(poor), ..mining(Phase::Responsive) };
        assert_eq!(refused(RESTART, facts), "NotEnoughFreeStake");
        let enough = PoolFacts { number: 7, owner: OWNER, free: STAKE };
        let facts = Facts { pool: Some(enough), ..mining(Phase::Responsive) };
        assert_eq!(facts.refusal(RESTART), None, "the old stake counts");
    }

    #[test]
    fn stop_should_be_refused_when_nothing_runs() {
        assert_eq!(refused(Intent::Stop, idle()), "NotMining");
        assert_eq!(refused(Intent::Stop, mining(Phase::CoolingDown { until: 9 })), "CoolingDown");
    }
}
