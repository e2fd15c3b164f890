//! The mining session as the worker knows it, and what its outages have cost.
//!
//! The chain challenges a session at random, which is proven to the worker as part of its session's state, and a
//! block must hold the answer by a deadline in chain time. Whether one did is the chain's to say: it tells the worker when a deadline passed and when an answer ended the outage,
//! with what that cost. What the worker adds is why, as far as proven chain time shows it.
//!
//! Amounts are base units of PHA.

use std::fmt;

use codec::{Decode, Encode};
use phala_primitives::{Balance, Moment, SessionId, PHA};

/// The session that runs, if any, and the losses of all sessions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Mining {
    session: Option<Session>,
    losses: Losses,
}

/// A session.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Session {
    /// Its number.
    pub id: SessionId,
    /// Benchmark iterations since it began.
    pub iterations: u64,
    /// Value Promise, as the chain has told it last; none before it did.
    pub value: Option<Balance>,
    /// The outage that lasts.
    pub outage: Option<Outage>,
    /// Most jobs that ran at the same time since the last answer.
    jobs: u32,
    answered: Option<Answer>,
}

/// A missed deadline that no answer has made up for yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Outage {
    /// What the Value Promise loses in its first hour.
    pub hourly_loss: Balance,
}

/// What outages have cost since the data folder was made, as far as the chain has told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Losses {
    /// Deadlines missed.
    pub outages: u64,
    /// Rewards earned and forfeited.
    pub forfeited: Balance,
    /// What the Value Promise has lost, in outages that are over.
    pub value: Balance,
}

/// The last challenge that was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
struct Answer {
    challenge: u32,
    lateness: Lateness,
}

/// How an answer stood to its deadline when it was signed, in milliseconds of proven chain time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Lateness {
    /// It had this long to get into a block.
    #[codec(index = 0)]
    Early(Moment),
    /// The deadline had passed this long ago.
    #[codec(index = 1)]
    Late(Moment),
}

impl Lateness {
    fn of(now: Moment, deadline: Moment) -> Self {
        match now.checked_sub(deadline) {
            Some(late) if late > 0 => Self::Late(late),
            _ => Self::Early(deadline.saturating_sub(now)),
        }
    }
}

/// What the worker says in answer to a challenge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heartbeat {
    /// Benchmark iterations since the session began.
    pub iterations: u64,
    /// Most jobs that ran at the same time since the last answer. The benchmark stood still meanwhile, so its
    /// iterations do not measure the machine.
    pub jobs: u32,
}

/// What happened to the session; shown, it names cause, cost and remedy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// A challenge was answered.
    Answered {
        /// The session.
        session: SessionId,
        /// The challenge.
        challenge: u32,
        /// Whether that was in time.
        lateness: Lateness,
    },
    /// A deadline passed without an answer in a block.
    Unresponsive {
        /// The session.
        session: SessionId,
        /// The challenge.
        challenge: u32,
        /// When the worker answered, if it did.
        lateness: Option<Lateness>,
        /// Rewards earned since the last answer, which are lost.
        forfeited: Balance,
        /// Value Promise.
        value: Balance,
        /// What it loses in the first hour.
        hourly_loss: Balance,
    },
    /// An answer ended the outage.
    Recovered {
        /// The session.
        session: SessionId,
        /// What the outage cost of the Value Promise.
        lost: Balance,
        /// Value Promise.
        value: Balance,
    },
}

impl Mining {
    /// The session that runs.
    pub fn session(&self) -> Option<&Session> {
        self.session.as_ref()
    }

    /// What outages have cost.
    pub fn losses(&self) -> Losses {
        self.losses
    }

    /// A session began.
    pub fn start(&mut self, id: SessionId) {
        self.session =
            Some(Session { id, iterations: 0, value: None, outage: None, jobs: 0, answered: None });
    }

    /// A session ended; another one goes on.
    pub fn stop(&mut self, id: SessionId) {
        self.session.take_if(|session| session.id == id);
    }

    /// Adds benchmark iterations, and notes that `jobs` ran at the same time.
    pub fn count(&mut self, iterations: u64, jobs: u32) {
        if let Some(session) = &mut self.session {
            session.iterations = session.iterations.saturating_add(iterations);
            session.jobs = session.jobs.max(jobs);
        }
    }

    /// What to answer to a challenge whose deadline is `deadline`, when proven chain time is `now`. It is
    /// answered late, too: that is how a session comes back. None if the session does not run here, or if the
    /// challenge is answered already.
    pub fn answer(
        &mut self,
        id: SessionId,
        challenge: u32,
        deadline: Moment,
        now: Moment,
    ) -> Option<(Heartbeat, News)> {
        let session = self.running(id)?;
        if session.answered.is_some_and(|answer| answer.challenge >= challenge) {
            return None;
        }
        let lateness = Lateness::of(now, deadline);
        session.answered = Some(Answer { challenge, lateness });
        let jobs = std::mem::take(&mut session.jobs);
        let heartbeat = Heartbeat { iterations: session.iterations, jobs };
        Some((heartbeat, News::Answered { session: id, challenge, lateness }))
    }

    /// The chain says that a deadline has passed.
    pub fn lose(
        &mut self,
        id: SessionId,
        challenge: u32,
        forfeited: Balance,
        value: Balance,
        hourly_loss: Balance,
    ) -> Option<News> {
        let session = self.running(id)?;
        session.value = Some(value);
        session.outage = Some(Outage { hourly_loss });
        let answer = session.answered.filter(|answer| answer.challenge == challenge);
        let lateness = answer.map(|answer| answer.lateness);
        self.losses.outages = self.losses.outages.saturating_add(1);
        self.losses.forfeited = self.losses.forfeited.saturating_add(forfeited);
        Some(News::Unresponsive { session: id, challenge, lateness, forfeited, value, hourly_loss })
    }

    /// The chain says that an answer has ended the outage.
    pub fn recover(&mut self, id: SessionId, lost: Balance, value: Balance) -> Option<News> {
        let session = self.running(id)?;
        session.value = Some(value);
        session.outage = None;
        self.losses.value = self.losses.value.saturating_add(lost);
        Some(News::Recovered { session: id, lost, value })
    }

    fn running(&mut self, id: SessionId) -> Option<&mut Session> {
        self.session.as_mut().filter(|session| session.id == id)
    }
}

impl News {
    /// Writes it to the log.
    pub fn log(&self) {
        match self {
            Self::Answered { lateness: Lateness::Early(_), .. } => tracing::debug!("{self}"),
            Self::Answered { lateness: Lateness::Late(_), .. } => tracing::warn!("{self}"),
            Self::Unresponsive { .. } => tracing::error!("{self}"),
            Self::Recovered { .. } => tracing::warn!("{self}"),
        }
    }
}

impl fmt::Display for News {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Answered { session, challenge, lateness: Lateness::Early(left) } => write!(
                formatter,
                "challenge {challenge} of session {session} is answered, {} before its deadline",
                Seconds(left)
            ),
            Self::Answered { session, challenge, lateness: Lateness::Late(late) } => write!(
                formatter,
                "challenge {challenge} of session {session} is answered {} after its deadline, because it was not \
                 heard of before; the chain says what that costs",
                Seconds(late)
            ),
            Self::Unresponsive { session, challenge, lateness, forfeited, value, hourly_loss } => {
                write!(
                    formatter,
                    "session {session} is unresponsive: no block held an answer to challenge {challenge} by its \
                     deadline. {} of rewards since the last answer are forfeited. Until an answer is in a block, \
                     nothing is earned, and V, {}, loses {} in the first hour. ",
                    Pha(forfeited),
                    Pha(value),
                    Pha(hourly_loss)
                )?;
                explain(formatter, lateness)
            }
            Self::Recovered { session, lost, value } => write!(
                formatter,
                "session {session} answers again: the outage cost {} of V, which is {} now and grows again; the time \
                 of the outage is not paid",
                Pha(lost),
                Pha(value)
            ),
        }
    }
}

/// Why an answer came late, and what to look at.
fn explain(formatter: &mut fmt::Formatter<'_>, lateness: Option<Lateness>) -> fmt::Result {
    match lateness {
        Some(Lateness::Early(left)) => write!(
            formatter,
            "It was answered here {} before the deadline, and the answer stayed on its way: this worker stood still \
             before the relay had it, or the relay or the node did; look into their logs",
            Seconds(left)
        ),
        Some(Lateness::Late(late)) => write!(
            formatter,
            "It was heard of here only {} after the deadline: this worker, its relay or the node was down or too \
             slow; look for the gap in their logs",
            Seconds(late)
        ),
        None => write!(
            formatter,
            "It was not heard of here at all: this worker, its relay or the node was down or too slow; look for the \
             gap in their logs"
        ),
    }
}

/// An amount in base units, shown in PHA with all its decimals.
pub(crate) struct Pha(pub(crate) Balance);

impl Pha {
    /// The number alone.
    pub(crate) fn number(&self) -> String {
        format!("{}.{:012}", self.0 / PHA, self.0 % PHA)
    }
}

impl fmt::Display for Pha {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} PHA", self.number())
    }
}

struct Seconds(Moment);

impl fmt::Display for Seconds {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{} s", self.0 / 1_000, self.0 % 1_000 / 100)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const SESSION: SessionId = 3;
    const VALUE: Balance = 7_500 * PHA;

    fn mining() -> Mining {
        let mut mining = Mining::default();
        mining.start(SESSION);
        mining
    }

    fn heartbeat(mining: &mut Mining, challenge: u32) -> Heartbeat {
        mining.answer(SESSION, challenge, 1, 0).unwrap().0
    }

    #[test]
    fn heartbeat_should_tell_of_jobs_when_they_have_run_since_the_one_before() {
        let mut mining = mining();
        mining.count(40, 2);
        mining.count(2, 0);
        assert_eq!(heartbeat(&mut mining, 0), Heartbeat { iterations: 42, jobs: 2 });
        mining.count(1, 0);
        assert_eq!(heartbeat(&mut mining, 1), Heartbeat { iterations: 43, jobs: 0 });
    }

    #[test]
    fn challenge_should_be_answered_once_when_it_stays_open() {
        let mut mining = mining();
        heartbeat(&mut mining, 4);
        let before = mining.clone();
        for challenge in [4, 3] {
            assert!(mining.answer(SESSION, challenge, 1, 0).is_none());
        }
        assert_eq!(mining, before);
        heartbeat(&mut mining, 5);
    }

    #[test]
    fn nothing_should_happen_when_the_chain_speaks_of_another_session() {
        let mut mining = mining();
        let before = mining.clone();
        assert!(mining.answer(4, 0, 1, 0).is_none());
        assert!(mining.lose(4, 0, 1, 1, 1).is_none());
        assert!(mining.recover(4, 1, 1).is_none());
        mining.stop(4);
        assert_eq!(mining, before);
    }

    #[test]
    fn losses_should_add_up_over_outages_and_sessions() {
        let mut mining = mining();
        for session in [SESSION, 4] {
            mining.start(session);
            mining.lose(session, 0, 5, VALUE, 7).unwrap();
            assert_eq!(mining.session().unwrap().outage, Some(Outage { hourly_loss: 7 }));
            mining.recover(session, 2, VALUE - 2).unwrap();
            let running = mining.session().unwrap();
            assert_eq!((running.outage, running.value), (None, Some(VALUE - 2)));
        }
        assert_eq!(mining.losses(), Losses { outages: 2, forfeited: 10, value: 4 });
    }

    #[test]
    fn answer_should_be_late_from_the_first_millisecond_after_the_deadline_on() {
        let lateness = |now| match mining().answer(SESSION, 0, 10_000, now).unwrap().1 {
            News::Answered { lateness, .. } => lateness,
            other => panic!("{other:?}"),
        };
        assert_eq!(lateness(9_500), Lateness::Early(500));
        assert_eq!(lateness(10_000), Lateness::Early(0));
        assert_eq!(lateness(10_001), Lateness::Late(1));
    }

    #[test]
    fn outage_should_be_told_with_its_amounts_and_with_what_to_look_at() {
        let said = |answered: Option<Moment>| {
            let mut mining = mining();
            if let Some(now) = answered {
                mining.answer(SESSION, 6, 10_000, now).unwrap();
            }
            mining.lose(SESSION, 6, PHA / 4, VALUE, 7 * PHA + PHA / 2).unwrap().to_string()
        };
        let late = said(Some(22_340));
        for part in [
            "session 3",
            "challenge 6",
            "0.250000000000 PHA of rewards",
            "V, 7500.000000000000 PHA, loses 7.500000000000 PHA in the first hour",
            "12.3 s after the deadline",
        ] {
            assert!(late.contains(part), "{part} is missing in {late}");
        }
        let undelivered = said(Some(9_000));
        assert!(
            undelivered.contains("1.0 s before the deadline, and the answer stayed on its way"),
            "{undelivered}"
        );
        assert!(said(None).contains("not heard of here at all"));
    }

    #[test]
    fn recovery_should_be_told_with_what_the_outage_cost() {
        let said = mining().recover(SESSION, PHA / 100, VALUE).unwrap().to_string();
        let cost = "cost 0.010000000000 PHA of V, which is 7500.000000000000 PHA now";
        assert!(said.contains(cost) && said.contains("not paid"), "{said}");
    }
}
