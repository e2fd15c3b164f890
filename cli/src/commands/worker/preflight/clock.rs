//! The clock: whether something keeps it right, and how it compares with the chain's.

use std::time::{Duration, SystemTime};

use codec::Decode;
use phala_client::rpc::Node;
use phala_primitives::{storage, Hash, Moment};

use super::{
    host::Host,
    report::{Area, Check, Subject},
};
use crate::{
    format::one_line,
    settings::{Origin, Setting, Settings},
};

const SYNCHRONISED: Subject = Subject {
    id: "clock_kept",
    area: Area::Clock,
    why: "with a wrong clock, certificates of the services that give quotes count as expired",
};

const OFFSET: Subject = Subject {
    id: "clock_offset",
    area: Area::Clock,
    why: "evidence is valid for a certain time, which the chain reads from its own clock",
};

const SYNCHRONISE: &str = "have systemd-timesyncd or chrony keep the clock: timedatectl set-ntp true";

/// How long a node may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long ago a clock that is kept has been set at most: systemd-timesyncd asks every 34 minutes at the latest.
const STALE: Duration = Duration::from_secs(2 * 3600);

/// By how many milliseconds a clock may be behind the chain's: blocks are dated by their authors' clocks.
const BEHIND: i64 = 2_000;
/// By how many milliseconds it may be ahead: the newest block is one or a few slots old.
const AHEAD: i64 = 60_000;
/// By how many milliseconds it is behind when certificates that were just made are not valid yet.
const FAR_BEHIND: i64 = 300_000;

/// What a node says.
pub(super) enum ChainTime {
    /// Nobody asked, and no node answers where one would be by default.
    NotAsked {
        /// Where that is.
        node: String,
    },
    /// The node that was named does not answer, or is none to compare with.
    Unreachable {
        /// Why, with its address.
        cause: String,
    },
    /// The time of its newest block.
    Told {
        /// Its address.
        node: String,
        /// Chain time, in milliseconds.
        block: Moment,
        /// The machine's clock when the node was asked.
        clock: SystemTime,
    },
}

impl ChainTime {
    /// Asks the node of the settings.
    pub(super) async fn ask(settings: &Settings) -> anyhow::Result<Self> {
        let genesis = settings.genesis()?;
        let (address, origin) = settings.get(Setting::Node);
        let address = address.unwrap_or_default();
        let node = one_line(address.as_bytes());
        let late = |_| Err(format!("the node at {node} does not answer within {} s", PATIENCE.as_secs()));
        let told = tokio::time::timeout(PATIENCE, newest_block(address, genesis)).await.unwrap_or_else(late);
        Ok(match told {
            Ok((block, clock)) => Self::Told { node, block, clock },
            Err(_) if origin == Origin::Default && genesis.is_none() => Self::NotAsked { node },
            Err(cause) => Self::Unreachable { cause: one_line(cause.as_bytes()) },
        })
    }
}

/// Chain time of the newest block, and the clock at that moment.
async fn newest_block(address: &str, genesis: Option<Hash>) -> Result<(Moment, SystemTime), String> {
    let node = Node::connect(address).await.map_err(|error| error.to_string())?;
    if genesis.is_some_and(|genesis| genesis != node.genesis_hash()) {
        return Err(format!("the node at {address} is of another chain than the genesis hash given"));
    }
    let value = node.storage(&storage::timestamp_now(), None).await.map_err(|error| error.to_string())?;
    let clock = SystemTime::now();
    let block = value.ok_or_else(|| format!("the chain at {address} has no time yet"))?;
    let block = Moment::decode(&mut block.as_slice())
        .map_err(|_| format!("what the node at {address} says of the time is no time"))?;
    Ok((block, clock))
}

/// Looks at it.
pub(super) fn checks(host: &Host, chain: &ChainTime) -> Vec<Check> {
    vec![synchronised(host), offset(chain)]
}

fn synchronised(host: &Host) -> Check {
    const SET: &str = "/run/systemd/timesync/synchronized";
    if let Some(changed) = host.changed(SET) {
        let ago = host.system().now().duration_since(changed).unwrap_or_default();
        let seen = format!("systemd-timesyncd has set it {} min ago", ago.as_secs() / 60);
        return match ago > STALE {
            true => {
                SYNCHRONISED.warning(seen, "see with timedatectl timesync-status why it does so no longer")
            }
            false => SYNCHRONISED.ok(seen),
        };
    }
    let daemons = [
        ("chronyd", ["/run/chrony/chronyd.pid", "/run/chronyd.pid"]),
        ("ntpd", ["/run/ntpd.pid", "/run/openntpd/openntpd.pid"]),
    ];
    match daemons.iter().find(|(_, files)| host.first(files).is_some()) {
        Some((name, _)) => SYNCHRONISED.ok(format!("{name} keeps it")),
        None => SYNCHRONISED.warning("there is no sign of a program that keeps it", SYNCHRONISE),
    }
}

fn offset(chain: &ChainTime) -> Check {
    let (node, block, clock) = match chain {
        ChainTime::NotAsked { node } => {
            return OFFSET
                .not_applicable(format!("no node answers at {node}; name one with --node to compare"))
        }
        ChainTime::Unreachable { cause } => {
            return OFFSET.warning(
                format!("unknown: {cause}"),
                "name a node that can be reached from here; the relay will need one too",
            )
        }
        ChainTime::Told { node, block, clock } => (node, *block, *clock),
    };
    let now = clock.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis();
    let now = i64::try_from(now).unwrap_or(i64::MAX);
    let ahead = now.saturating_sub(i64::try_from(block).unwrap_or(i64::MAX));
    let seconds = ahead.unsigned_abs() / 1000;
    if ahead < -FAR_BEHIND {
        return OFFSET.failed(format!("{seconds} s behind the chain at {node}"), SYNCHRONISE);
    }
    if ahead < -BEHIND {
        return OFFSET.warning(format!("{seconds} s behind the chain at {node}"), SYNCHRONISE);
    }
    match ahead > AHEAD {
        true => OFFSET.warning(
            format!("{seconds} s ahead of the newest block at {node}"),
            "see whether the clock is fast, or the node has not caught up with its chain",
        ),
        false => OFFSET.ok(format!("fits the newest block at {node}")),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::report::State, *};

    fn state(clock: Moment, block: Moment) -> State {
        let clock = SystemTime::UNIX_EPOCH + Duration::from_millis(clock);
        offset(&ChainTime::Told { node: "ws://n".to_owned(), block, clock }).state
    }

    #[test]
    fn clock_should_fit_when_the_newest_block_is_a_few_slots_old() {
        const NOW: Moment = 1_790_000_000_000;
        assert_eq!(state(NOW, NOW), State::Ok);
        assert_eq!(state(NOW + 60_000, NOW), State::Ok);
        assert_eq!(state(NOW - 2_000, NOW), State::Ok);
    }

    #[test]
    fn clock_should_be_questioned_when_it_and_the_chain_disagree() {
        const NOW: Moment = 1_790_000_000_000;
        assert_eq!(state(NOW + 60_001, NOW), State::Warning, "a node that lags looks the same");
        assert_eq!(state(NOW - 2_001, NOW), State::Warning);
        assert_eq!(state(NOW - 300_001, NOW), State::Failed);
        assert_eq!(state(0, u64::MAX), State::Failed);
        assert_eq!(state(u64::MAX / 4, 0), State::Warning);
    }

    #[test]
    fn node_that_was_named_should_be_missed_and_the_default_one_should_not() {
        let node = || "ws://n".to_owned();
        assert_eq!(offset(&ChainTime::NotAsked { node: node() }).state, State::NotApplicable);
        let unreachable = ChainTime::Unreachable { cause: "refused".to_owned() };
        assert_eq!(offset(&unreachable).state, State::Warning);
    }
}
