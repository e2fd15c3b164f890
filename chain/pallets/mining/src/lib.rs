//! Mining sessions: challenges, heartbeats, value, payouts
#![cfg_attr(not(feature = "std"), no_std)]
