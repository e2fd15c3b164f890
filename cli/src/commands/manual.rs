//! `phala completions` and `phala man`: this program's command line, for shells and for reading.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Args, Command};
use clap_complete::Shell;
use serde_json::json;

use crate::output;

/// Arguments of `phala completions`.
#[derive(Args)]
pub(crate) struct CompletionsArguments {
    /// The shell to complete for.
    shell: Shell,
}

/// Arguments of `phala man`.
#[derive(Args)]
pub(crate) struct ManArguments {
    /// Write one page a command into this folder. None: the page of `phala` to standard output.
    #[arg(value_name = "FOLDER")]
    folder: Option<PathBuf>,
}

/// Writes a shell's completions.
pub(crate) fn completions(arguments: &CompletionsArguments, mut command: Command, json: bool) -> Result<()> {
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, name, &mut script);
    match json {
        true => output::json(&json!({
            "shell": arguments.shell.to_string(),
            "script": String::from_utf8_lossy(&script),
        })),
        false => output::bytes(&script),
    }
}

/// Writes manual pages.
pub(crate) fn man(arguments: &ManArguments, command: Command, json: bool) -> Result<()> {
    let Some(folder) = &arguments.folder else {
        let mut page = Vec::new();
        clap_mangen::Man::new(command).render(&mut page).context("cannot write the page")?;
        return match json {
            true => output::json(&json!({ "page": String::from_utf8_lossy(&page) })),
            false => output::bytes(&page),
        };
    };
    let files =
        write_pages(folder, command).with_context(|| format!("cannot write into {}", folder.display()))?;
    match json {
        true => output::json(&json!({ "files": files })),
        false => output::line(format_args!("{} pages in {}", files.len(), folder.display())),
    }
}

/// Writes the pages of a command and of all beneath it.
fn write_pages(folder: &Path, mut command: Command) -> std::io::Result<Vec<PathBuf>> {
    std::fs::create_dir_all(folder)?;
    command.build();
    let mut commands = vec![command];
    let mut files = Vec::new();
    while let Some(command) = commands.pop() {
        // `phala help X` is `phala X --help`: no page of its own.
        commands.extend(command.get_subcommands().filter(|inner| inner.get_name() != "help").cloned());
        files.push(clap_mangen::Man::new(command).generate_to(folder)?);
    }
    files.sort();
    Ok(files)
}
