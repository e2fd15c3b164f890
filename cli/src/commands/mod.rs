//! The commands, one file each.

pub(crate) mod job;
pub(crate) mod verify;
pub(crate) mod worker;
