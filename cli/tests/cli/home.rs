//! A user's home, and this program run in it.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::Value;

/// A passphrase that is good enough.
pub(crate) const PASSPHRASE: &str = "open sesame";
/// A secret phrase, from BIP-39's test vectors.
pub(crate) const PHRASE: &str = "legal winner thank year wave sausage worth useful legal winner thank yellow";

/// An empty home; everything in it is gone in the end.
pub(crate) struct Home {
    folder: tempfile::TempDir,
}

/// How a run ended.
pub(crate) struct Run {
    /// Exit status.
    pub(crate) status: i32,
    /// Standard output.
    pub(crate) stdout: String,
    /// Standard error.
    pub(crate) stderr: String,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, beneath: &str) -> PathBuf {
        self.folder.path().join(beneath)
    }

    /// The file of the key called `name`.
    pub(crate) fn key(&self, name: &str) -> PathBuf {
        self.path(&format!("data/phala/keys/{name}.json"))
    }

    pub(crate) fn write(&self, beneath: &str, text: &str) -> PathBuf {
        let path = self.path(beneath);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    /// `program` with nothing of the tester's environment, and no node.
    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder.path())
            .env("XDG_DATA_HOME", self.path("data"))
            .env("XDG_CONFIG_HOME", self.path("config"))
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// `phala`, to be run.
    pub(crate) fn phala(&self, arguments: &[&str]) -> Command {
        let mut command = self.command(Path::new(env!("CARGO_BIN_EXE_phala")));
        // A port on which nothing listens.
        command.env("PHALA_NODE", "ws://127.0.0.1:1").args(arguments);
        command
    }

    /// `phala` through a shell, whose redirections open file descriptors.
    pub(crate) fn phala_with(&self, redirections: &str, arguments: &[&str]) -> Command {
        let mut command = self.command(Path::new("/bin/sh"));
        command
            .args(["-c", &format!("exec \"$0\" \"$@\" {redirections}"), env!("CARGO_BIN_EXE_phala")])
            .args(arguments);
        command
    }

    /// `phala` on a terminal of its own, which `script` (util-linux) makes.
    pub(crate) fn phala_on_terminal(&self, arguments: &str) -> Command {
        let mut command = self.command(Path::new("script"));
        let line = format!("{} {arguments}", env!("CARGO_BIN_EXE_phala"));
        command.args(["--quiet", "--return", "--command", &line, "/dev/null"]).stdin(Stdio::piped());
        command
    }

    /// Runs `phala` with the usual passphrase in the environment.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        self.phala(arguments).env("PHALA_PASSPHRASE", PASSPHRASE).finish()
    }

    /// The same, with `input` as standard input.
    pub(crate) fn run_with(&self, arguments: &[&str], input: &str) -> Run {
        self.phala(arguments).env("PHALA_PASSPHRASE", PASSPHRASE).finish_with(input)
    }
}

impl Run {
    /// The JSON on standard output of a run that went well.
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.status, 0, "{}", self.stderr);
        serde_json::from_str(&self.stdout).unwrap()
    }

    /// The JSON of an error; checks that there is no output, and that the statuses agree.
    pub(crate) fn error(&self) -> Value {
        assert_eq!(self.stdout, "");
        let error: Value = serde_json::from_str(&self.stderr).unwrap_or_else(|_| panic!("{}", self.stderr));
        assert_eq!(error["error"]["exit_status"], self.status);
        error["error"].clone()
    }

    /// Everything that it said.
    pub(crate) fn said(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }
}

/// Running to the end.
pub(crate) trait Finish {
    fn finish(&mut self) -> Run;
    fn finish_with(&mut self, input: &str) -> Run;
}

impl Finish for Command {
    fn finish(&mut self) -> Run {
        self.output().unwrap().into()
    }

    fn finish_with(&mut self, input: &str) -> Run {
        let mut child = self.stdin(Stdio::piped()).spawn().unwrap();
        // It may end without reading all of it.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap().into()
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            status: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}
