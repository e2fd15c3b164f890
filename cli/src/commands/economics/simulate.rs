//! `phala economics simulate`: a whole network over years.

use std::{
    io::{Read, Write},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{bail, Context, Result};
use clap::Args;
use phala_economics::Balance;
use phala_primitives::PHA;
use phala_simulator::{picture, simulate, table, Sample, Scenario, Simulation, Tally};
use serde_json::{json, Value};

use crate::{
    exit::usage,
    format::{decimal, fixed, seconds},
    output,
    progress::Progress,
    Globals,
};

/// Most bytes of a scenario.
const MAX_SCENARIO: u64 = 1 << 20;

/// Milliseconds in a day.
const DAY: f64 = 86_400_000.0;

/// Arguments of `phala economics simulate`.
#[derive(Args)]
pub(crate) struct SimulateArguments {
    /// What to simulate: groups of workers, parameters, prices. See examples/scenarios.
    #[arg(value_name = "SCENARIO.toml")]
    scenario: PathBuf,
    /// Where to write the table. None: into this folder, named like the scenario.
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Where to draw the picture, as SVG. None: into this folder, named like the scenario.
    #[arg(long, value_name = "FILE")]
    picture: Option<PathBuf>,
    /// Overwrite what is there.
    #[arg(long)]
    force: bool,
}

/// Simulates, and writes table, picture and summary.
pub(crate) fn run(arguments: &SimulateArguments, globals: &Globals) -> Result<()> {
    let name = arguments.scenario.display();
    let scenario = Scenario::from_toml(&read(&arguments.scenario)?)
        .map_err(|error| usage(format!("{name}: {error}")))?;
    let files = Files::new(arguments)?;

    let progress = Progress::start("simulating");
    let begin = Instant::now();
    let simulation = simulate(&scenario, |part| progress.say(&format!("simulating: {:.0} %", part * 100.0)))?;
    let took = begin.elapsed();
    progress.end();

    files.write(&scenario, &simulation)?;
    match globals.json {
        true => output::json(&as_json(&scenario, &simulation, took, &files)),
        false => print(&scenario, &simulation, took, &files),
    }
}

fn read(path: &Path) -> Result<String> {
    let name = path.display();
    let file = std::fs::File::open(path).with_context(|| format!("cannot open {name}"))?;
    let mut text = String::new();
    file.take(MAX_SCENARIO + 1)
        .read_to_string(&mut text)
        .with_context(|| format!("cannot read {name}; a scenario is TOML"))?;
    if text.len() as u64 > MAX_SCENARIO {
        bail!("{name} is larger than any scenario ({MAX_SCENARIO} bytes)");
    }
    Ok(text)
}

/// Where results go.
struct Files {
    table: PathBuf,
    picture: PathBuf,
    force: bool,
}

impl Files {
    /// Where results go, if nothing is there that must stay: better known before the simulation than after.
    fn new(arguments: &SimulateArguments) -> Result<Self> {
        let name = arguments.scenario.file_stem().unwrap_or("simulation".as_ref());
        let beside = |extension| PathBuf::from(name).with_extension(extension);
        let table = arguments.csv.clone().unwrap_or_else(|| beside("csv"));
        let picture = arguments.picture.clone().unwrap_or_else(|| beside("svg"));
        let [scenario, one, other] = [&arguments.scenario, &table, &picture].map(|path| whole_path(path));
        let (scenario, one, other) = (scenario?, one?, other?);
        if one == other || scenario == one || scenario == other {
            return Err(usage("scenario, table and picture must be different files"));
        }
        if let Some(taken) = [&table, &picture].into_iter().find(|path| !arguments.force && path.exists()) {
            return Err(usage(format!(
                "{} exists already; name another file, or overwrite it with --force",
                taken.display()
            )));
        }
        Ok(Self { table, picture, force: arguments.force })
    }

    fn write(&self, scenario: &Scenario, simulation: &Simulation) -> Result<()> {
        let drawn = picture::svg(scenario, &simulation.samples)?;
        self.write_one(&self.table, |file| table::write(&simulation.samples, file))?;
        self.write_one(&self.picture, |file| file.write_all(drawn.as_bytes()))
    }

    /// Writes a file in whole or not at all.
    fn write_one(
        &self,
        path: &Path,
        write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
    ) -> Result<()> {
        let name = path.display();
        let folder = folder_of(path);
        let mut file =
            new_file_in(folder).with_context(|| format!("cannot write into {}", folder.display()))?;
        write(&mut file).with_context(|| format!("cannot write {name}"))?;
        let kept = match self.force {
            true => file.persist(path),
            false => file.persist_noclobber(path),
        };
        kept.map(drop).map_err(|error| error.error).with_context(|| format!("cannot write {name}"))
    }
}

/// The path from the root on, whether or not the file is there yet; its folder must be.
fn whole_path(path: &Path) -> Result<PathBuf> {
    let folder = folder_of(path);
    let missing = |_| usage(format!("there is no folder {}; create it first", folder.display()));
    let name = path.file_name().ok_or_else(|| usage(format!("{} is no file", path.display())))?;
    path.canonicalize().or_else(|_| folder.canonicalize().map(|folder| folder.join(name))).map_err(missing)
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// A file without its name yet, which others may read as far as the user lets them.
fn new_file_in(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    use std::{fs::Permissions, os::unix::fs::PermissionsExt};
    tempfile::Builder::new().permissions(Permissions::from_mode(0o666)).tempfile_in(folder)
}

fn print(scenario: &Scenario, simulation: &Simulation, took: Duration, files: &Files) -> Result<()> {
    output::line(format_args!(
        "{}\n{} days, {} events, simulated in {} s\n",
        scenario.name,
        scenario.length_days,
        simulation.actions,
        seconds(took)
    ))?;
    print_groups(simulation)?;
    if let Some(end) = simulation.samples.last() {
        let values = &end.values;
        output::line(format_args!(
            "\nAt the end {} sessions answer, {} do not, {} cool down.",
            end.responsive, end.unresponsive, end.cooling_down
        ))?;
        output::line(format_args!(
            "V: median {:.2} PHA, 10th to 90th percentile {:.2} to {:.2} PHA. Σ share: {:.2}.",
            values.median.to_float(),
            values.low.to_float(),
            values.high.to_float(),
            end.total_share.to_float()
        ))?;
        let empty = simulation.exhausted_at.map_or(String::new(), |at| {
            format!("; from day {:.1} on it could not pay what was earned", at as f64 / DAY)
        });
        let (left, funded) = (whole(end.subsidy_left), whole(simulation.funded));
        output::line(format_args!("Of the subsidy, {left} of {funded} PHA are left{empty}."))?;
    }
    output::line(format_args!("\nTable:   {}\nPicture: {}", files.table.display(), files.picture.display()))
}

fn print_groups(simulation: &Simulation) -> Result<()> {
    let groups = simulation.groups.iter().map(|group| (group.name.as_str(), group.workers, &group.tally));
    let workers = simulation.groups.iter().map(|group| group.workers).sum();
    let rows: Vec<_> = groups.chain([("all", workers, &simulation.total)]).collect();
    let width = rows.iter().map(|(name, ..)| name.chars().count()).max().unwrap_or(0).max(5);
    output::line(format_args!(
        "{:width$}  {:>7}  {:>7}  {:>7}  {:>7}  {:>8}  {:>7}  {:>14}  {:>12}  {:>9}",
        "GROUP",
        "WORKERS",
        "STARTED",
        "REFUSED",
        "STOPPED",
        "OUTAGES",
        "FAULTS",
        "TO POOLS, PHA",
        "SLASHED, PHA",
        "APR"
    ))?;
    for (name, workers, tally) in rows {
        let apr = tally.annual_return().map_or("-".to_owned(), |rate| format!("{:.2} %", rate * 100.0));
        output::line(format_args!(
            "{name:width$}  {workers:>7}  {:>7}  {:>7}  {:>7}  {:>8}  {:>7}  {:>14}  {:>12}  {apr:>9}",
            tally.started,
            tally.refused.total(),
            tally.stopped,
            tally.outages,
            tally.faults.iter().sum::<u64>(),
            whole(tally.paid.pool),
            whole(tally.slashed),
        ))?;
    }
    output::line(
        "\nAPR is what was paid to pools, before their commissions, on the stake that mined, in 365 days, without \
         compounding.",
    )
}

/// Base units as whole PHA, rounded.
fn whole(amount: Balance) -> Balance {
    amount.saturating_add(PHA / 2) / PHA
}

fn as_json(scenario: &Scenario, simulation: &Simulation, took: Duration, files: &Files) -> Value {
    let groups = simulation.groups.iter().map(|group| {
        let mut value = tally_as_json(group.workers, &group.tally);
        value["name"] = json!(group.name);
        value
    });
    json!({
        "name": scenario.name,
        "seed": scenario.seed,
        "days": scenario.length_days.to_string(),
        "events": simulation.actions,
        "seconds": took.as_secs_f64(),
        "groups": groups.collect::<Vec<_>>(),
        "total": tally_as_json(scenario.workers(), &simulation.total),
        "subsidy": {
            "funded_pha": decimal(simulation.funded),
            "exhausted_on_day": simulation.exhausted_at.map(|at| at as f64 / DAY),
        },
        "end": simulation.samples.last().map(sample_as_json),
        "csv": files.table.display().to_string(),
        "picture": files.picture.display().to_string(),
    })
}

fn tally_as_json(workers: u32, tally: &Tally) -> Value {
    let [good_faith, proven, threat] = tally.faults;
    json!({
        "workers": workers,
        "started": tally.started,
        "restarted": tally.restarted,
        "refused": tally.refused,
        "answers": tally.answers,
        "unpaid_answers": tally.unpaid_answers,
        "outages": tally.outages,
        "faults": { "good_faith": good_faith, "proven": proven, "threat": threat },
        "stopped": tally.stopped,
        "returned": tally.returned,
        "paid_pools_pha": decimal(tally.paid.pool),
        "paid_treasury_pha": decimal(tally.paid.treasury),
        "slashed_pha": decimal(tally.slashed),
        "apr_percent": tally.annual_return().map(|rate| rate * 100.0),
    })
}

fn sample_as_json(sample: &Sample) -> Value {
    let values = &sample.values;
    json!({
        "responsive": sample.responsive,
        "unresponsive": sample.unresponsive,
        "cooling_down": sample.cooling_down,
        "price_usd": fixed(sample.price),
        "budget_per_tick_pha": fixed(sample.budget),
        "total_share": fixed(sample.total_share),
        "value_mean_pha": fixed(values.mean),
        "value_median_pha": fixed(values.median),
        "value_min_pha": fixed(values.least),
        "value_p10_pha": fixed(values.low),
        "value_p90_pha": fixed(values.high),
        "value_max_pha": fixed(values.most),
        "stake_pha": decimal(sample.stake),
        "subsidy_left_pha": decimal(sample.subsidy_left),
    })
}
