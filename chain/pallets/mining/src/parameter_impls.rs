//! Changes of parameters, settled up to their moment under the old ones.

use phala_economics::{Settled, TokenomicParameters};
use phala_primitives::{session::Seat, Moment};
use polkadot_sdk::frame_support::{dispatch::DispatchResult, ensure, traits::Get};

use crate::{
    Config, Error, Event, Pallet, ParameterChange, Parameters, ParametersVersion, Seats, Sessions,
    Superseded, ValueChange,
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
        Superseded::<T>::put(ParameterChange { parameters: old, at: now, next: 0 });
        Self::deposit_event(Event::ParametersChanged { version, parameters });
        Ok(())
    }

    /// After a change of parameters, settles a bounded number of sessions, and says how many.
    pub(crate) fn settle_some(now: Moment) -> u32 {
        let Some(mut change) = Superseded::<T>::get() else {
            return 0;
        };
        let seats = Seats::<T>::get();
        let end = change.next.saturating_add(T::MaxPerBlock::get()).min(seats);
        let some = change.next..end;
        some.clone().for_each(|seat| Self::catch_up(Seat::new(seat), now));

        if end == seats {
            Superseded::<T>::kill();
            Self::deposit_event(Event::ParametersSettled { version: ParametersVersion::<T>::get() });
        } else {
            change.next = end;
            Superseded::<T>::put(change);
        }
        some.len() as u32
    }

    /// Settles the session in `seat` if it has not been since the change.
    fn catch_up(seat: Seat, now: Moment) {
        let Some(mut record) = Sessions::<T>::get(seat) else {
            return;
        };
        if record.version == ParametersVersion::<T>::get() {
            return;
        }
        let Settled { ticks, before } = Self::settle(&mut record, now);
        if record.session.value != before {
            Self::value_changed(&mut record, ValueChange::ParametersChanged { ticks }, before);
        }
        Self::store(record);
    }
}
