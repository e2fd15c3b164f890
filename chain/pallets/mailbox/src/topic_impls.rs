//! Topics: pushing, acknowledging, reading.

use alloc::vec::Vec;
use codec::Encode;
use polkadot_sdk::{
    frame_support::{dispatch::DispatchResult, ensure, traits::Get},
    frame_system,
    sp_runtime::traits::SaturatedConversion,
};

use crate::{Acknowledged, Config, Error, Event, Messages, Pallet, SendMessage, Topics};
use phala_primitives::{
    mailbox::{Message, Topic, WorkerMessage},
    BlockNumber,
};

impl<T: Config> SendMessage for Pallet<T> {
    fn send(topic: Topic, message: &WorkerMessage) -> DispatchResult {
        ensure!(Self::backlog(&topic) < T::MaxBacklog::get(), Error::<T>::TopicFull);
        let state = Topics::<T>::get(topic);
        let block: BlockNumber = frame_system::Pallet::<T>::block_number().saturated_into();
        let payload = message.encode();
        Topics::<T>::insert(topic, state.push(block, &payload));
        Messages::<T>::insert(topic, state.count, Message { block, payload });
        Self::deposit_event(Event::MessageSent { topic, index: state.count });
        Ok(())
    }

    fn backlog(topic: &Topic) -> u64 {
        Topics::<T>::get(topic).count.saturating_sub(Acknowledged::<T>::get(topic))
    }
}

impl<T: Config> Pallet<T> {
    /// Forgets messages that the reader of `topic` has taken in, `taken` being how many it has taken
    /// in ever, and returns how many were forgotten: at most [`Config::MaxPruned`].
    ///
    /// Acknowledging less than before is no error: reports signed earlier may say so.
    pub(crate) fn acknowledge(topic: &Topic, taken: u64) -> Result<u32, Error<T>> {
        ensure!(taken <= Topics::<T>::get(topic).count, Error::<T>::AcknowledgedTooMuch);
        let forgotten = Acknowledged::<T>::get(topic);
        let end = taken.min(forgotten.saturating_add(T::MaxPruned::get().into()));
        let pruned = end.saturating_sub(forgotten);
        if pruned > 0 {
            (forgotten..end).for_each(|index| Messages::<T>::remove(topic, index));
            Acknowledged::<T>::insert(topic, end);
        }
        Ok(pruned.saturated_into())
    }

    /// Stored messages from number `from` on, a bounded number of them.
    pub(crate) fn messages_from(topic: &Topic, from: u64) -> Vec<(u64, Message)> {
        let start = from.max(Acknowledged::<T>::get(topic));
        let end = Topics::<T>::get(topic).count.min(start.saturating_add(T::MaxPruned::get().into()));
        (start..end).filter_map(|index| Some((index, Messages::<T>::get(topic, index)?))).collect()
    }
}
