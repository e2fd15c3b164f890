//! What a scenario may ask for.

use phala_economics::Moment;

use crate::{
    decimal::{DAY, HOUR},
    scenario::{Group, Scenario, ScenarioError},
    Decimal, Span,
};

/// Days in which outages and faults are counted.
pub(crate) const MONTH: Moment = 30 * DAY;

const MAX_WORKERS: u32 = 100_000;
const MAX_GROUPS: usize = 1_000;
const MAX_CHANGES: usize = 1_000;
const MAX_NAME: usize = 100;
const MAX_DAYS: u32 = 3_650;
const MAX_OUTAGE_HOURS: u32 = 8_760;
const MAX_SCORE: u32 = 6_000;
/// Some ten minutes of work.
const MAX_STEPS: u128 = 100_000_000;

/// Checks that a scenario is within all limits.
pub(crate) fn check(scenario: &Scenario) -> Result<(), ScenarioError> {
    check_name("name", &scenario.name)?;
    within("length_days", scenario.length_days, Decimal::ratio(1, 100), Decimal::whole(MAX_DAYS))?;
    within("sample_hours", scenario.sample_hours, Decimal::ratio(1, 10), Decimal::whole(MAX_DAYS * 24))?;
    within("answer_hours", scenario.answer_hours, Decimal::ratio(1, 2), Decimal::whole(720))?;
    check_count("groups", scenario.groups.len(), 1, MAX_GROUPS)?;
    check_count("changes", scenario.changes.len(), 0, MAX_CHANGES)?;
    for (index, group) in scenario.groups.iter().enumerate() {
        check_group(scenario, group, &format!("groups[{index}]"))?;
    }
    check_count("workers of all groups together", scenario.workers() as usize, 1, MAX_WORKERS as usize)?;
    check_walk(scenario)?;
    check_parameters(scenario)?;
    check_work(scenario)
}

fn check_group(scenario: &Scenario, group: &Group, at: &str) -> Result<(), ScenarioError> {
    let field = |name: &str| format!("{at}.{name}");
    let (zero, one) = (Decimal::whole(0), Decimal::whole(1));
    check_name(&field("name"), &group.name)?;
    check_count(&field("workers"), group.workers as usize, 1, MAX_WORKERS as usize)?;
    within_span(&field("stake"), group.stake, Decimal::ratio(1, 1_000), Decimal::whole(1_000_000_000))?;
    within_span(&field("score"), group.score, zero, Decimal::whole(MAX_SCORE))?;
    if !(group.score.from.is_whole() && group.score.to.is_whole()) {
        return Err(out_of_range(&field("score"), group.score, "whole numbers"));
    }
    if !(1..=5).contains(&group.confidence) {
        return Err(out_of_range(&field("confidence"), group.confidence, "a level from 1 to 5"));
    }
    within_span(&field("join_days"), group.join_days, zero, scenario.length_days)?;
    if let Some(stop) = group.stop_days {
        within_span(&field("stop_days"), stop, group.join_days.to, Decimal::whole(MAX_DAYS))?;
    }
    if let Some(raise) = &group.raise {
        let days = Decimal::whole(MAX_DAYS);
        within_span(&field("raise.days"), raise.days, group.join_days.to, days)?;
        within_span(&field("raise.factor"), raise.factor, Decimal::ratio(1_001, 1_000), Decimal::whole(100))?;
    }
    within_span(&field("outage_hours"), group.outage_hours, zero, Decimal::whole(MAX_OUTAGE_HOURS))?;
    within(&field("serving"), group.serving, zero, one)?;
    within_span(&field("speed"), group.speed, zero, Decimal::whole(10))?;

    // More could not be told apart: each interval between two answers has at most one.
    let most = Decimal::ratio(720 * 1_000, scenario.answer_hours.scaled(1_000) as u32);
    let faults = &group.faults_per_month;
    within(&field("outages_per_month"), group.outages_per_month, zero, most)?;
    within(&field("faults_per_month.good_faith"), faults.good_faith, zero, most)?;
    within(&field("faults_per_month.proven"), faults.proven, zero, most)?;
    within(&field("faults_per_month.threat"), faults.threat, zero, most)
}

fn check_walk(scenario: &Scenario) -> Result<(), ScenarioError> {
    let Some(walk) = &scenario.price_walk else {
        return Ok(());
    };
    let (least, most) = (Decimal::ratio(1, 1_000_000), Decimal::whole(1_000_000));
    within("price_walk.every_days", walk.every_days, Decimal::ratio(1, 10), Decimal::whole(MAX_DAYS))?;
    within("price_walk.step", walk.step, Decimal::whole(0), Decimal::whole(10))?;
    within("price_walk.lowest", walk.lowest, least, most)?;
    within("price_walk.highest", walk.highest, walk.lowest, most)
}

/// Checks that the chain would accept the parameters, at the beginning and after each change.
fn check_parameters(scenario: &Scenario) -> Result<(), ScenarioError> {
    let mut changes: Vec<_> = scenario.changes.iter().enumerate().collect();
    changes.sort_by_key(|(_, change)| change.day);
    let beginning = ("parameters".to_owned(), "at the beginning".to_owned(), &scenario.parameters);
    let later = changes.into_iter().map(|(index, change)| {
        (format!("changes[{index}].parameters"), format!("from day {} on", change.day), &change.parameters)
    });
    let mut parameters = scenario.preset.parameters();
    for (field, when, overrides) in std::iter::once(beginning).chain(later) {
        for (name, part) in overrides.parts() {
            within(&format!("{field}.{name}"), part, Decimal::whole(0), Decimal::whole(1))?;
        }
        parameters = overrides.apply(parameters);
        parameters.validate().map_err(|error| ScenarioError::Parameters { when, error })?;
    }
    for (index, change) in scenario.changes.iter().enumerate() {
        within(&format!("changes[{index}].day"), change.day, Decimal::whole(0), scenario.length_days)?;
    }
    Ok(())
}

/// Checks that the simulation ends while somebody waits for it.
fn check_work(scenario: &Scenario) -> Result<(), ScenarioError> {
    let length = scenario.length_days.of(DAY);
    let workers = u128::from(scenario.workers());
    let per_worker = |every: Moment| workers.saturating_mul((length / every.max(1)).into());
    let check = |what, steps, remedy| match steps <= MAX_STEPS {
        true => Ok(()),
        false => Err(ScenarioError::TooLong { what, steps, most: MAX_STEPS, remedy }),
    };
    check(
        "answers",
        per_worker(scenario.answer_hours.of(HOUR)),
        "raise `answer_hours`, or take fewer workers or days",
    )?;
    check(
        "values in samples",
        per_worker(scenario.sample_hours.of(HOUR)),
        "raise `sample_hours`, or take fewer workers or days",
    )?;
    let steps: u128 = scenario.price_walk.as_ref().map_or(0, |walk| per_worker(walk.every_days.of(DAY)));
    let changes = workers.saturating_mul(scenario.changes.len() as u128);
    check(
        "settlements after changes of parameters",
        steps.saturating_add(changes),
        "raise `price_walk.every_days`, or take fewer changes or workers",
    )
}

fn check_name(field: &str, name: &str) -> Result<(), ScenarioError> {
    let length = name.chars().count();
    match length <= MAX_NAME && !name.chars().any(char::is_control) {
        true => Ok(()),
        false => Err(out_of_range(
            field,
            format_args!("{length} characters long or not one line"),
            format_args!("one line of at most {MAX_NAME} characters"),
        )),
    }
}

fn check_count(field: &str, count: usize, least: usize, most: usize) -> Result<(), ScenarioError> {
    match (least..=most).contains(&count) {
        true => Ok(()),
        false => Err(out_of_range(field, count, format_args!("from {least} to {most} of them"))),
    }
}

fn within(field: &str, number: Decimal, least: Decimal, most: Decimal) -> Result<(), ScenarioError> {
    match (least..=most).contains(&number) {
        true => Ok(()),
        false => Err(out_of_range(field, number, format_args!("a number from {least} to {most}"))),
    }
}

fn within_span(field: &str, span: Span, least: Decimal, most: Decimal) -> Result<(), ScenarioError> {
    match span.from >= least && span.to <= most {
        true => Ok(()),
        false => Err(out_of_range(field, span, format_args!("numbers from {least} to {most}"))),
    }
}

fn out_of_range(
    field: &str,
    found: impl std::fmt::Display,
    allowed: impl std::fmt::Display,
) -> ScenarioError {
    ScenarioError::OutOfRange {
        field: field.to_owned(),
        found: found.to_string(),
        allowed: allowed.to_string(),
    }
}
