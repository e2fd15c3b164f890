//! The quotes and the collateral of `tests/fixtures`.

use std::sync::LazyLock;

use phala_attestation::{verify, Ca, Collateral, Family, Part, Refusal, Root, Tee, Verdict};
use phala_primitives::Moment;

/// Real evidence, and when it is valid.
pub(crate) struct Fixture {
    pub(crate) name: &'static str,
    pub(crate) quote: &'static [u8],
    pub(crate) json: &'static str,
    pub(crate) collateral: Collateral,
    pub(crate) family: Family,
    /// The first moment at which it is accepted, and what is not valid before.
    pub(crate) from: (Moment, Part),
    /// The first moment at which it is not any more, and what has expired then.
    pub(crate) until: (Moment, Part),
}

impl Fixture {
    pub(crate) fn verify(&self, now: Moment) -> Result<Verdict, Refusal> {
        verify(self.quote, &self.collateral, &roots(), now)
    }

    pub(crate) fn verdict(&self) -> Verdict {
        self.verify(self.from.0).unwrap()
    }
}

pub(crate) fn roots() -> Vec<Root> {
    vec![Root::intel()]
}

fn at(time: &str) -> Moment {
    chrono::DateTime::parse_from_rfc3339(time).unwrap().timestamp_millis().try_into().unwrap()
}

macro_rules! fixture {
    ($name:literal, $tee:ident $fmspc:literal $ca:ident, $from:literal $first:ident, $until:literal $last:ident) => {
        Fixture {
            name: $name,
            quote: include_bytes!(concat!("../fixtures/", $name, ".quote")),
            json: include_str!(concat!("../fixtures/", $name, ".collateral.json")),
            collateral: Collateral::from_json(include_bytes!(concat!(
                "../fixtures/",
                $name,
                ".collateral.json"
            )))
            .unwrap(),
            family: Family {
                tee: Tee::$tee,
                fmspc: hex::decode($fmspc).unwrap().try_into().unwrap(),
                ca: Ca::$ca,
            },
            from: (at($from), Part::$first),
            until: (at($until), Part::$last),
        }
    };
}

static FIXTURES: LazyLock<[Fixture; 4]> = LazyLock::new(|| {
    [
        fixture!("sgx-v3", Sgx "00A067110000" Processor,
            "2025-06-19T10:56:11Z" TcbInfo, "2025-07-19T10:01:18Z" QeIdentity),
        fixture!("tdx-v4", Tdx "B0C06F000000" Platform,
            "2025-06-19T10:32:27Z" QeIdentity, "2025-07-19T10:00:35Z" PckCrl),
        fixture!("tdx-v5-outdated", Tdx "90C06F000000" Platform,
            "2026-02-18T10:58:51Z" TcbInfo, "2026-03-20T10:41:15Z" PckCrl),
        fixture!("tdx-v5-td15ex", Tdx "B0C06F000000" Platform,
            "2026-10-08T00:28:26Z" PckCrl, "2026-11-06T23:45:11Z" QeIdentity),
    ]
});

pub(crate) fn all() -> &'static [Fixture; 4] {
    &FIXTURES
}

/// Those that are accepted at their time.
pub(crate) fn accepted() -> [&'static Fixture; 3] {
    [sgx(), tdx(), td15ex()]
}

pub(crate) fn sgx() -> &'static Fixture {
    &FIXTURES[0]
}

pub(crate) fn tdx() -> &'static Fixture {
    &FIXTURES[1]
}

/// The one below every level of its family.
pub(crate) fn outdated() -> &'static Fixture {
    &FIXTURES[2]
}

pub(crate) fn td15ex() -> &'static Fixture {
    &FIXTURES[3]
}
