//! `phala config`: what is set, and by whom.

use anyhow::Result;
use clap::{Args, Subcommand};
use serde_json::{json, Map, Value};

use crate::{
    output,
    settings::{Everything, Fallback, Flags, Origin, Setting, Settings},
    Globals,
};

/// What to do with settings.
#[derive(Subcommand)]
pub(crate) enum ConfigCommand {
    /// Show every setting that is in effect, and where it came from.
    ///
    /// Flags count before environment variables, these before the configuration file, and that before defaults. The
    /// file is TOML, one line a setting, such as `node = "ws://127.0.0.1:9944"`.
    Show(ShowArguments),
}

/// Arguments of `phala config show`.
#[derive(Args)]
pub(crate) struct ShowArguments {
    #[command(flatten)]
    settings: Flags<Everything>,
}

/// Runs the command.
pub(crate) fn run(command: ConfigCommand, globals: &Globals) -> Result<()> {
    let ConfigCommand::Show(arguments) = command;
    let settings = globals.settings(&arguments.settings)?;
    if globals.json {
        let all: Map<String, Value> =
            Setting::ALL.iter().map(|setting| as_json(*setting, &settings)).collect();
        return output::json(&json!({
            "file": globals.file.path(),
            "file_exists": globals.file.exists(),
            "settings": all,
        }));
    }
    for setting in Setting::ALL {
        let (value, origin) = settings.get(setting);
        let value = match (value, &setting.definition().fallback) {
            (Some(value), _) => value.to_owned(),
            (None, Fallback::Nothing(meaning)) => format!("none: {meaning}"),
            (None, _) => "none".to_owned(),
        };
        let origin = origin.describe(setting, globals.file.path());
        output::line(format_args!("{:8} {value}  ({origin})", setting.definition().name))?;
    }
    let state = if globals.file.exists() { "" } else { " (there is none)" };
    output::line(format_args!("\nconfiguration file: {}{state}", globals.file.path().display()))
}

fn as_json(setting: Setting, settings: &Settings) -> (String, Value) {
    let (value, origin) = settings.get(setting);
    let mut entry = json!({ "value": value, "origin": origin.name() });
    if origin == Origin::Environment {
        entry["variable"] = json!(setting.variable());
    }
    (setting.definition().name.to_owned(), entry)
}
