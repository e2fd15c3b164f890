//! `poll_oneoff` of WASI preview 1 on virtual time: a program's sleep costs no real time.
//!
//! Standard input is all in memory and standard output never blocks, so waiting for either is over at
//! once; only clocks are ever waited for. Layouts and numbers are those of `wasi_snapshot_preview1`.

use wasmtime::{Caller, Extern, Linker};

use super::clock::{Clock, START};
use super::run::State;

const SUCCESS: u16 = 0;
const EBADF: u16 = 8;
const EFAULT: u16 = 21;
const EINVAL: u16 = 28;

const SUBSCRIPTION: usize = 48;
const EVENT: usize = 32;

/// Most subscriptions per call: the host reads them while nothing can interrupt it.
const MAX_SUBSCRIPTIONS: usize = 4096;

const TAG_CLOCK: u8 = 0;
const TAG_READ: u8 = 1;
const TAG_WRITE: u8 = 2;

const CLOCK_REALTIME: u32 = 0;
const CLOCK_MONOTONIC: u32 = 1;
const FLAG_ABSOLUTE: u16 = 1;

/// Puts `poll_oneoff` on virtual time in the place of the host's.
pub(super) fn add_poll_oneoff(linker: &mut Linker<State>) -> anyhow::Result<()> {
    linker.func_wrap(
        "wasi_snapshot_preview1",
        "poll_oneoff",
        |mut caller: Caller<'_, State>, subscriptions: u32, events: u32, count: u32, written: u32| -> i32 {
            let Some(Extern::Memory(memory)) = caller.get_export("memory") else {
                return EFAULT.into();
            };
            let (memory, state) = memory.data_and_store_mut(&mut caller);
            let polled = poll(memory, state.clock(), subscriptions as usize, events as usize, count as usize);
            let stored = polled.and_then(|count| {
                let bytes = written as usize..(written as usize).saturating_add(4);
                memory.get_mut(bytes).ok_or(EFAULT)?.copy_from_slice(&count.to_le_bytes());
                Ok(())
            });
            stored.err().unwrap_or(SUCCESS).into()
        },
    )?;
    Ok(())
}

/// What a program waits for.
enum Awaited {
    /// Until this instant of the monotonic clock.
    Instant(u64),
    /// A file descriptor, for reading or writing: ready at once, or the error that it is none.
    Descriptor(u16),
}

struct Subscription {
    userdata: [u8; 8],
    tag: u8,
    awaited: Awaited,
}

/// Waits until one of the subscriptions has something to report, and writes an event for each that
/// has: all descriptors, and the clocks whose time has come. Returns how many.
fn poll(
    memory: &mut [u8],
    clock: &Clock,
    subscriptions: usize,
    events: usize,
    count: usize,
) -> Result<u32, u16> {
    if count == 0 || count > MAX_SUBSCRIPTIONS {
        return Err(EINVAL);
    }
    let started = clock.read();
    let at = |index: usize| subscriptions.checked_add(index.checked_mul(SUBSCRIPTION)?);
    let mut earliest = u64::MAX;
    let mut descriptors = false;
    for index in 0..count {
        match read_subscription(memory, at(index), started)?.awaited {
            Awaited::Instant(instant) => earliest = earliest.min(instant),
            Awaited::Descriptor(_) => descriptors = true,
        }
    }
    if !descriptors {
        clock.advance_to(earliest);
    }
    let now = clock.read();
    // Events may overwrite subscriptions: each is shorter than the subscription it answers, so in a
    // shared buffer only those already read are lost.
    let mut written = 0_u32;
    let mut place = Some(events);
    for index in 0..count {
        let subscription = read_subscription(memory, at(index), started)?;
        let error = match subscription.awaited {
            Awaited::Instant(instant) if instant > now => continue,
            Awaited::Instant(_) => SUCCESS,
            Awaited::Descriptor(error) => error,
        };
        write_event(memory, place, &subscription, error)?;
        place = place.and_then(|place| place.checked_add(EVENT));
        written += 1;
    }
    Ok(written)
}

fn read_subscription(memory: &[u8], at: Option<usize>, now: u64) -> Result<Subscription, u16> {
    let bytes = at
        .and_then(|at| memory.get(at..at.checked_add(SUBSCRIPTION)?))
        .and_then(|bytes| bytes.first_chunk::<SUBSCRIPTION>())
        .ok_or(EFAULT)?;
    let word = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    let long = |at: usize| u64::from(word(at)) | u64::from(word(at + 4)) << 32;
    let tag = bytes[8];
    let awaited = match tag {
        TAG_CLOCK => {
            let absolute = word(40) as u16 & FLAG_ABSOLUTE != 0;
            Awaited::Instant(deadline(word(16), long(24), absolute, now)?)
        }
        TAG_READ => Awaited::Descriptor(if word(16) == 0 { SUCCESS } else { EBADF }),
        TAG_WRITE => Awaited::Descriptor(if matches!(word(16), 1 | 2) { SUCCESS } else { EBADF }),
        _ => return Err(EINVAL),
    };
    Ok(Subscription { userdata: long(0).to_le_bytes(), tag, awaited })
}

/// The instant of the monotonic clock that a clock subscription means.
fn deadline(id: u32, timeout: u64, absolute: bool, now: u64) -> Result<u64, u16> {
    match (id, absolute) {
        (CLOCK_REALTIME | CLOCK_MONOTONIC, false) => Ok(now.saturating_add(timeout)),
        (CLOCK_MONOTONIC, true) => Ok(timeout),
        (CLOCK_REALTIME, true) => Ok(timeout.saturating_sub(START.as_nanos() as u64)),
        _ => Err(EINVAL),
    }
}

fn write_event(memory: &mut [u8], at: Option<usize>, answered: &Subscription, error: u16) -> Result<(), u16> {
    let mut event = [0; EVENT];
    event[..8].copy_from_slice(&answered.userdata);
    event[8..10].copy_from_slice(&error.to_le_bytes());
    event[10] = answered.tag;
    if answered.tag != TAG_CLOCK && error == SUCCESS {
        // Bytes available: at least one, or the end of input to be noticed.
        event[16] = 1;
    }
    at.and_then(|at| memory.get_mut(at..at.checked_add(EVENT)?)).ok_or(EFAULT)?.copy_from_slice(&event);
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn subscription(userdata: u8, tag: u8, id: u32, timeout: u64, flags: u16) -> Vec<u8> {
        let mut bytes = vec![0; SUBSCRIPTION];
        bytes[0] = userdata;
        bytes[8] = tag;
        bytes[16..20].copy_from_slice(&id.to_le_bytes());
        bytes[24..32].copy_from_slice(&timeout.to_le_bytes());
        bytes[40..42].copy_from_slice(&flags.to_le_bytes());
        bytes
    }

    /// Polls with `subscriptions` at 0 and events at 1024; returns userdata and error of each event.
    fn poll_all(clock: &Clock, subscriptions: &[Vec<u8>]) -> Result<Vec<(u8, u8)>, u16> {
        let mut memory = subscriptions.concat();
        memory.resize(2048, 0);
        let count = poll(&mut memory, clock, 0, 1024, subscriptions.len())? as usize;
        Ok(memory[1024..].chunks(EVENT).take(count).map(|event| (event[0], event[8])).collect())
    }

    #[test]
    fn sleep_should_move_the_clock_at_no_cost() {
        let clock = Clock::default();
        let events = poll_all(&clock, &[subscription(7, TAG_CLOCK, CLOCK_MONOTONIC, 3_600_000_000_000, 0)]);
        assert_eq!(events, Ok(vec![(7, 0)]));
        assert!(clock.read() >= 3_600_000_000_000);
    }

    #[test]
    fn earliest_clock_should_be_reported_alone_when_two_wait() {
        let late = subscription(1, TAG_CLOCK, CLOCK_MONOTONIC, 2_000_000, FLAG_ABSOLUTE);
        let early =
            subscription(2, TAG_CLOCK, CLOCK_REALTIME, START.as_nanos() as u64 + 1_000_000, FLAG_ABSOLUTE);
        assert_eq!(poll_all(&Clock::default(), &[late, early]), Ok(vec![(2, 0)]));
    }

    #[test]
    fn input_should_come_before_a_timer_when_both_are_awaited() {
        let clock = Clock::default();
        let timer = subscription(1, TAG_CLOCK, CLOCK_MONOTONIC, 1_000_000_000, 0);
        let events = poll_all(
            &clock,
            &[timer, subscription(2, TAG_READ, 0, 0, 0), subscription(3, TAG_WRITE, 9, 0, 0)],
        );
        assert_eq!(events, Ok(vec![(2, 0), (3, EBADF as u8)]));
        assert!(clock.read() < 1_000_000_000);
    }

    #[test]
    fn poll_should_fail_when_addresses_or_subscriptions_are_invalid() {
        let clock = Clock::default();
        assert_eq!(poll_all(&clock, &[]), Err(EINVAL));
        assert_eq!(poll(&mut [], &clock, 0, 0, MAX_SUBSCRIPTIONS), Err(EFAULT));
        assert_eq!(poll(&mut [], &clock, 0, 0, MAX_SUBSCRIPTIONS + 1), Err(EINVAL));
        assert_eq!(poll_all(&clock, &[subscription(0, 9, 0, 0, 0)]), Err(EINVAL));
        assert_eq!(poll_all(&clock, &[subscription(0, TAG_CLOCK, 7, 0, 0)]), Err(EINVAL));
        let mut memory = subscription(0, TAG_CLOCK, CLOCK_MONOTONIC, 0, 0);
        assert_eq!(poll(&mut memory, &clock, usize::MAX - 4, 0, 1), Err(EFAULT));
        assert_eq!(poll(&mut memory, &clock, 0, 40, 1), Err(EFAULT));
        assert_eq!(poll(&mut memory, &clock, 0, 0, 2), Err(EFAULT));
    }
}
