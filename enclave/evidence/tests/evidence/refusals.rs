//! What a verifier has to notice, it notices in development evidence too.

use codec::Encode;
use dcap_qvl::quote::{AuthData, Quote};
use phala_attestation::{verify, Exposure, Part, Refusal};
use phala_evidence::development::{Guest, Machine, Period, Revocation, Seed, BEGIN, DAY, END};

use crate::world::{debug, development, machines, World, DATA, ISSUED, NOW};

/// Each part of the evidence that has dates.
const DATED: [fn(&mut World) -> &mut Period; 6] = [
    |world| &mut world.authority.tcb_info,
    |world| &mut world.authority.qe_identity,
    |world| &mut world.authority.root_crl,
    |world| &mut world.authority.pck_crl,
    |world| &mut world.authority.signer,
    |world| &mut world.machine.certified,
];

#[test]
fn evidence_is_refused_outside_of_its_time() {
    for machine in machines("time") {
        let world = World::new(machine);
        let until = world.authority.tcb_info.until;
        world.judge_at(ISSUED).unwrap();
        world.judge_at(until - 1_000).unwrap();
        for now in [0, BEGIN, ISSUED - 1_000, until + 1_000, END + DAY] {
            world.judge_at(now).unwrap_err();
        }
    }
}

#[test]
fn parts_that_expired_are_noticed_one_by_one() {
    for (index, part) in DATED.into_iter().enumerate() {
        for machine in machines("expired") {
            let mut world = World::new(machine);
            *part(&mut world) = Period { from: BEGIN, until: NOW - 1_000 };
            let refusal = world.refusal();
            assert!(matches!(refusal, Refusal::Expired { .. }), "part {index}: {refusal}");
        }
    }
}

#[test]
fn parts_from_the_future_are_noticed_one_by_one() {
    for (index, part) in DATED.into_iter().enumerate() {
        for machine in machines("future") {
            let mut world = World::new(machine);
            *part(&mut world) = Period { from: NOW + 60_000, until: END };
            let refusal = world.refusal();
            assert!(matches!(refusal, Refusal::NotYetValid { .. }), "part {index}: {refusal}");
        }
    }
}

#[test]
fn revoked_certificates_are_noticed() {
    for machine in machines("revoked") {
        let revocations = [
            Revocation::Machine(Box::new(machine.clone())),
            Revocation::PckCa,
            Revocation::TcbSigning,
            Revocation::Root,
        ];
        for revocation in revocations {
            let mut world = World::new(machine.clone());
            world.authority.revoked = vec![revocation.clone()];
            let refusal = world.refusal();
            assert_eq!(refusal, Refusal::RevokedCertificate, "{revocation:?}");
        }
    }
}

#[test]
fn revoking_another_machine_or_an_earlier_certificate_does_no_harm() {
    let [machine, _, _] = machines("innocent");
    let mut world = World::new(machine.clone());
    let earlier = Machine { pce_svn: machine.pce_svn - 1, ..machine };
    world.authority.revoked =
        [earlier, Machine::sgx(Seed::named("guilty"))].map(|m| Revocation::Machine(Box::new(m))).to_vec();
    world.judge().unwrap();
}

#[test]
fn debugging_is_noticed() {
    for mut machine in machines("debug") {
        debug(&mut machine.guest);
        let tee = machine.guest.tee();
        assert_eq!(World::new(machine).refusal(), Refusal::Exposed { tee, exposure: Exposure::Debug });
    }
}

#[test]
fn report_data_cannot_be_replaced() {
    for machine in machines("report data") {
        let world = World::new(machine);
        let mut quote = world.quote();
        let place = quote.windows(DATA.len()).position(|window| window == DATA).unwrap();
        quote[place] ^= 1;
        let refusal = verify(&quote, &world.collateral(), &[development()], NOW).unwrap_err();
        assert_eq!(refusal, Refusal::Signature { part: Part::Quote });
    }
}

#[test]
fn one_machine_cannot_use_the_certificate_of_another() {
    let world = World::new(Machine::tdx(Seed::named("mine")));
    let certificate = |name| {
        let quote = Quote::parse(&Machine::tdx(Seed::named(name)).quote(DATA).unwrap()).unwrap();
        let AuthData::V4(data) = quote.auth_data else { panic!("version 4") };
        data.qe_report_data.certification_data
    };
    let with_certificate_of = |name| {
        let mut quote = Quote::parse(&world.quote()).unwrap();
        let AuthData::V4(data) = &mut quote.auth_data else { panic!("version 4") };
        data.qe_report_data.certification_data = certificate(name);
        verify(&quote.encode(), &world.collateral(), &[development()], NOW)
    };
    with_certificate_of("mine").unwrap();
    let refusal = with_certificate_of("theirs").unwrap_err();
    assert_eq!(refusal, Refusal::Signature { part: Part::QeReport });
}

#[test]
fn measurements_cannot_be_replaced() {
    let world = World::new(Machine::sgx(Seed::named("measurement")));
    let Guest::Enclave(enclave) = &world.machine.guest else { panic!("an enclave") };
    let mut quote = world.quote();
    let place = quote.windows(32).position(|window| window == enclave.mr_enclave).unwrap();
    quote[place] ^= 1;
    let refusal = verify(&quote, &world.collateral(), &[development()], NOW).unwrap_err();
    assert!(matches!(refusal, Refusal::Signature { .. }), "{refusal}");
}
