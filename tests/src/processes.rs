//! What `/proc` says of processes.

use std::path::PathBuf;

use anyhow::{Context, Result};

/// Clock ticks of `/proc` in a second, on every Linux that this runs on.
const TICKS: f64 = 100.0;

/// A process, as it was when it was looked at.
pub struct Seen {
    /// Its id.
    pub pid: i32,
    /// Name of its program, up to 15 bytes of it.
    pub name: String,
    /// Seconds for which it has computed.
    pub cpu_seconds: f64,
    parent: u32,
}

/// All processes of this machine that have not ended.
pub fn all() -> Result<Vec<Seen>> {
    let mut processes = Vec::new();
    for entry in std::fs::read_dir("/proc")? {
        // A process may end between being listed and being read.
        let Ok(stat) = std::fs::read_to_string(entry?.path().join("stat")) else { continue };
        processes.extend(parse(&stat));
    }
    processes.sort_by_key(|process| process.pid);
    Ok(processes)
}

/// Those that `parent` has started.
pub fn children(parent: u32) -> Result<Vec<Seen>> {
    Ok(all()?.into_iter().filter(|process| process.parent == parent).collect())
}

/// A file of a process's folder in `/proc`.
pub fn file(pid: i32, name: &str) -> PathBuf {
    PathBuf::from(format!("/proc/{pid}/{name}"))
}

/// Soft and hard limit of a process, as `/proc` words them, such as `Max core file size`.
pub fn limits(pid: i32, name: &str) -> Result<[String; 2]> {
    let text = std::fs::read_to_string(file(pid, "limits"))?;
    let values = text.lines().find_map(|line| line.strip_prefix(name)).context("no such limit")?;
    let mut values = values.split_whitespace().map(str::to_owned);
    Ok([values.next().context("no soft limit")?, values.next().context("no hard limit")?])
}

/// A process from its `/proc/PID/stat`; none if it has ended and only its parent has not heard of it yet.
fn parse(stat: &str) -> Option<Seen> {
    let (before, after) = stat.rsplit_once(')')?;
    let (pid, name) = before.split_once(" (")?;
    let fields: Vec<&str> = after.split_whitespace().collect();
    let ticks = fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?;
    (*fields.first()? != "Z").then_some(Seen {
        pid: pid.parse().ok()?,
        name: name.to_owned(),
        cpu_seconds: ticks / TICKS,
        parent: fields.get(1)?.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn process_should_be_read_when_its_name_has_brackets() {
        let stat = "7 (a (b) c) S 3 7 7 0 -1 4194560 1 2 3 4 150 50 0 0 20 0 1";
        let seen = parse(stat).unwrap();
        assert_eq!((seen.pid, seen.name.as_str(), seen.parent), (7, "a (b) c", 3));
        assert_eq!(seen.cpu_seconds, 2.0);
        assert!(parse(&stat.replace(" S ", " Z ")).is_none());
    }
}
