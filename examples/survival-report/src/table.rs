//! The table: three columns of a CSV file, checked.

use std::collections::BTreeMap;
use std::io::Read;

use crate::options::Options;

/// Most groups to compare: past that, the column is none of groups.
const MAX_GROUPS: usize = 20;

/// One subject.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Subject {
    /// How long it was observed.
    pub time: f64,
    /// Whether the event happened then.
    pub event: bool,
}

/// Subjects by group.
#[derive(Debug, PartialEq)]
pub struct Table {
    /// At least two groups, none of them empty.
    pub groups: BTreeMap<String, Vec<Subject>>,
    /// Rows left out because a cell is missing.
    pub incomplete: usize,
}

/// Reads a table.
///
/// # Errors
///
/// What is wrong, with the line.
pub fn read(input: impl Read, options: &Options) -> Result<Table, String> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(input);
    let header =
        reader.headers().map_err(|error| format!("cannot read the table's header: {error}"))?.clone();
    let column = |name: &str| {
        let found = header.iter().position(|title| title == name);
        found.ok_or_else(|| format!("there is no column `{name}`; there are: {}", titles(&header)))
    };
    let columns = [column(&options.time)?, column(&options.event)?, column(&options.group)?];
    let mut table = Table { groups: BTreeMap::new(), incomplete: 0 };
    for record in reader.records() {
        let record = record.map_err(|error| format!("cannot read the table: {error}"))?;
        let line = record.position().map_or(0, csv::Position::line);
        let [time, event, group] = columns.map(|column| record.get(column).unwrap_or_default());
        if [time, event, group].iter().any(|cell| is_missing(cell)) {
            table.incomplete += 1;
            continue;
        }
        let subject = subject(time, event).map_err(|problem| format!("line {line}: {problem}"))?;
        table.groups.entry(group.to_string()).or_default().push(subject);
        if table.groups.len() > MAX_GROUPS {
            return Err(format!(
                "column `{}` has more than {MAX_GROUPS} different values; choose one of groups",
                options.group
            ));
        }
    }
    if table.groups.len() < 2 {
        let found = table.groups.len();
        return Err(format!(
            "column `{}` has {found} different values in complete rows; at least two are needed",
            options.group
        ));
    }
    Ok(table)
}

fn titles(header: &csv::StringRecord) -> String {
    header.iter().map(|title| format!("`{title}`")).collect::<Vec<_>>().join(", ")
}

fn is_missing(cell: &str) -> bool {
    cell.is_empty() || cell == "NA"
}

fn subject(time: &str, event: &str) -> Result<Subject, String> {
    let time = match time.parse::<f64>() {
        Ok(time) if time.is_finite() && time >= 0.0 => time,
        _ => return Err(format!("time `{time}` is not a number from 0 on")),
    };
    let event = match event.to_ascii_lowercase().as_str() {
        "1" | "1.0" | "true" | "yes" => true,
        "0" | "0.0" | "false" | "no" => false,
        _ => return Err(format!("event `{event}` is neither 1, true, yes nor 0, false, no")),
    };
    Ok(Subject { time, event })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: impl AsRef<[u8]>) -> Result<Table, String> {
        let options = Options {
            time: "time".into(),
            event: "event".into(),
            group: "arm".into(),
            at: Vec::new(),
            unit: "days".into(),
        };
        read(text.as_ref(), &options)
    }

    #[test]
    fn subjects_should_be_grouped_and_incomplete_rows_counted() {
        let table = read_text("arm,x,time,event\nA,,1,1\nB,,2.5,no\nA,,NA,1\n,,3,1\n").expect("a table");
        assert_eq!(table.groups["A"], [Subject { time: 1.0, event: true }]);
        assert_eq!(table.groups["B"], [Subject { time: 2.5, event: false }]);
        assert_eq!(table.incomplete, 2);
    }

    #[test]
    fn reading_should_say_where_and_what_when_the_table_is_wrong() {
        for (text, said) in [
            ("", "there is no column `time`"),
            ("time,event\n1,1\n", "there is no column `arm`; there are: `time`, `event`"),
            ("arm,time,event\nA,1,1\nB,-2,1\n", "line 3: time `-2`"),
            ("arm,time,event\nA,inf,1\n", "line 2: time `inf`"),
            ("arm,time,event\nA,1,maybe\n", "line 2: event `maybe`"),
            ("arm,time,event\nA,1\n", "line: 2"),
            ("arm,time,event\nA,1,1\n", "at least two"),
            ("arm,time,event\n", "at least two"),
        ] {
            let error = read_text(text).expect_err(text);
            assert!(error.contains(said), "{said} expected in {error}");
        }
        let many: String = (0..30).map(|arm| format!("{arm},1,1\n")).collect();
        assert!(read_text(format!("arm,time,event\n{many}")).expect_err("too many").contains("more than 20"));
    }

    #[test]
    fn reading_should_fail_when_the_table_is_not_text() {
        let error = read_text(b"arm,time,event\n\xff\xfe,1,1\n").expect_err("no text");
        assert!(error.contains("UTF-8"), "{error}");
    }
}
