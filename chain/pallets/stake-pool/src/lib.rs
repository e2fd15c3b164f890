//! Pools of stake behind workers
#![cfg_attr(not(feature = "std"), no_std)]
