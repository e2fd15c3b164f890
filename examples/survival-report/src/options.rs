//! Command-line arguments.

/// How to use the program.
pub const USAGE: &str =
    "usage: survival-report --time COLUMN --event COLUMN --group COLUMN [--at TIME,TIME,…] [--unit NAME] < table.csv";

/// What to report on.
#[derive(Debug, PartialEq)]
pub struct Options {
    /// Column of observation times.
    pub time: String,
    /// Column that says whether the event happened.
    pub event: String,
    /// Column of what to compare.
    pub group: String,
    /// Times for which to state the share without event.
    pub at: Vec<f64>,
    /// What time is counted in.
    pub unit: String,
}

impl Options {
    /// Reads arguments, without the program's name.
    ///
    /// # Errors
    ///
    /// What is wrong, and how to use the program.
    pub fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let (mut time, mut event, mut group, mut at, mut unit) = (None, None, None, None, None);
        while let Some(name) = arguments.next() {
            let place = match name.as_str() {
                "--time" => &mut time,
                "--event" => &mut event,
                "--group" => &mut group,
                "--at" => &mut at,
                "--unit" => &mut unit,
                _ => return Err(format!("unknown argument `{name}`\n{USAGE}")),
            };
            let value = arguments.next().ok_or_else(|| format!("`{name}` needs a value\n{USAGE}"))?;
            if place.replace(value).is_some() {
                return Err(format!("`{name}` is given twice\n{USAGE}"));
            }
        }
        let required =
            |value: Option<String>, name| value.ok_or_else(|| format!("`{name}` is missing\n{USAGE}"));
        Ok(Self {
            time: required(time, "--time")?,
            event: required(event, "--event")?,
            group: required(group, "--group")?,
            at: at.map_or(Ok(Vec::new()), |list| times(&list))?,
            unit: unit.unwrap_or_else(|| "days".into()),
        })
    }
}

fn times(list: &str) -> Result<Vec<f64>, String> {
    list.split(',')
        .map(|text| match text.trim().parse::<f64>() {
            Ok(time) if time.is_finite() && time >= 0.0 => Ok(time),
            _ => Err(format!(
                "`--at` takes numbers that are not negative, separated by commas; found `{text}`"
            )),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options, String> {
        Options::parse(line.split_whitespace().map(String::from))
    }

    #[test]
    fn options_should_be_read_when_complete() {
        let options = parse("--time t --event e --group g --at 1,2.5").expect("complete");
        assert_eq!((options.at, options.unit), (vec![1.0, 2.5], "days".to_string()));
    }

    #[test]
    fn parsing_should_name_the_argument_when_one_is_wrong() {
        for (line, named) in [
            ("", "--time"),
            ("--time t --event e", "--group"),
            ("--time", "--time"),
            ("--time a --time b", "--time"),
            ("--speed 9", "--speed"),
            ("--time t --event e --group g --at 1,soon", "soon"),
            ("--time t --event e --group g --at -1", "-1"),
        ] {
            let error = parse(line).expect_err(line);
            assert!(error.contains(named), "{named} expected in {error}");
        }
    }
}
