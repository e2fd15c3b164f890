//! The flags of settings. Each command takes those that it uses.

use std::{collections::BTreeMap, marker::PhantomData};

use clap::{builder::NonEmptyStringValueParser, Arg, ArgMatches, Args, Command, FromArgMatches};

use super::{Fallback, Setting};

/// Values given by flags.
pub(crate) type Given = BTreeMap<Setting, String>;

/// The settings that a command uses.
pub(crate) trait Uses {
    /// Which.
    const SETTINGS: &'static [Setting];
    /// Whether the flags may stand anywhere on the command line.
    const GLOBAL: bool = false;
}

/// Commands that ask a node.
pub(crate) struct NodeOnly;
/// Commands that sign.
pub(crate) struct Signing;
/// Commands that name the accounts in their arguments.
pub(crate) struct Money;
/// Commands that keep keys.
pub(crate) struct Storage;
/// Commands that verify receipts.
pub(crate) struct Receipts;
/// Every command, wherever the flag stands.
pub(crate) struct Logging;
/// Commands that show settings.
pub(crate) struct Everything;

impl Uses for NodeOnly {
    const SETTINGS: &'static [Setting] = &[Setting::Node, Setting::Genesis];
}

impl Uses for Signing {
    const SETTINGS: &'static [Setting] = &[Setting::Node, Setting::Genesis, Setting::Account, Setting::Keys];
}

impl Uses for Money {
    const SETTINGS: &'static [Setting] = &[Setting::Node, Setting::Genesis, Setting::Keys];
}

impl Uses for Storage {
    const SETTINGS: &'static [Setting] = &[Setting::Keys];
}

impl Uses for Receipts {
    const SETTINGS: &'static [Setting] = &[Setting::Genesis];
}

impl Uses for Logging {
    const SETTINGS: &'static [Setting] = &[Setting::Log];
    const GLOBAL: bool = true;
}

impl Uses for Everything {
    const SETTINGS: &'static [Setting] = Signing::SETTINGS;
}

/// The flags of the settings that a command uses, for a flattened field of its arguments.
pub(crate) struct Flags<U> {
    given: Given,
    uses: PhantomData<U>,
}

impl<U> Flags<U> {
    /// What was given.
    pub(crate) fn given(&self) -> &Given {
        &self.given
    }
}

impl<U: Uses> Args for Flags<U> {
    fn augment_args(command: Command) -> Command {
        U::SETTINGS.iter().fold(command, |command, setting| command.arg(flag(*setting).global(U::GLOBAL)))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<U: Uses> FromArgMatches for Flags<U> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let value = |setting: &Setting| matches.get_one::<String>(setting.definition().name).cloned();
        let given = U::SETTINGS.iter().filter_map(|setting| Some((*setting, value(setting)?))).collect();
        Ok(Self { given, uses: PhantomData })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

fn flag(setting: Setting) -> Arg {
    let definition = setting.definition();
    let default = match definition.fallback {
        Fallback::Value(value) => value.to_owned(),
        Fallback::DataFolder(name) => format!("{name} in the user's data folder of phala"),
        Fallback::Nothing(meaning) => format!("none; {meaning}"),
    };
    Arg::new(definition.name)
        .long(definition.name)
        .value_name(definition.value_name)
        .value_parser(NonEmptyStringValueParser::new())
        .help_heading("Settings")
        .help(format!("{} [env: {}] [default: {default}]", definition.help, setting.variable()))
}
