//! Workers: their keys, attestation verdict and price
#![cfg_attr(not(feature = "std"), no_std)]
