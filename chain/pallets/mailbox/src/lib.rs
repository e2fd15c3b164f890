//! Ordered messages from the chain to enclaves, chained by hash
#![cfg_attr(not(feature = "std"), no_std)]
