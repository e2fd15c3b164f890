//! What this program says of itself.

use crate::home::{Finish, Home};

#[test]
fn help_should_tell_everything_needed() {
    let home = Home::new();
    for command in [
        "",
        "account",
        "account new",
        "account import",
        "account export",
        "account list",
        "account balance",
        "account transfer",
        "config",
        "config show",
        "job run",
        "verify",
    ] {
        let arguments: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
        let run = home.run(&arguments);
        assert_eq!((run.status, run.stderr.as_str()), (0, ""));
        insta::assert_snapshot!(format!("help {command}").trim().replace(' ', "-"), run.stdout);
    }
}

#[test]
fn help_should_not_depend_on_the_environment() {
    let home = Home::new();
    let with = home.phala(&["job", "run", "--help"]).env("PHALA_GENESIS", "0x12").finish();
    assert_eq!(with.stdout, home.run(&["job", "run", "--help"]).stdout);
}

#[test]
fn every_shell_should_complete_every_command() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = home.run(&["completions", shell]);
        assert_eq!(script.status, 0, "{}", script.stderr);
        for word in ["transfer", "completions", "passphrase-fd"] {
            assert!(script.stdout.contains(word), "{shell}: no {word}");
        }
        let told = home.run(&["completions", shell, "--json"]).json();
        assert_eq!((&told["shell"], &told["script"]), (&shell.into(), &script.stdout.into()));
    }
}

#[test]
fn bash_should_accept_its_completions() {
    let home = Home::new();
    home.write("phala.bash", &home.run(&["completions", "bash"]).stdout);
    let checked = std::process::Command::new("bash").args(["-n"]).arg(home.path("phala.bash")).finish();
    assert_eq!((checked.status, checked.stderr.as_str()), (0, ""));
}

#[test]
fn every_command_should_have_a_manual_page() {
    let home = Home::new();
    let told = home.run(&["man", "pages", "--json"]).json();
    let files: Vec<&str> =
        told["files"].as_array().unwrap().iter().map(|file| file.as_str().unwrap()).collect();
    insta::assert_snapshot!("manual-pages", files.join("\n"));
    let page = std::fs::read_to_string(home.path("pages/phala-account-transfer.1")).unwrap();
    assert!(page.contains(".SH NAME") && page.contains("allow\\-death"), "{page}");
    let main = home.run(&["man"]).stdout;
    assert!(main.contains("wrong_passphrase") || main.contains("122"), "{main}");
}
