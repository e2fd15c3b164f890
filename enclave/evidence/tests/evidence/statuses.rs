//! Every status comes out as asked, for every kind of machine.

use phala_attestation::{Component, Refusal, TcbStatus, Verdict};
use phala_evidence::{
    development::{Authority, Guest, Level, Machine, Seed, BEGIN, DAY},
    Error,
};

use crate::world::{machines, World, ISSUED, NOW};

/// Not on the list of those that lower no level.
const ADVISORY: &str = "INTEL-SA-00615";

fn rated(machine: Machine, status: TcbStatus, advisories: &[&str]) -> Result<Verdict, Refusal> {
    let authority = Authority::of(&machine, ISSUED).rating(&machine, status, advisories).unwrap();
    World { machine, authority }.judge()
}

fn names(verdict: &Verdict) -> Vec<&str> {
    verdict.advisories.iter().map(|advisory| advisory.as_str()).collect()
}

#[test]
fn statuses_of_platforms_come_out_as_asked() {
    use TcbStatus::*;
    let statuses = [
        (UpToDate, 1),
        (SwHardeningNeeded, 2),
        (ConfigurationNeeded, 4),
        (ConfigurationAndSwHardeningNeeded, 4),
        (OutOfDate, 5),
        (OutOfDateConfigurationNeeded, 5),
    ];
    for machine in machines("statuses") {
        for (status, confidence) in statuses {
            let verdict = rated(machine.clone(), status, &[ADVISORY]).unwrap();
            assert_eq!((verdict.status, verdict.confidence), (status, confidence));
            assert_eq!(names(&verdict), [ADVISORY]);
        }
    }
}

#[test]
fn configuration_with_allowed_advisories_is_level_3() {
    let machine = Machine::sgx(Seed::named("allowed"));
    let verdict = rated(machine, TcbStatus::ConfigurationNeeded, &["INTEL-SA-00219"]).unwrap();
    assert_eq!(verdict.confidence, 3);
}

#[test]
fn revoked_platforms_are_refused() {
    for machine in machines("revoked") {
        assert_eq!(rated(machine, TcbStatus::Revoked, &[]).unwrap_err(), Refusal::Revoked);
    }
}

#[test]
fn relaunch_is_advised_when_the_module_was_updated_under_a_running_domain() {
    let machine = Machine::tdx15_launched_with(Seed::named("relaunch"), 3);
    for (status, confidence) in
        [(TcbStatus::TdRelaunchAdvised, 4), (TcbStatus::TdRelaunchAdvisedConfigurationNeeded, 5)]
    {
        let verdict = rated(machine.clone(), status, &[ADVISORY]).unwrap();
        assert_eq!((verdict.status, verdict.confidence), (status, confidence));
        assert_eq!(names(&verdict), [ADVISORY]);
    }
}

#[test]
fn relaunch_cannot_be_advised_to_others() {
    for machine in machines("no relaunch") {
        let refused =
            Authority::of(&machine, ISSUED).rating(&machine, TcbStatus::TdRelaunchAdvised, &[]).unwrap_err();
        assert!(matches!(refused, Error::NoRelaunch), "{refused}");
    }
}

#[test]
fn newer_collateral_finds_an_old_component() {
    let component = Component::Sgx(3);
    let since = NOW + 10 * DAY;
    for machine in machines("recovery") {
        let mut world = World::new(machine);
        world.authority = world.authority.after_recovery(component, 5, since, &[ADVISORY], 20);
        let verdict = world.judge_at(ISSUED + 21 * DAY).unwrap();
        assert_eq!(verdict.status, TcbStatus::OutOfDate);
        assert_eq!(names(&verdict), [ADVISORY]);
        let [shortfall] = &verdict.shortfalls[..] else { panic!("{:?}", verdict.shortfalls) };
        assert_eq!((shortfall.component, shortfall.have, shortfall.needs), (component, 2, 5));
        assert_eq!(shortfall.since, since);

        // The update mends it.
        world.machine.cpu_svn[3] = 5;
        assert_eq!(world.judge_at(ISSUED + 21 * DAY).unwrap().status, TcbStatus::UpToDate);
    }
}

#[test]
fn recoveries_of_every_component_are_noticed() {
    let components = [
        Component::Sgx(0),
        Component::Tdx(2),
        Component::Pce,
        Component::TdxModule,
        Component::QuotingEnclave,
    ];
    for component in components {
        let mut world = World::new(Machine::tdx(Seed::named("components")));
        world.authority = world.authority.after_recovery(component, 40, BEGIN, &[], 0);
        let verdict = world.judge().unwrap();
        assert_eq!(verdict.status, TcbStatus::OutOfDate, "{component}");
        assert!(verdict.shortfalls.iter().any(|shortfall| shortfall.component == component), "{component}");
    }
}

#[test]
fn machines_below_every_level_are_refused() {
    for machine in machines("below") {
        let mut world = World::new(machine);
        for level in &mut world.authority.levels {
            level.svn.pce += 1;
        }
        let refusal = world.refusal();
        assert!(matches!(refusal, Refusal::BelowEveryLevel { .. }), "{refusal}");
    }
}

#[test]
fn modules_and_quoting_enclaves_lower_a_status() {
    let mut world = World::new(Machine::tdx(Seed::named("module")));
    let old =
        |svn| Level { svn, date: BEGIN, status: TcbStatus::OutOfDate, advisories: vec![ADVISORY.to_owned()] };
    world.authority.modules[0].levels = vec![old(0)];
    assert_eq!(world.judge().unwrap().status, TcbStatus::OutOfDate);

    let mut world = World::new(Machine::sgx(Seed::named("module")));
    world.authority.qe_levels[0].status = TcbStatus::OutOfDate;
    assert_eq!(world.judge().unwrap().status, TcbStatus::OutOfDate);
}

#[test]
fn older_modules_without_identity_are_refused() {
    let mut machine = Machine::tdx(Seed::named("unknown module"));
    let authority = Authority::of(&machine, ISSUED);
    if let Guest::TrustDomain(domain) = &mut machine.guest {
        domain.tee_tcb_svn[1] = 9;
    }
    World { machine, authority }.refusal();
}
