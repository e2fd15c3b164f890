//! A light client that was away for many blocks.
//!
//! Ours is all that a worker does with the bytes that a relay sends before it believes them: decoding, following the
//! authority sets, finality of the last block, the state proof, the messages. Blocks in between are not visited, so
//! their number must not matter. What does cost is shown too: changes of the authority set.

use std::time::Instant;

use anyhow::{ensure, Result};
use codec::Encode;
use phala_light_client::{
    courier::{proven_keys, verify_update, FinalityProof, Update},
    LightClient,
};
use phala_light_client_testing::{validators, World};
use phala_primitives::{
    mailbox::{Message, Topic, TopicState},
    storage, BlockNumber, Hash, WorkerId,
};

use crate::{
    measure::{in_turns, Contender, Samples},
    report::{Figure, Limit, Row},
};

const TURNS: usize = 15;
const WORKER: WorkerId = WorkerId([7; 32]);
/// Authorities of every set.
const AUTHORITIES: usize = 100;
/// Changes of the set that lie on the way, however many blocks do.
const SET_CHANGES: u32 = 8;
/// As if one of 100 authorities left every ten hours.
const MANY_SET_CHANGES: u32 = 100;
/// As many as may wait for a worker.
const MESSAGES: usize = 256;
/// About that of a job's message.
const PAYLOAD: usize = 256;

const SHORT: BlockNumber = 1_000;
const MIDDLE: BlockNumber = 10_000;
const LONG: BlockNumber = 100_000;

/// Speed over more blocks, as a part of that over [`SHORT`]: the same but for what measuring is off.
const FLAT: f64 = 0.85;
/// Most seconds for [`LONG`], on one core.
const LONGEST: f64 = 5.0;

/// Rows of this part.
pub(crate) fn measure() -> Result<Vec<Row>> {
    let cases = [(SHORT, SET_CHANGES), (MIDDLE, SET_CHANGES), (LONG, SET_CHANGES), (LONG, MANY_SET_CHANGES)];
    let absences: Vec<_> =
        cases.into_iter().map(|(blocks, changes)| Absence::new(blocks, changes)).collect::<Result<_>>()?;
    let mut contenders: Vec<Contender> =
        absences.iter().map(|absence| -> Contender { Box::new(|| absence.catch_up()) }).collect();
    let measured = in_turns(TURNS, &mut contenders)?;
    let [short, middle, long, changes] = &measured[..] else { unreachable!("four cases") };
    let flat = |row: Row| row.must(Limit::Ratio(FLAT));
    let beside =
        |blocks, ours: &Samples| Row::beside(title(blocks, SET_CHANGES), ours, "over 1000 blocks", short);
    Ok(vec![
        Row::new(title(SHORT, SET_CHANGES), Figure::seconds(short)),
        flat(beside(MIDDLE, middle)),
        flat(beside(LONG, long)).must(Limit::Seconds(LONGEST)),
        Row::new(title(LONG, MANY_SET_CHANGES), Figure::seconds(changes)).must(Limit::Seconds(LONGEST)),
    ])
}

fn title(blocks: BlockNumber, changes: u32) -> String {
    format!("catching up {blocks} blocks, {changes} changes of {AUTHORITIES} authorities")
}

/// A light client that stands at genesis, and the bytes that lead it to now.
struct Absence {
    client: LightClient,
    genesis: Hash,
    blocks: BlockNumber,
    update: Vec<u8>,
}

impl Absence {
    fn new(blocks: BlockNumber, changes: u32) -> Result<Self> {
        let mut world = World::new("absence", AUTHORITIES);
        let genesis = world.genesis_hash();
        let client = LightClient::bootstrap(&genesis, &world.genesis_proof())?;
        let mut change = |index: u32| -> FinalityProof {
            world.build_to((u64::from(blocks) * u64::from(index) / u64::from(changes + 1)) as BlockNumber);
            world.change_set(validators(&format!("absence/{index}"), AUTHORITIES))
        };
        let set_changes = (1..=changes).map(&mut change).collect();
        let messages = vec![Message { block: 1, payload: vec![3; PAYLOAD] }; MESSAGES];
        let topic =
            messages.iter().fold(TopicState::default(), |state, message| state.push(1, &message.payload));
        world.put(storage::topic(&Topic::Worker(WORKER)), topic);
        world.put(storage::timestamp_now(), 1_u64);
        world.build_to(blocks);
        let update = Update {
            trust: None,
            set_changes,
            finality: world.finalize(blocks),
            state_proof: world.prove(blocks, &proven_keys(&WORKER, None)),
            messages,
        };
        Ok(Self { client, genesis, blocks, update: update.encode() })
    }

    /// Seconds from the bytes to what they prove.
    fn catch_up(&self) -> Result<f64> {
        let start = Instant::now();
        let update = Update::from_bytes(&self.update)?;
        let verified =
            verify_update(Some(&self.client), &self.genesis, &WORKER, None, &TopicState::default(), &update)?;
        let seconds = start.elapsed().as_secs_f64();
        ensure!(verified.client.latest().number == self.blocks, "stopped before the last block");
        ensure!(verified.topic.count == MESSAGES as u64, "not all messages were taken in");
        Ok(seconds)
    }
}
