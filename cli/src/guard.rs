//! Keeps secrets off the command line.
//!
//! Arguments can be read by every process of the machine, and stay in shell histories and logs. So a secret among
//! them is refused before anything else looks at it, and without being repeated.

use std::ffi::{OsStr, OsString};

use anyhow::Result;
use phala_client::account::looks_like_phrase;

use crate::exit::usage;

/// Options that other tools take secrets by.
const SECRET_OPTIONS: [&str; 9] = [
    "--passphrase",
    "--password",
    "--phrase",
    "--mnemonic",
    "--seed",
    "--secret",
    "--suri",
    "--private-key",
    "--key",
];

/// Fewest words of a secret phrase; in account commands nothing else is that long.
const PHRASE_WORDS: usize = 12;

/// Refuses a command line that holds a secret, or tries to give one.
pub(crate) fn refuse_secrets(arguments: &[OsString]) -> Result<()> {
    let words: Vec<_> = arguments.iter().skip(1).map(|argument| argument.to_string_lossy()).collect();
    if looks_like_phrase(&words.join(" ")) || is_account_secret(&words) {
        return Err(usage(
            "a secret phrase or seed was given on the command line, where other programs of this machine, the \
             shell's history and logs can read it. Nothing was done with it. If others use this machine, treat it \
             as known to them. Give it on standard input instead: `phala account import NAME` asks for it",
        ));
    }
    let options = own_arguments(arguments).filter_map(OsStr::to_str);
    for option in options.map(|argument| argument.split('=').next().unwrap_or_default()) {
        if SECRET_OPTIONS.contains(&option) {
            return Err(usage(format!(
                "there is no {option}: the command line can be read by other programs, and no secret belongs there. A \
                 passphrase is asked for, or read from --passphrase-fd or PHALA_PASSPHRASE; a phrase is asked for, or \
                 read from standard input or --phrase-fd"
            )));
        }
    }
    Ok(())
}

/// Whether the arguments of an account command hold what can only be a secret.
fn is_account_secret(words: &[impl AsRef<str>]) -> bool {
    let own: Vec<&str> = words.iter().map(AsRef::as_ref).skip_while(|word| *word != "account").collect();
    // Elsewhere 32 bytes in hexadecimal are a public key or a hash.
    let imports = own.contains(&"import");
    own.iter().any(|word| word.split_whitespace().count() >= PHRASE_WORDS || (imports && is_seed(word)))
}

fn is_seed(word: &str) -> bool {
    let digits = word.strip_prefix("0x").unwrap_or(word);
    digits.len() == 64 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
}

/// Arguments meant for this program: not those that `--arg` passes on to a job.
fn own_arguments(arguments: &[OsString]) -> impl Iterator<Item = &OsStr> {
    let mut passed_on = false;
    arguments.iter().skip(1).map(OsString::as_os_str).filter(move |argument| {
        let own = !std::mem::replace(&mut passed_on, *argument == "--arg");
        own
    })
}

/// Whether errors are wanted as JSON, before the command line is understood.
pub(crate) fn wants_json(arguments: &[OsString]) -> bool {
    own_arguments(arguments).take_while(|argument| *argument != "--").any(|argument| argument == "--json")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const PHRASE: &str = "legal winner thank year wave sausage worth useful legal winner thank yellow";

    fn refusal(line: &[&str]) -> Option<String> {
        let arguments: Vec<OsString> = std::iter::once(&"phala").chain(line).map(OsString::from).collect();
        refuse_secrets(&arguments).err().map(|error| error.to_string())
    }

    #[test]
    fn phrase_should_be_refused_and_not_repeated_wherever_it_stands() {
        let split: Vec<&str> = ["account", "import"].into_iter().chain(PHRASE.split(' ')).collect();
        let option = format!("--phrase={PHRASE}");
        let mistyped = PHRASE.replacen("winner", "winnner", 1);
        let lines: [&[&str]; 6] = [
            &["account", "import", "savings", PHRASE],
            &split,
            &["account", "import", &option],
            &["--json", "account", "new", &mistyped],
            &["job", "run", "x.wasm", "--account", PHRASE],
            &["job", "run", "x.wasm", "--arg", PHRASE],
        ];
        for line in lines {
            let refusal = refusal(line).unwrap();
            assert!(refusal.contains("command line") && !refusal.contains("sausage"), "{refusal}");
        }
    }

    #[test]
    fn seed_should_be_refused_when_it_is_imported_and_hashes_elsewhere_not() {
        let hash = "0xe5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a";
        for seed in [hash, hash.trim_start_matches("0x")] {
            let refusal = refusal(&["account", "import", "savings", seed]).unwrap();
            assert!(!refusal.contains("e5be9a"), "{refusal}");
        }
        assert_eq!(refusal(&["verify", "receipt.json", "--genesis", hash]), None);
        assert_eq!(refusal(&["account", "transfer", "savings", hash, "1"]), None);
    }

    #[test]
    fn secret_option_should_be_explained_when_it_is_ours_and_not_a_jobs() {
        for option in SECRET_OPTIONS {
            let glued = format!("{option}=open");
            for line in
                [&["account", "new", "savings", option, "open"], &["account", "new", "savings", &glued, "x"]]
            {
                let refusal = refusal(line).unwrap();
                assert!(refusal.contains("--passphrase-fd") && !refusal.contains("open"), "{refusal}");
            }
            assert_eq!(refusal(&["job", "run", "x.wasm", "--arg", option]), None);
        }
        assert_eq!(refusal(&["account", "new", "savings", "--passphrase-fd", "3"]), None);
    }

    #[test]
    fn json_should_be_wanted_when_it_is_this_programs_option() {
        let wants = |line: &[&str]| wants_json(&line.iter().map(OsString::from).collect::<Vec<_>>());
        assert!(wants(&["phala", "--json", "account", "list"]));
        assert!(wants(&["phala", "account", "list", "--json"]));
        assert!(!wants(&["phala", "job", "run", "x", "--arg", "--json"]));
        assert!(!wants(&["phala", "job", "run", "--", "--json"]));
    }
}
