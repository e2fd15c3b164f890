//! How long a slot lasts, fixed at genesis: the same Wasm makes blocks every second in development
//! and every six seconds elsewhere.

use polkadot_sdk::*;

pub use pallet::*;

/// The slot duration and nothing else. It has no calls: Aura takes a slot's number from the clock
/// divided by this, so a change at run time would make slots jump.
#[frame_support::pallet]
pub mod pallet {
    use super::*;
    use frame_support::{pallet_prelude::*, traits::Get};
    use phala_primitives::Moment;

    /// Where genesis says nothing.
    pub const DEFAULT_SLOT_DURATION: Moment = 6_000;

    #[pallet::pallet]
    pub struct Pallet<T>(_);

    #[pallet::config]
    pub trait Config: polkadot_sdk::frame_system::Config {}

    #[pallet::type_value]
    pub fn DefaultSlotDuration() -> Moment {
        DEFAULT_SLOT_DURATION
    }

    /// Length of a slot, in milliseconds.
    #[pallet::storage]
    pub type SlotDuration<T> = StorageValue<_, Moment, ValueQuery, DefaultSlotDuration>;

    #[pallet::genesis_config]
    pub struct GenesisConfig<T> {
        /// Length of a slot, in milliseconds; at least 2.
        pub slot_duration: Moment,
        #[serde(skip)]
        pub _config: PhantomData<T>,
    }

    impl<T> Default for GenesisConfig<T> {
        fn default() -> Self {
            Self { slot_duration: DEFAULT_SLOT_DURATION, _config: PhantomData }
        }
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            assert!(self.slot_duration >= 2, "blockTime.slotDuration must be at least 2 milliseconds");
            SlotDuration::<T>::put(self.slot_duration);
        }
    }

    /// Length of a slot, for Aura.
    pub struct SlotDurationOf<T>(PhantomData<T>);

    impl<T: Config> Get<Moment> for SlotDurationOf<T> {
        fn get() -> Moment {
            SlotDuration::<T>::get()
        }
    }

    /// Least time between two blocks: half a slot, so that clocks may differ a little.
    pub struct MinimumPeriodOf<T>(PhantomData<T>);

    impl<T: Config> Get<Moment> for MinimumPeriodOf<T> {
        fn get() -> Moment {
            SlotDuration::<T>::get() / 2
        }
    }
}
