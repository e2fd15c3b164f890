//! Where secrets come from, and where they never go.

use std::{
    fs,
    io::{Read, Write},
    path::PathBuf,
    process::{Child, Command},
    time::{Duration, Instant},
};

use crate::home::{Finish, Home, PASSPHRASE, PHRASE};

/// Longest wait for a terminal to stop echoing.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A program on a terminal, answered as a person would: each answer after its question.
struct Conversation {
    child: Child,
    seen: String,
    /// The arguments of all processes beneath, as `ps` would show them after each answer.
    processes: String,
}

impl Conversation {
    fn start(command: &mut Command) -> Self {
        let child = command.spawn().expect("`script` of util-linux is needed to make a terminal");
        Self { child, seen: String::new(), processes: String::new() }
    }

    /// Waits for `question`, and until the terminal shows no more what is typed; then types `answer`.
    fn answer(&mut self, question: &str, answer: &str) {
        let output = self.child.stdout.as_mut().unwrap();
        let mut byte = [0];
        let from = self.seen.len();
        while !self.seen[from..].contains(question) {
            assert_eq!(output.read(&mut byte).unwrap(), 1, "no `{question}` in: {}", self.seen);
            self.seen.push(char::from(byte[0]));
        }
        let give_up = Instant::now() + TIMEOUT;
        while self.echoes() {
            assert!(Instant::now() < give_up, "the terminal shows what is typed");
            std::thread::yield_now();
        }
        writeln!(self.child.stdin.as_mut().unwrap(), "{answer}").unwrap();
        self.processes += &arguments_beneath(self.child.id());
    }

    /// Whether the terminal shows what is typed.
    fn echoes(&self) -> bool {
        let terminal = terminal_beneath(self.child.id()).expect("no process on a terminal");
        let state = Command::new("stty").arg("-F").arg(terminal).arg("-a").finish();
        !state.stdout.split_whitespace().any(|flag| flag == "-echo")
    }

    /// Everything that was shown, and the exit status. No answer may be among it, nor in the list of processes.
    fn end(mut self, secrets: &[&str]) -> (String, i32) {
        let mut rest = String::new();
        self.child.stdout.as_mut().unwrap().read_to_string(&mut rest).unwrap();
        assert!(self.processes.contains(env!("CARGO_BIN_EXE_phala")), "{}", self.processes);
        for secret in secrets {
            let said = format!("{}{rest}{}", self.seen, self.processes);
            assert!(!said.contains(secret), "{said}");
        }
        drop(self.child.stdin.take());
        (self.seen + &rest, self.child.wait().unwrap().code().unwrap())
    }
}

/// The terminal that a descendant of a process has as its standard input.
fn terminal_beneath(process: u32) -> Option<PathBuf> {
    children(process).into_iter().find_map(|child| {
        let input = fs::read_link(format!("/proc/{child}/fd/0")).ok()?;
        if input.starts_with("/dev/pts") {
            Some(input)
        } else {
            terminal_beneath(child)
        }
    })
}

/// The command lines of a process and its descendants.
fn arguments_beneath(process: u32) -> String {
    let own = fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
    let beneath: String = children(process).into_iter().map(arguments_beneath).collect();
    String::from_utf8_lossy(&own).replace('\0', " ") + "\n" + &beneath
}

fn children(process: u32) -> Vec<u32> {
    let list = fs::read_to_string(format!("/proc/{process}/task/{process}/children")).unwrap_or_default();
    list.split_whitespace().map(|child| child.parse().unwrap()).collect()
}

#[test]
fn phrase_should_be_shown_on_a_terminal_and_the_passphrase_asked_for_twice_and_hidden() {
    let home = Home::new();
    let mut conversation = Conversation::start(&mut home.phala_on_terminal("account new savings"));
    conversation.answer("New passphrase for the key file: ", PASSPHRASE);
    conversation.answer("The same again: ", PASSPHRASE);
    let (shown, status) = conversation.end(&[PASSPHRASE]);
    assert_eq!(status, 0, "{shown}");
    assert!(shown.contains("Write these twelve words down"), "{shown}");
    let phrase = shown.lines().find(|line| line.split_whitespace().count() == 12).unwrap();
    let again = Home::new().run_with(&["account", "import", "again", "--json"], phrase).json();
    assert!(shown.contains(again["address"].as_str().unwrap()), "{shown}");
}

#[test]
fn imported_phrase_should_be_asked_for_and_hidden_on_a_terminal() {
    let home = Home::new();
    let mut conversation = Conversation::start(&mut home.phala_on_terminal("account import savings"));
    conversation.answer("Secret phrase (not shown): ", PHRASE);
    conversation.answer("New passphrase for the key file: ", PASSPHRASE);
    conversation.answer("The same again: ", PASSPHRASE);
    let (shown, status) = conversation.end(&["sausage", PASSPHRASE]);
    assert_eq!(status, 0, "{shown}");
    assert!(home.key("savings").exists());
}

#[test]
fn account_should_not_be_made_when_the_second_passphrase_differs() {
    let home = Home::new();
    let mut conversation = Conversation::start(&mut home.phala_on_terminal("account new savings"));
    conversation.answer("New passphrase for the key file: ", PASSPHRASE);
    conversation.answer("The same again: ", "open barley");
    let (shown, status) = conversation.end(&[PASSPHRASE, "open barley"]);
    assert_eq!(status, 2, "{shown}");
    assert!(!home.key("savings").exists());
}

#[test]
fn phrase_should_not_be_shown_when_there_is_no_terminal() {
    let home = Home::new();
    let run = home.run(&["account", "new", "savings"]);
    assert_eq!((run.status, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("--json"), "{}", run.stderr);
    assert!(!home.key("savings").exists());
}

#[test]
fn secrets_should_be_read_from_descriptors() {
    let home = Home::new();
    home.write("passphrase", &format!("{PASSPHRASE}\nnot this line"));
    home.write("phrase", PHRASE);
    let import = ["account", "import", "savings", "--phrase-fd", "4", "--passphrase-fd", "3", "--json"];
    let told = home.phala_with("3<passphrase 4<phrase", &import).finish().json();
    let other = Home::new();
    assert_eq!(
        other.run_with(&["account", "import", "savings", "--json"], PHRASE).json()["address"],
        told["address"]
    );

    // What was sealed under the descriptor's first line opens under it.
    home.run(&["account", "export", "savings", "--output", "out.json"]);
    other.write("out.json", &std::fs::read_to_string(home.path("out.json")).unwrap());
    let again = ["account", "import", "again", "--file", "out.json", "--keys", "fresh", "--json"];
    assert_eq!(other.run(&again).json()["address"], told["address"]);
}

#[test]
fn descriptor_should_be_refused_when_it_gives_no_secret() {
    let home = Home::new();
    home.write("long", &"x".repeat(10_000));
    std::fs::write(home.path("binary"), [0xff; 20]).unwrap();
    let new = ["account", "new", "savings", "--passphrase-fd", "7", "--json"];
    for (redirections, expected) in [
        ("", "file descriptor 7"),
        ("7<long", "4096 bytes"),
        ("7<binary", "UTF-8"),
        ("7</dev/null", "too short"),
    ] {
        let error = home.phala_with(redirections, &new).finish().error();
        assert!(error["message"].as_str().unwrap().contains(expected), "{error}");
    }
    let both = ["account", "import", "savings", "--passphrase-fd", "0", "--json"];
    let error = home.phala(&both).finish_with(PHRASE).error();
    assert!(error["message"].as_str().unwrap().contains("both"), "{error}");
    assert!(!home.key("savings").exists());
}

#[test]
fn descriptor_should_count_before_the_environment() {
    let home = Home::new();
    home.write("short", "short");
    let new = ["account", "new", "savings", "--passphrase-fd", "3", "--json"];
    let mut command = home.phala_with("3<short", &new);
    assert!(command.env("PHALA_PASSPHRASE", PASSPHRASE).finish().error()["message"]
        .as_str()
        .unwrap()
        .contains("too short"));
}

#[test]
fn secret_should_be_refused_and_not_repeated_when_it_is_on_the_command_line() {
    let home = Home::new();
    let words: Vec<&str> = PHRASE.split(' ').collect();
    let lines: [&[&str]; 6] = [
        &["account", "import", "savings", PHRASE],
        &[&["account", "import", "savings"], words.as_slice()].concat(),
        &["account", "import", "savings", "--phrase", PHRASE],
        &["account", "new", "savings", "--passphrase", "sausage"],
        &["account", "new", "savings", "--passphrase=sausage"],
        &["--account", PHRASE],
    ];
    for line in lines {
        for line in [line.to_vec(), [line, &["--json"]].concat()] {
            let run = home.run(&line);
            assert_eq!(run.status, 2, "{}", run.stderr);
            assert!(run.stderr.contains("command line"), "{}", run.stderr);
            assert!(!run.said().contains("sausage"), "{}", run.stderr);
        }
    }
}

#[test]
fn secrets_should_not_be_said_when_everything_is_logged() {
    let home = Home::new();
    home.write("broken", &PHRASE.replacen("winner", "winnner", 1));
    let import = |name: &str, input: &str| {
        let mut command = home.phala(&["account", "import", name, "--log", "trace"]);
        command.env("PHALA_PASSPHRASE", PASSPHRASE).finish_with(input)
    };
    let (good, bad) = (import("savings", PHRASE), import("wrong", &PHRASE.replacen("winner", "winnner", 1)));
    assert_eq!((good.status, bad.status), (0, 125), "{}{}", good.said(), bad.said());
    for run in [good, bad] {
        for secret in [PASSPHRASE, "sausage", "winnner"] {
            assert!(!run.said().contains(secret), "{}", run.said());
        }
    }
}
