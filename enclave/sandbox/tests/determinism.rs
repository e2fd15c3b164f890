//! The same job gives the same output for the same fuel: a program sees nothing of the machine.
#![allow(clippy::unwrap_used)]

mod common;

use common::{program, World};
use phala_sandbox::{ExitStatus, Program};

#[tokio::test]
async fn job_should_repeat_exactly_when_run_again_or_elsewhere() {
    let job = || Program { stdin: b"some input".repeat(10_000), ..program("echo") };
    let first = World::new().run(job()).await;
    let elsewhere = World::new();
    for _ in 0..3 {
        assert!(elsewhere.run(job()).await == first);
    }
}

/// Each time in a process of its own, as jobs are; starting it takes most of the time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn job_should_repeat_exactly_when_run_a_thousand_times() {
    let world = World::new();
    let job =
        || Program { stdin: b"some input".to_vec(), arguments: vec![b"one".to_vec()], ..program("observe") };
    let first = world.run(job()).await;
    let half = async || {
        for _ in 0..500 {
            assert!(world.run(job()).await == first);
        }
    };
    tokio::join!(half(), half());
}

#[tokio::test]
async fn world_should_look_the_same_when_the_seed_is_the_same() {
    let world = World::new();
    let observed = world.run(program("observe")).await;
    assert_eq!(observed.exit, ExitStatus::Exited(0));
    assert!(world.run(program("observe")).await == observed);

    let numbers: Vec<u64> =
        observed.stdout.chunks(8).map(|bytes| u64::from_le_bytes(bytes.try_into().unwrap())).collect();
    let [wall, monotonic, later_wall, later_monotonic] = numbers[..4] else { panic!("no clocks") };
    assert_eq!(wall / 1_000_000_000, 1_577_836_800);
    let hour = 3_600_000_000_000;
    assert!((hour..hour + 1_000_000).contains(&(later_wall - wall)));
    assert!((hour..hour + 1_000_000).contains(&(later_monotonic - monotonic)));

    let other = world.run(Program { seed: [8; 32], ..program("observe") }).await;
    assert_eq!(other.stdout[..32], observed.stdout[..32]);
    assert_ne!(other.stdout[32..], observed.stdout[32..]);
}

#[tokio::test]
async fn not_a_number_should_be_canonical() {
    let outcome = World::new().run(program("nan")).await;
    let canonical =
        [0x7fc0_0000_u32.to_le_bytes().to_vec(), 0x7ff8_0000_0000_0000_u64.to_le_bytes().to_vec()];
    assert_eq!(outcome.stdout, canonical.concat());
}
