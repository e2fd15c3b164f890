//! Where a session can stand, what can happen to it there, and where it stands then: every pair.

use phala_economics::{Phase, SlashLevel};
use phala_primitives::{SessionId, WorkerId, PHA};
use polkadot_sdk::frame_support::{assert_noop, assert_ok, dispatch::DispatchResult};

use crate::{mock::*, Error, SessionOf};

const WINDOW: u64 = 240_000;
const COOL_DOWN: u64 = 7 * 24 * 3_600_000;

/// Number of the only session, also while there is none.
const SESSION: SessionId = 0;
/// Number of its only challenge.
const CHALLENGE: u32 = 0;

/// Where a worker stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stand {
    /// Registered, measured, without a session.
    Ready,
    /// It has a challenge to answer, and time for it.
    Responsive,
    /// The deadline has passed and the chain has not noticed.
    Overdue,
    /// The chain has noticed.
    Unresponsive,
    /// Stopped.
    CoolingDown,
    /// The cool-down is over and the chain has not noticed.
    CooledDown,
}

/// What can happen.
#[derive(Clone, Copy, Debug)]
enum Happening {
    Start,
    Restart,
    Answer,
    NextBlock,
    Fault(SlashLevel),
    Stop,
    Reclaim,
}

const STANDS: [Stand; 6] = [
    Stand::Ready,
    Stand::Responsive,
    Stand::Overdue,
    Stand::Unresponsive,
    Stand::CoolingDown,
    Stand::CooledDown,
];

const HAPPENINGS: [Happening; 9] = [
    Happening::Start,
    Happening::Restart,
    Happening::Answer,
    Happening::NextBlock,
    Happening::Fault(SlashLevel::GoodFaith),
    Happening::Fault(SlashLevel::Proven),
    Happening::Fault(SlashLevel::Threat),
    Happening::Stop,
    Happening::Reclaim,
];

/// The table. Whatever is no row of it does not compile.
fn outcome(stand: Stand, happening: Happening) -> Result<Stand, Error<Test>> {
    use Happening::{Answer, Fault, NextBlock, Reclaim, Restart, Start, Stop};
    use SlashLevel::{GoodFaith, Proven, Threat};
    use Stand::{CooledDown, CoolingDown, Overdue, Ready, Responsive, Unresponsive};
    match (stand, happening) {
        (Ready, Start) => Ok(Responsive),
        (Ready, Restart | Stop | Fault(GoodFaith | Proven | Threat)) => Err(Error::NotMining),
        (Ready, Answer | Reclaim) => Err(Error::SessionNotFound),
        (Ready, NextBlock) => Ok(Ready),

        (Responsive | Overdue | Unresponsive | CoolingDown | CooledDown, Start) => {
            Err(Error::WorkerInSession)
        }
        (Responsive | Overdue | Unresponsive, Fault(Threat) | Stop) => Ok(CoolingDown),
        (Responsive | Overdue | Unresponsive, Reclaim) => Err(Error::NotCoolingDown),
        (Responsive | Overdue | Unresponsive, Answer) => Ok(Responsive),
        (Responsive, Restart | NextBlock | Fault(GoodFaith | Proven)) => Ok(Responsive),
        (Overdue | Unresponsive, Restart) => Err(Error::Unresponsive),
        (Overdue | Unresponsive, NextBlock) => Ok(Unresponsive),
        (Overdue, Fault(GoodFaith | Proven)) => Ok(Overdue),
        (Unresponsive, Fault(GoodFaith | Proven)) => Ok(Unresponsive),

        (CoolingDown | CooledDown, Restart | Answer | Stop) => Err(Error::CoolingDown),
        (CoolingDown, NextBlock | Fault(GoodFaith | Proven | Threat)) => Ok(CoolingDown),
        (CooledDown, Fault(GoodFaith | Proven | Threat)) => Ok(CooledDown),
        (CoolingDown, Reclaim) => Err(Error::CoolDownNotOver),
        (CooledDown, NextBlock | Reclaim) => Ok(Ready),
    }
}

/// A worker that stands there.
fn worker_at(stand: Stand) -> WorkerId {
    let worker = worker_with_score(1, 1_000);
    if stand != Stand::Ready {
        assert_eq!(Mining::start(worker, POOL, 2_000 * PHA), Ok(SESSION));
        assert_eq!(challenge(SESSION).number, CHALLENGE);
    }
    match stand {
        Stand::Ready | Stand::Responsive => {}
        Stand::Overdue => pass(WINDOW + 1),
        Stand::Unresponsive => {
            pass(WINDOW + 1);
            run_blocks(1);
        }
        Stand::CoolingDown => {
            assert_ok!(Mining::stop(worker));
        }
        Stand::CooledDown => {
            assert_ok!(Mining::stop(worker));
            pass(COOL_DOWN);
        }
    }
    worker
}

fn stand_of(worker: WorkerId) -> Stand {
    let Some(session) = SessionOf::<Test>::get(worker) else { return Stand::Ready };
    let record = record(session);
    match record.session.phase {
        Phase::Responsive if record.challenge.is_some_and(|open| now() > open.deadline) => Stand::Overdue,
        Phase::Responsive => Stand::Responsive,
        Phase::Unresponsive => Stand::Unresponsive,
        Phase::CoolingDown { until } if until <= now() => Stand::CooledDown,
        Phase::CoolingDown { .. } => Stand::CoolingDown,
    }
}

fn let_happen(worker: WorkerId, happening: Happening) -> DispatchResult {
    match happening {
        Happening::Start => Mining::start(worker, POOL, 2_000 * PHA).map(|_| ()),
        Happening::Restart => Mining::restart(worker, 3_000 * PHA),
        Happening::Answer => Mining::heartbeat(worker, SESSION, CHALLENGE, 1_000, 0),
        Happening::NextBlock => {
            run_blocks(1);
            Ok(())
        }
        Happening::Fault(level) => Mining::fault(worker, level, [7; 32]),
        Happening::Stop => Mining::stop(worker),
        Happening::Reclaim => Mining::reclaim(RuntimeOrigin::signed(OPERATOR), SESSION),
    }
}

#[test]
fn session_should_go_where_the_table_says_whatever_happens_wherever_it_stands() {
    for (stand, happening) in STANDS.into_iter().flat_map(|stand| HAPPENINGS.map(|what| (stand, what))) {
        ExtBuilder::default().build_and_execute(|| {
            let worker = worker_at(stand);
            assert_eq!(stand_of(worker), stand, "the test does not know how to get there");
            match outcome(stand, happening) {
                Ok(next) => {
                    assert_ok!(let_happen(worker, happening));
                    assert_eq!(stand_of(worker), next, "{stand:?}, {happening:?}");
                }
                Err(error) => {
                    eprintln!("{stand:?}, {happening:?}");
                    assert_noop!(let_happen(worker, happening), error);
                }
            }
        });
    }
}
