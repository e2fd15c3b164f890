//! The commands, one file each.

pub(crate) mod account;
pub(crate) mod checkpoint;
pub(crate) mod config;
pub(crate) mod delegate;
pub(crate) mod economics;
pub(crate) mod job;
pub(crate) mod manual;
pub(crate) mod pool;
pub(crate) mod positions;
pub(crate) mod session;
pub(crate) mod vault;
pub(crate) mod verify;
pub(crate) mod worker;
