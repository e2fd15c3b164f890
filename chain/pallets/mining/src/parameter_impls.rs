//! Changes of parameters, settled up to their moment under the old ones.

use alloc::vec::Vec;
use phala_economics::{Settled, TokenomicParameters};
use phala_primitives::{Moment, SessionId};
use polkadot_sdk::frame_support::{dispatch::DispatchResult, ensure, traits::Get};

use crate::{
    Config, Error, Event, Pallet, ParameterChange, Parameters, ParametersVersion, Sessions, Superseded,
    ValueChange,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_set_parameters(parameters: TokenomicParameters) -> DispatchResult {
        ensure!(parameters.validate().is_ok(), Error::<T>::InvalidParameters);
        ensure!(!Superseded::<T>::exists(), Error::<T>::ParametersUnsettled);

        let now = Self::now();
        let old = Parameters::<T>::get();
        if crate::Emission::<T>::exists() {
            Self::with_emission(now, |accumulator| {
                if (old.budget, old.budget_period) != (parameters.budget, parameters.budget_period) {
                    accumulator.restart_schedule(&parameters, now);
                }
            });
        }
        let version = ParametersVersion::<T>::get().wrapping_add(1);
        ParametersVersion::<T>::put(version);
        Parameters::<T>::put(&parameters);
        Superseded::<T>::put(ParameterChange { parameters: old, at: now, last: None });
        Self::deposit_event(Event::ParametersChanged { version, parameters });
        Ok(())
    }

    /// After a change of parameters, settles a bounded number of sessions, and says how many.
    pub(crate) fn settle_some(now: Moment) -> u32 {
        let Some(mut change) = Superseded::<T>::get() else {
            return 0;
        };
        let keys = match change.last {
            None => Sessions::<T>::iter_keys(),
            Some(last) => Sessions::<T>::iter_keys_from(Sessions::<T>::hashed_key_for(last)),
        };
        let some: Vec<SessionId> = keys.take(T::MaxPerBlock::get() as usize).collect();
        some.iter().for_each(|session| Self::catch_up(*session, now));

        let version = ParametersVersion::<T>::get();
        if some.len() < T::MaxPerBlock::get() as usize {
            Superseded::<T>::kill();
            Self::deposit_event(Event::ParametersSettled { version });
        } else {
            change.last = some.last().copied();
            Superseded::<T>::put(change);
        }
        some.len() as u32
    }

    /// Settles a session if it has not been since the change.
    fn catch_up(number: SessionId, now: Moment) {
        let Some(mut record) = Sessions::<T>::get(number) else {
            return;
        };
        if record.version == ParametersVersion::<T>::get() {
            return;
        }
        let Settled { ticks, before } = Self::settle(&mut record, now);
        if record.session.value != before {
            Self::value_changed(number, &mut record, ValueChange::ParametersChanged { ticks }, before);
        }
        Sessions::<T>::insert(number, record);
    }
}
