//! Where the platform's certificates come from: a quote without its PCK chain is of no use to the chain.
//!
//! `/etc/sgx_default_qcnl.conf` is described in Intel's documentation of DCAP: JSON with comments, and before version
//! 1.13 lines such as `PCCS_URL=https://…`.

use std::io::ErrorKind;

use serde_json::Value;

use super::{
    host::Host,
    report::{Area, Check, Place, Subject, Tee},
    sgx,
};
use crate::format::one_line;

const CONFIGURATION: Subject = Subject {
    id: "pccs",
    area: Area::Provisioning,
    why: "the library that makes quotes fetches the platform's certificates from the caching service (PCCS) named in \
          /etc/sgx_default_qcnl.conf",
};

const LIBRARY: Subject = Subject {
    id: "quote_provider",
    area: Area::Provisioning,
    why: "without Intel's library, or the cloud's, quotes lack the certificates under which the chain verifies them",
};

const PATH: &str = "/etc/sgx_default_qcnl.conf";

/// Where distributions put the library.
const LIBRARIES: [&str; 4] = [
    "/usr/lib/x86_64-linux-gnu/libdcap_quoteprov.so.1",
    "/usr/lib/x86_64-linux-gnu/libdcap_quoteprov.so",
    "/usr/lib64/libdcap_quoteprov.so.1",
    "/usr/lib64/libdcap_quoteprov.so",
];

/// What the file says.
#[derive(Debug, PartialEq, Eq)]
struct Configuration {
    /// The service, without what could be a password in it.
    url: String,
    /// Whether its certificate is checked.
    secure: bool,
}

/// Looks at them.
pub(super) fn checks(host: &Host, tee: Tee, place: Place) -> Vec<Check> {
    let elsewhere = match (tee, place) {
        (Tee::Development, _) => "the development platform signs its own certificates",
        (Tee::Tdx, Place::Here) => "a matter of the machine beneath a guest",
        (Tee::Sgx, _) if sgx::is_inside(host) => "a matter of the machine outside the enclave",
        (Tee::Sgx, _) | (Tee::Tdx, Place::GuestOfThis) => {
            return vec![configuration(host, tee), library(host)]
        }
    };
    vec![CONFIGURATION.not_applicable(elsewhere), LIBRARY.not_applicable(elsewhere)]
}

fn configuration(host: &Host, tee: Tee) -> Check {
    const EXAMPLE: &str =
        "write {\"pccs_url\": \"https://localhost:8081/sgx/certification/v4/\", \"use_secure_cert\": true} \
                           into it, with the address of your PCCS or your cloud's";
    let text = match host.text(PATH) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return CONFIGURATION.warning(
                format!("no {PATH}: a PCCS on this machine, at https://localhost:8081, is taken for granted"),
                format!(
                "install libsgx-dcap-default-qpl, and {EXAMPLE}; a cloud's own library may need no such file"
            ),
            )
        }
        Err(error) => {
            return CONFIGURATION.failed(
                format!("{PATH} cannot be read: {error}"),
                "let everybody read it: chmod a+r /etc/sgx_default_qcnl.conf",
            )
        }
    };
    let Configuration { url, secure } = match parse(&text) {
        Ok(configuration) => configuration,
        Err(cause) => return CONFIGURATION.failed(format!("{PATH}: {cause}"), EXAMPLE),
    };
    let is_local = ["localhost", "127.0.0.1", "[::1]"].iter().any(|name| host_of(&url).starts_with(name));
    if tee == Tee::Tdx && url.contains("/v3") {
        return CONFIGURATION.failed(
            format!("{url}, which is version 3 of the service and knows no TDX"),
            "use the PCCS of DCAP 1.16 or later, and /v4/ in the address",
        );
    }
    if !secure && !is_local {
        return CONFIGURATION.warning(
            format!("{url}, whose certificate is not checked"),
            "set use_secure_cert to true: whoever is between can keep certificates away or stale, though not forge them",
        );
    }
    CONFIGURATION.ok(url)
}

fn library(host: &Host) -> Check {
    match host.first(&LIBRARIES) {
        Some(path) => LIBRARY.ok(path),
        None => LIBRARY.warning(
            "libdcap_quoteprov.so is in none of the usual folders",
            "install libsgx-dcap-default-qpl, or your cloud's library (on Azure, az-dcap-client)",
        ),
    }
}

/// What the file says, in either form.
fn parse(text: &str) -> Result<Configuration, String> {
    let (url, secure) = match text.trim_start().starts_with(['{', '/']) {
        true => parse_json(text)?,
        false => parse_lines(text),
    };
    let url = url.ok_or("it names no service (pccs_url)")?;
    let shown = without_password(&url);
    let (scheme, _) = shown.split_once("://").unwrap_or_default();
    match (scheme, host_of(&shown)) {
        ("http" | "https", host) if !host.is_empty() => Ok(Configuration { url: shown, secure }),
        _ => Err(format!("`{shown}` is no address of a service")),
    }
}

fn parse_json(text: &str) -> Result<(Option<String>, bool), String> {
    let value: Value =
        serde_json::from_str(&without_comments(text)).map_err(|error| format!("it is not JSON: {error}"))?;
    let url = match value.get("pccs_url") {
        None => None,
        Some(Value::String(url)) => Some(url.clone()),
        Some(_) => return Err("pccs_url is no text".to_owned()),
    };
    match value.get("use_secure_cert") {
        None => Ok((url, true)),
        Some(Value::Bool(secure)) => Ok((url, *secure)),
        Some(_) => Err("use_secure_cert is neither true nor false".to_owned()),
    }
}

fn parse_lines(text: &str) -> (Option<String>, bool) {
    let lines = || text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    let value = |key: &str| {
        lines()
            .filter_map(|line| line.split_once('='))
            .find(|(name, _)| name.trim() == key)
            .map(|(_, value)| value.trim())
    };
    let secure = value("USE_SECURE_CERT").is_none_or(|secure| !secure.eq_ignore_ascii_case("false"));
    (value("PCCS_URL").map(str::to_owned), secure)
}

/// `text` with blanks for its comments.
fn without_comments(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(['"', '/']) {
        let (before, from) = rest.split_at(start);
        kept.push_str(before);
        let length = if let Some(comment) = from.strip_prefix("//") {
            comment.find('\n').map_or(from.len(), |end| 2 + end)
        } else if let Some(comment) = from.strip_prefix("/*") {
            comment.find("*/").map_or(from.len(), |end| 2 + end + 2)
        } else {
            let length = if from.starts_with('"') { string_length(from) } else { 1 };
            kept.push_str(&from[..length]);
            length
        };
        rest = &from[length..];
    }
    kept + rest
}

/// Bytes of the JSON string that `text` begins with, quotes included.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (place, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return place + 1,
            _ => {}
        }
    }
    text.len()
}

/// The name behind `scheme://`, up to the path.
fn host_of(url: &str) -> &str {
    url.split_once("://").map_or("", |(_, rest)| rest.split('/').next().unwrap_or_default())
}

/// An address fit to be shown.
fn without_password(url: &str) -> String {
    let url = one_line(url.trim().as_bytes());
    match url.split_once("://").map(|(scheme, rest)| (scheme, rest, host_of(&url))) {
        Some((scheme, rest, host)) => match host.rsplit_once('@') {
            Some((secret, _)) => format!("{scheme}://{}", &rest[secret.len() + 1..]),
            None => url,
        },
        None => url,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Result<String, String> {
        parse(text).map(|configuration| configuration.url)
    }

    #[test]
    fn configuration_should_be_read_in_both_forms_when_it_has_comments() {
        // As Intel's packages install it, shortened.
        let json = "{\n  // *** ATTENTION : This file is in JSON format\n  //PCCS server address\n  \
                    \"pccs_url\": \"https://localhost:8081/sgx/certification/v4/\",\n\n  \
                    // To accept insecure HTTPS certificate, set this option to false\n  \
                    \"use_secure_cert\": false\n\n  /* \"collateral_service\": \"https://x\" */\n}\n";
        let local = "https://localhost:8081/sgx/certification/v4/";
        assert_eq!(parse(json), Ok(Configuration { url: local.to_owned(), secure: false }));
        let lines = "# PCCS server address\nPCCS_URL=https://pccs.example/sgx/certification/v3/\n\
                     # To accept insecure HTTPS cert, set this option to FALSE\nUSE_SECURE_CERT=TRUE\n";
        let remote = "https://pccs.example/sgx/certification/v3/".to_owned();
        assert_eq!(parse(lines), Ok(Configuration { url: remote, secure: true }));
    }

    #[test]
    fn configuration_should_be_refused_when_it_is_cut_off_or_names_no_service() {
        for (text, cause) in [
            ("{\"pccs_url\": \"https://a", "not JSON"),
            ("{\"pccs_url\": \"https://a/\\", "not JSON"),
            ("{} // nothing", "names no service"),
            ("{ /* open", "not JSON"),
            ("/", "not JSON"),
            ("", "names no service"),
            ("{\"pccs_url\": 7}", "no text"),
            ("{\"pccs_url\": \"https://a\", \"use_secure_cert\": \"yes\"}", "neither true nor false"),
            ("PCCS_URL=localhost:8081", "no address"),
            ("PCCS_URL=ftp://localhost", "no address"),
            ("PCCS_URL=https:///v4/", "no address"),
        ] {
            let refused = parse(text);
            assert!(refused.as_ref().is_err_and(|told| told.contains(cause)), "{text}: {refused:?}");
        }
    }

    #[test]
    fn address_should_be_shown_without_passwords_and_control_characters() {
        assert_eq!(
            url("PCCS_URL=https://me:secret@pccs.example/v4/").as_deref(),
            Ok("https://pccs.example/v4/")
        );
        assert_eq!(url("{\"pccs_url\": \"https://a/\\u001b[31m\"}").as_deref(), Ok("https://a/ [31m"));
        assert_eq!(url("{\"pccs_url\": \"https://a//b\"} // \"c\"").as_deref(), Ok("https://a//b"));
    }
}
