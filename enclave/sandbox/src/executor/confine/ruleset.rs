//! Landlock: no file, no folder, no TCP port, and nobody else's sockets, signals and memory.

use landlock::{
    Access, AccessFs, AccessNet, LandlockStatus, Ruleset, RulesetAttr, RulesetStatus, Scope, ABI,
};

use super::{ConfineError, Landlock};

/// The newest set of rights that the rules name. A kernel that knows fewer enforces those it knows.
const RIGHTS: ABI = ABI::V9;

/// Denies every right that Landlock knows, everywhere: an executor needs none, not even in the folder that it is
/// in. Returns the version of the interface that is enforced, 0 for none.
///
/// # Errors
///
/// [`ConfineError::NoLandlock`] if it is required, and [`ConfineError::Landlock`].
pub fn restrict_access(landlock: Landlock) -> Result<u32, ConfineError> {
    let status = Ruleset::default()
        .handle_access(AccessFs::from_all(RIGHTS))?
        .handle_access(AccessNet::from_all(RIGHTS))?
        .scope(Scope::from_all(RIGHTS))?
        .create()?
        .restrict_self()?;
    match (status.ruleset, status.landlock) {
        (
            RulesetStatus::FullyEnforced | RulesetStatus::PartiallyEnforced,
            LandlockStatus::Available { effective_abi, .. },
        ) => Ok(effective_abi as u32),
        _ if landlock == Landlock::Optional => Ok(0),
        _ => Err(ConfineError::NoLandlock),
    }
}
