//! What a block costs that has heartbeats to take and challenges to draw, over how many sessions there are.
//!
//! Ours is the pallet of the real runtime over a state of so many sessions: the start of a block, which draws
//! [`EVENTS`] challenges, then as many answers, each of which settles a session and pays it, and the storage root.
//! The peer is what the closed forms replace: a loop that brings every session up to the tick of the block.

mod state;

use std::cell::RefCell;

use anyhow::Result;

use crate::{
    measure::{in_turns, Contender, Samples},
    report::{Figure, Limit, Row},
};
use state::{Chain, EVENTS};

const SESSIONS: [u64; 4] = [1_000, 10_000, 100_000, 1_000_000];
/// Turns of blocks over different numbers of sessions.
const TURNS: usize = 15;
/// Turns of blocks beside loops, which take long.
const LOOP_TURNS: usize = 3;
/// Least ratio of a cost that is flat: at most a fifth more than over [`FLAT_FROM`] sessions.
const FLAT: f64 = 0.83;
const FLAT_FROM: u64 = 10_000;
/// Times as fast as the loop, over the most sessions.
const FASTER: f64 = 500.0;

/// Rows of this part.
pub(crate) fn measure() -> Result<Vec<Row>> {
    let chains: Vec<_> =
        SESSIONS.iter().map(|sessions| Ok(RefCell::new(Chain::new(*sessions)?))).collect::<Result<_>>()?;
    let mut rows = Vec::new();
    for chain in &chains {
        let sessions = chain.borrow().sessions();
        let row = beside_the_loop(chain)?;
        rows.push(if Some(&sessions) == SESSIONS.last() { row.must(Limit::Ratio(FASTER)) } else { row });
    }
    rows.extend(over_more_sessions(&chains)?);
    Ok(rows)
}

fn title(sessions: u64) -> String {
    format!("mining: {EVENTS} answers and {EVENTS} challenges among {sessions} sessions")
}

fn beside_the_loop(chain: &RefCell<Chain>) -> Result<Row> {
    let mut contenders: [Contender; 2] =
        [Box::new(|| chain.borrow_mut().block()), Box::new(|| chain.borrow_mut().walk())];
    let measured = in_turns(LOOP_TURNS, &mut contenders)?;
    let [block, walk] = &measured[..] else { unreachable!("two contenders") };
    Ok(Row::beside(title(chain.borrow().sessions()), block, "a loop over all of them", walk))
}

/// Time and proof of a block over more sessions, beside those over [`FLAT_FROM`].
fn over_more_sessions(chains: &[RefCell<Chain>]) -> Result<Vec<Row>> {
    let sizes: Vec<_> = chains.iter().map(|chain| chain.borrow().sessions()).collect();
    let mut contenders: Vec<Contender> =
        chains.iter().map(|chain| -> Contender { Box::new(|| chain.borrow_mut().block()) }).collect();
    let times = in_turns(TURNS, &mut contenders)?;
    let proofs: Vec<Samples> = chains
        .iter()
        .map(|chain| Samples::new(vec![chain.borrow_mut().proof()? as f64]))
        .collect::<Result<_>>()?;

    let from = sizes.iter().position(|size| *size == FLAT_FROM).unwrap_or_default();
    let peer = format!("among {FLAT_FROM}");
    let more = || sizes.iter().enumerate().filter(|(_, size)| **size > FLAT_FROM);
    let time = more().map(|(at, size)| {
        Row::beside(format!("{}: time", title(*size)), &times[at], &peer, &times[from])
            .must(Limit::Ratio(FLAT))
    });
    let proof = more().map(|(at, size)| {
        let ratio = proofs[at].speed_relative_to(&proofs[from]);
        Row::new(format!("{}: proof", title(*size)), Figure::bytes(&proofs[at]))
            .with_peer(&peer, Figure::bytes(&proofs[from]), ratio)
            .must(Limit::Ratio(FLAT))
    });
    Ok(time.chain(proof).collect())
}
