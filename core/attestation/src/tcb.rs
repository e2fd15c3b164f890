//! Which versions a platform lacks.

use alloc::vec::Vec;

use dcap_qvl::{tcb_info::TcbInfo, QeIdentity, SvnShortfall, TcbLevel, TcbStatus};

use crate::{
    publication::UnverifiedPublication, quote::UnverifiedQuote, shortfall::Shortfalls, status::rank,
    time::moment, Component, Shortfall,
};

/// What the platform lacks for the best status that its family can have: nothing, if it has that.
pub(crate) fn shortfalls(
    quote: &UnverifiedQuote,
    publication: &UnverifiedPublication,
    qe_version: u16,
) -> Shortfalls {
    let levels = levels(quote, &publication.tcb_info);
    let best = levels.iter().min_by_key(|(level, missing)| (rank(level), missing.len()));
    let mut missing = of_level(best);
    let up_to_date = |status| status == TcbStatus::UpToDate;
    missing.extend(module(quote, &publication.tcb_info, up_to_date));
    missing.extend(quoting_enclave(&publication.qe_identity, qe_version, up_to_date));
    Shortfalls::truncate_from(missing)
}

/// What the platform lacks for the lowest level that Intel lists.
pub(crate) fn below_every_level(quote: &UnverifiedQuote, publication: &UnverifiedPublication) -> Shortfalls {
    let levels = levels(quote, &publication.tcb_info);
    let nearest = levels.iter().min_by_key(|(_, missing)| missing.len());
    let mut missing = of_level(nearest);
    if missing.is_empty() {
        missing.extend(module(quote, &publication.tcb_info, |_| true));
    }
    Shortfalls::truncate_from(missing)
}

/// What a quoting enclave of this version lacks for the lowest level that Intel lists.
pub(crate) fn quoting_enclave_below_every_level(identity: &QeIdentity, version: u16) -> Shortfalls {
    Shortfalls::truncate_from(quoting_enclave(identity, version, |_| true).into_iter().collect())
}

/// The levels, each with what the platform lacks for it. Levels of the wrong form are left out: the verifier
/// refuses them.
fn levels<'a>(quote: &UnverifiedQuote, tcb_info: &'a TcbInfo) -> Vec<(&'a TcbLevel, Vec<SvnShortfall>)> {
    let missing =
        |level: &TcbLevel| level.shortfalls(&quote.pck.cpu_svn, quote.pck.pce_svn, quote.tee_tcb_svn()).ok();
    tcb_info.tcb_levels.iter().filter_map(|level| Some((level, missing(level)?))).collect()
}

fn of_level(level: Option<&(&TcbLevel, Vec<SvnShortfall>)>) -> Vec<Shortfall> {
    level.map_or_else(Vec::new, |(level, missing)| {
        let since = moment(&level.tcb_date).unwrap_or_default();
        missing.iter().map(|missing| Shortfall::new(missing, since)).collect()
    })
}

/// What the TDX module lacks for the lowest of its levels whose status is `good`.
fn module(
    quote: &UnverifiedQuote,
    tcb_info: &TcbInfo,
    good: impl Fn(TcbStatus) -> bool,
) -> Option<Shortfall> {
    let versions = quote.tee_tcb_svn()?;
    let identity = tcb_info.tdx_module_identity(versions).ok()??;
    let level = identity
        .tcb_levels
        .iter()
        .filter(|level| good(level.tcb_status))
        .min_by_key(|level| level.tcb.isvsvn)?;
    let since = moment(&level.tcb_date).unwrap_or_default();
    level.shortfall(versions).map(|missing| Shortfall::new(&missing, since))
}

/// What the quoting enclave lacks for the lowest of its levels whose status is `good`.
fn quoting_enclave(identity: &QeIdentity, have: u16, good: impl Fn(TcbStatus) -> bool) -> Option<Shortfall> {
    let level = identity
        .tcb_levels
        .iter()
        .filter(|level| good(level.tcb_status))
        .min_by_key(|level| level.tcb.isvsvn)?;
    let needs = level.tcb.isvsvn;
    let since = moment(&level.tcb_date).unwrap_or_default();
    (have < needs).then_some(Shortfall { component: Component::QuotingEnclave, have, needs, since })
}
