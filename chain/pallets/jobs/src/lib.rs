//! Confidential jobs: escrow, assignment, receipts, settlement
#![cfg_attr(not(feature = "std"), no_std)]
