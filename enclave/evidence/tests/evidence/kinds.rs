//! Quotes of every kind are accepted under the development root, and say what was asked for.

use codec::Decode;
use dcap_qvl::quote::Quote;
use phala_attestation::{
    limits::MAX_QUOTE, verify, Ca, Family, Measurement, PlatformId, Refusal, TcbStatus, Tee,
};
use phala_evidence::development::{Authority, Enclave, Guest, Machine, Period, Seed, TrustDomain};

use crate::world::{development, intel, machines, World, DATA, ISSUED, NOW};

#[test]
fn quotes_of_every_kind_are_accepted_under_the_development_root() {
    for (machine, version) in machines("kinds").into_iter().zip([3, 4, 5]) {
        for ca in [Ca::Platform, Ca::Processor] {
            let world = World::new(Machine { ca, ..machine.clone() });
            let quote = world.quote();
            assert_eq!(Quote::parse(&quote).unwrap().header.version, version);
            assert!(quote.len() <= MAX_QUOTE as usize, "{} bytes", quote.len());

            let verdict = world.judge().unwrap();
            assert_eq!(verdict.status, TcbStatus::UpToDate);
            assert_eq!(verdict.confidence, 1);
            assert!(verdict.advisories.is_empty() && verdict.shortfalls.is_empty());
            assert_eq!(verdict.report_data, DATA);
            assert_eq!(verdict.platform, PlatformId::of(&machine.ppid));
            assert_eq!(verdict.family, Family { tee: machine.guest.tee(), fmspc: machine.fmspc, ca });
            assert_eq!(verdict.edition.tcb_info, ISSUED);
            assert_eq!(verdict.expires_at, world.authority.tcb_info.until);
        }
    }
}

#[test]
fn quotes_of_every_kind_are_refused_under_intels_root_alone() {
    for machine in machines("intel") {
        let world = World::new(machine);
        let refusal = verify(&world.quote(), &world.collateral(), &[intel()], NOW).unwrap_err();
        assert!(matches!(refusal, Refusal::UntrustedRoot { .. }), "{refusal}");
        // It is the root alone that is amiss.
        verify(&world.quote(), &world.collateral(), &[intel(), development()], NOW).unwrap();
    }
}

#[test]
fn enclaves_are_measured_as_asked() {
    let enclave =
        Enclave { mr_enclave: [1; 32], mr_signer: [2; 32], product: 3, version: 0x0405, debug: false };
    let machine = Machine::sgx(Seed::named("measured")).running(Guest::Enclave(enclave));
    assert_eq!(
        World::new(machine).judge().unwrap().measurement,
        Measurement::Sgx { mr_enclave: [1; 32], mr_signer: [2; 32], product: 3, version: 0x0405 }
    );
}

#[test]
fn trust_domains_are_measured_as_asked() {
    let rtmr = [[4; 48], [5; 48], [6; 48], [7; 48]];
    for current_tee_tcb_svn in [None, Some(TrustDomain::default().tee_tcb_svn)] {
        let domain = TrustDomain {
            mr_td: [1; 48],
            mr_config_id: [2; 48],
            mr_owner: [3; 48],
            mr_owner_config: [8; 48],
            rtmr,
            current_tee_tcb_svn,
            ..TrustDomain::default()
        };
        let machine = Machine::tdx(Seed::named("measured")).running(Guest::TrustDomain(domain));
        assert_eq!(
            World::new(machine).judge().unwrap().measurement,
            Measurement::Tdx {
                mrtd: [1; 48],
                rtmr,
                mr_config: [2; 48],
                mr_owner: [3; 48],
                mr_owner_config: [8; 48]
            }
        );
    }
}

#[test]
fn machines_pose_as_the_same_cpu_exactly_when_their_seeds_are_the_same() {
    let platform =
        |name, kind: fn(Seed) -> Machine| World::new(kind(Seed::named(name))).judge().unwrap().platform;
    assert_eq!(platform("one", Machine::tdx), platform("one", Machine::tdx));
    assert_eq!(platform("one", Machine::tdx), platform("one", Machine::sgx));
    assert_ne!(platform("one", Machine::tdx), platform("two", Machine::tdx));
}

#[test]
fn equal_requests_give_equal_bytes() {
    for (machine, again) in machines("same").into_iter().zip(machines("same")) {
        let (world, again) = (World::new(machine), World::new(again));
        assert_eq!(world.quote(), again.quote());
        assert_eq!(world.collateral(), again.collateral());
        assert_ne!(world.quote(), world.machine.quote([0; 64]).unwrap());
    }
}

#[test]
fn collateral_of_one_day_is_the_same_for_all_machines_of_a_family() {
    let [one, two] = ["one", "two"].map(|name| Machine::tdx(Seed::named(name)));
    let collateral = one.collateral(NOW + 5_000).unwrap();
    assert_eq!(collateral, two.collateral(NOW + 6_000).unwrap());
    verify(&two.quote(DATA).unwrap(), &collateral, &[development()], NOW + 7_000).unwrap();
}

#[test]
fn collateral_of_one_machine_serves_the_others_of_its_family_alone() {
    let [sgx, tdx, tdx15] = machines("families");
    let collateral = |machine: &Machine| Authority::of(machine, ISSUED).issue().unwrap();
    let judge = |machine: &Machine, of: &Machine| {
        verify(&machine.quote(DATA).unwrap(), &collateral(of), &[development()], NOW)
    };
    judge(&tdx15, &tdx).unwrap();
    judge(&tdx, &tdx15).unwrap();
    judge(&tdx, &sgx).unwrap_err();
    let other = Machine { fmspc: [9; 6], ..tdx.clone() };
    judge(&tdx, &other).unwrap_err();
    let other = Machine { ca: Ca::Processor, ..tdx.clone() };
    judge(&tdx, &other).unwrap_err();
}

#[test]
fn collateral_survives_its_json() {
    for machine in machines("json") {
        let collateral = World::new(machine).collateral();
        let json = collateral.to_json().unwrap();
        assert_eq!(phala_attestation::Collateral::from_json(json.as_bytes()).unwrap(), collateral);
    }
}

#[test]
fn real_quotes_and_development_quotes_have_the_same_structure() {
    for machine in machines("structure") {
        let tee = machine.guest.tee();
        let quote = World::new(machine).quote();
        let mut rest = &quote[..];
        let parsed = Quote::decode(&mut rest).unwrap();
        assert!(rest.is_empty());
        assert_eq!(parsed.inner_cert_type(), 5);
        let chain = dcap_qvl::intel::extract_cert_chain(&parsed).unwrap();
        assert_eq!(chain.len(), 3);
        let extension =
            dcap_qvl::intel::parse_pck_extension_with::<dcap_qvl::configs::RustCryptoConfig>(&chain[0])
                .unwrap();
        assert_eq!(extension.platform_instance_id.map(|id| id.len()), Some(16));
        assert_eq!(extension.smt_enabled, Some(true));
        assert_eq!(parsed.header.is_sgx(), tee == Tee::Sgx);
    }
}

#[test]
fn verdicts_expire_with_whatever_expires_first() {
    let parts: [fn(&mut World) -> &mut Period; 6] = [
        |world| &mut world.authority.tcb_info,
        |world| &mut world.authority.qe_identity,
        |world| &mut world.authority.root_crl,
        |world| &mut world.authority.pck_crl,
        |world| &mut world.authority.signer,
        |world| &mut world.machine.certified,
    ];
    for part in parts {
        let mut world = World::new(Machine::sgx(Seed::named("expiry")));
        let until = NOW + 3_600_000;
        part(&mut world).until = until;
        assert_eq!(world.judge().unwrap().expires_at, until);
    }
}
