//! The invariants of the crate's documentation, checked.

use codec::DecodeAll;
use polkadot_sdk::{
    frame_support::{ensure, traits::Get},
    frame_system,
    sp_runtime::{traits::SaturatedConversion, TryRuntimeError},
};

use crate::{Acknowledged, Config, Messages, Pallet, ReportsInBlock, SendMessage, Senders, Topics};
use phala_primitives::{
    mailbox::{Topic, TopicState, WorkerMessage, MAX_PAYLOAD},
    report::Incarnation,
    BlockNumber,
};

impl<T: Config> Pallet<T> {
    /// Checks every invariant.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        Topics::<T>::iter().try_for_each(|(topic, state)| Self::check_topic(&topic, &state))?;
        for topic in Acknowledged::<T>::iter_keys().chain(Messages::<T>::iter_keys().map(|(topic, _)| topic))
        {
            ensure!(Topics::<T>::contains_key(topic), "something is kept of a topic that does not exist");
        }
        for worker in ReportsInBlock::<T>::iter_keys() {
            ensure!(
                Senders::<T>::get(worker).sequence > 0,
                "a report was counted that spent no sequence number"
            );
        }
        for sender in Senders::<T>::iter_values() {
            let started = sender.incarnation != Incarnation::default();
            ensure!(started, "a worker reported before it started");
        }
        Ok(())
    }

    /// Invariants 1 to 3 for one topic.
    fn check_topic(topic: &Topic, state: &TopicState) -> Result<(), TryRuntimeError> {
        let forgotten = Acknowledged::<T>::get(topic);
        ensure!(forgotten <= state.count, "a topic has forgotten more than was pushed");
        ensure!(Self::backlog(topic) <= T::MaxBacklog::get(), "a topic holds more than its backlog");

        let now: BlockNumber = frame_system::Pallet::<T>::block_number().saturated_into();
        let (mut chained, mut block) = (TopicState::default(), 0);
        for index in forgotten..state.count {
            let message = Messages::<T>::get(topic, index).ok_or("an unacknowledged message is missing")?;
            ensure!((block..=now).contains(&message.block), "messages are out of order");
            ensure!(message.payload.len() <= MAX_PAYLOAD as usize, "a payload is too long");
            WorkerMessage::decode_all(&mut &message.payload[..]).map_err(|_| "a payload is no message")?;
            block = message.block;
            chained = chained.push(message.block, &message.payload);
        }
        let stored = Messages::<T>::iter_key_prefix(topic).count() as u64;
        ensure!(stored == state.count.saturating_sub(forgotten), "a forgotten message is still stored");
        ensure!(forgotten > 0 || chained == *state, "the head does not match the messages");
        Ok(())
    }
}
