#![allow(clippy::unwrap_used)]
use rand::{rngs::StdRng, Rng, SeedableRng};

use super::*;

const ALICE: Client = [1; 32];
const BOB: Client = [2; 32];

fn terms(bound: Moment, finish_by: Moment) -> Terms {
    Terms { bound, finish_by }
}

fn waiting(job: JobId, client: Client, bound: Moment, finish_by: Moment) -> Waiting {
    Waiting { job, client, terms: terms(bound, finish_by) }
}

/// A worker whose time is a number.
struct Machine {
    now: Moment,
    slots: usize,
    /// With the moments when they began and when they will end.
    running: Vec<(Waiting, Moment, Moment)>,
    waiting: Vec<Waiting>,
    usage: Usage,
    /// Time that each client has had.
    served: BTreeMap<Client, Moment>,
}

impl Machine {
    fn new(slots: usize) -> Self {
        let (running, waiting) = (Vec::new(), Vec::new());
        Self { now: 0, slots, running, waiting, usage: Usage::default(), served: BTreeMap::new() }
    }

    fn load(&self) -> Load {
        let running = self.running.iter().map(|(job, since, _)| Running {
            client: job.client,
            bound: job.terms.bound,
            elapsed: self.now - since,
        });
        Load::new(self.now, self.slots, running.collect(), self.waiting.clone())
    }

    /// Takes a job if it may.
    fn offer(&mut self, job: Waiting) -> bool {
        let fits = self.load().fits(&job);
        if fits {
            self.waiting.push(job);
        }
        fits
    }

    /// Starts what can start; `lasts` says how long each takes.
    fn start(&mut self, lasts: &mut impl FnMut(&Terms) -> Moment) {
        while self.running.len() < self.slots {
            let Some(next) = self.load().next(&self.usage) else { return };
            let at = self.waiting.iter().position(|job| job.job == next).unwrap();
            let job = self.waiting.swap_remove(at);
            let ends = self.now + lasts(&job.terms);
            self.running.push((job, self.now, ends));
        }
    }

    /// Goes on to `moment`, and gives the jobs that were late.
    fn run_to(&mut self, moment: Moment, lasts: &mut impl FnMut(&Terms) -> Moment) -> Vec<Waiting> {
        let mut late = Vec::new();
        self.start(lasts);
        while let Some(ends) = self.running.iter().map(|(_, _, ends)| *ends).min().filter(|at| *at <= moment)
        {
            self.now = ends;
            let (over, running) =
                std::mem::take(&mut self.running).into_iter().partition(|job| job.2 == ends);
            self.running = running;
            for (job, since, _) in over {
                self.usage.add(job.client, self.now, self.now - since);
                *self.served.entry(job.client).or_default() += self.now - since;
                if self.now > job.terms.finish_by {
                    late.push(job);
                }
            }
            self.start(lasts);
        }
        self.now = moment;
        late
    }
}

/// Seed of the random schedules: printed, and taken from the environment to replay them.
fn seed() -> u64 {
    let seed = std::env::var("PHALA_SCHEDULE_SEED").ok().map(|seed| seed.parse().unwrap());
    let seed = seed.unwrap_or_else(|| rand::rng().random());
    eprintln!("PHALA_SCHEDULE_SEED={seed}");
    seed
}

#[test]
fn no_job_that_was_taken_should_be_late_whatever_is_offered_afterwards() {
    let mut random = StdRng::seed_from_u64(seed());
    let mut taken = 0;
    for round in 0..400 {
        let mut machine = Machine::new(random.random_range(1..=4));
        let clients = random.random_range(1..=6_u8);
        // Some rounds use every job's whole bound, some hardly any of it.
        let thrift = random.random_range(0..=3_u32);
        let mut dice = StdRng::seed_from_u64(random.random());
        let mut lasts = |terms: &Terms| match thrift {
            0 => terms.bound,
            _ => dice.random_range(terms.bound.div_ceil(1 << thrift)..=terms.bound),
        };
        for job in 0..60 {
            let pause = random.random_range(0..=2_000);
            let late = machine.run_to(machine.now + pause, &mut lasts);
            assert!(late.is_empty(), "round {round}: {late:?}");
            let client = [random.random_range(0..clients); 32];
            let bound = random.random_range(1..=10_000);
            let most = [0, 10_000, 100_000][random.random_range(0..3)];
            let slack = random.random_range(0..=most);
            taken += usize::from(machine.offer(waiting(job, client, bound, machine.now + bound + slack)));
        }
        let late = machine.run_to(Moment::MAX, &mut lasts);
        assert!(late.is_empty() && machine.waiting.is_empty(), "round {round}: {late:?}");
    }
    assert!(taken > 400, "hardly any job was taken: {taken}");
}

#[test]
fn newcomer_should_get_in_whatever_one_other_client_has_taken() {
    let mut random = StdRng::seed_from_u64(seed());
    for round in 0..400 {
        let mut machine = Machine::new(1);
        for job in 0..60 {
            machine.run_to(machine.now + random.random_range(0..=500), &mut |terms| terms.bound);
            let bound = random.random_range(1..=10_000);
            let finish_by = machine.now + bound + random.random_range(0..=200_000);
            machine.offer(waiting(job, ALICE, bound, finish_by));
        }
        // A single job may leave no room, if it must run next; so there are others.
        machine.start(&mut |terms| terms.bound);
        if machine.waiting.len() < 2 {
            continue;
        }
        let bound = random.random_range(1..=10_000);
        let free_at = machine.now + machine.load().room_in();
        let newcomer = waiting(99, BOB, bound, free_at + 2 * bound);
        assert!(machine.load().fits(&newcomer), "round {round}: {machine:?}", machine = machine.load());
    }
}

#[test]
fn clients_should_get_the_same_time_when_both_always_have_jobs() {
    let mut machine = Machine::new(1);
    let mut job = 0;
    for _ in 0..2_000 {
        // Alice offers ten times as many jobs, each ten times as long.
        for (client, count, bound) in [(ALICE, 10, 5_000), (BOB, 1, 500)] {
            for _ in 0..count {
                job += 1;
                machine.offer(waiting(job, client, bound, machine.now + 120_000));
            }
        }
        assert!(machine.run_to(machine.now + 500, &mut |terms| terms.bound).is_empty());
    }
    let [alice, bob] = [ALICE, BOB].map(|client| machine.served[&client]);
    assert!(alice.abs_diff(bob) < (alice + bob) / 10, "{alice} and {bob}");
}

#[test]
fn job_should_be_refused_when_it_would_make_another_late() {
    let mut machine = Machine::new(1);
    assert!(machine.offer(waiting(1, ALICE, 1_000, 1_500)));
    assert!(!machine.offer(waiting(2, BOB, 1_000, 1_000)));
    assert!(!machine.offer(waiting(2, BOB, 1_000, 1_999)));
    assert!(machine.offer(waiting(2, BOB, 500, 1_500)));
    assert!(machine.run_to(2_000, &mut |terms| terms.bound).is_empty());
}

#[test]
fn client_that_has_jobs_should_leave_as_much_time_as_it_takes() {
    let mut machine = Machine::new(1);
    assert!(machine.offer(waiting(1, ALICE, 1_000, 10_000)));
    assert!(!machine.offer(waiting(2, ALICE, 2_001, 4_000)));
    assert!(machine.offer(waiting(2, ALICE, 2_000, 4_000)));
    assert!(machine.offer(waiting(3, BOB, 2_000, 4_000)));
}

#[test]
fn job_should_wait_when_starting_it_would_make_others_late() {
    let mut machine = Machine::new(1);
    machine.usage.add(BOB, 0, 10_000);
    assert!(machine.offer(waiting(1, ALICE, 5_000, 60_000)));
    assert!(machine.offer(waiting(2, BOB, 1_000, 2_000)));
    assert_eq!(machine.load().next(&machine.usage), Some(2), "it is not its turn, but it must be");
}

#[test]
fn time_that_a_client_has_had_should_count_less_with_every_minute() {
    let mut usage = Usage::default();
    usage.add(ALICE, 0, 8);
    usage.add(BOB, 0, 1_000_000);
    assert_eq!([0, HALF_LIFE, 3 * HALF_LIFE, Moment::MAX].map(|now| usage.of(&ALICE, now)), [8, 4, 1, 0]);
    usage.add(BOB, 4 * HALF_LIFE, 1);
    assert!(!usage.0.contains_key(&ALICE), "what counts nothing is forgotten");
}

/// A header with Aura's slot in it.
fn header(number: BlockNumber, slot: Option<u64>) -> Header {
    let mut header = phala_light_client_testing::World::small("schedule", 1).header(0).clone();
    header.number = number;
    header.digest.logs.clear();
    if let Some(slot) = slot {
        let log = (6_u8, *b"aura", slot.to_le_bytes().to_vec()).encode();
        header.digest.logs.push(Decode::decode(&mut &log[..]).unwrap());
    }
    header
}

#[test]
fn slot_should_be_found_from_header_and_time() {
    let now = 1_764_000_000_000;
    for slot in [1_000, 6_000] {
        for jitter in [0, 1, slot - 1] {
            let time = now / slot * slot + jitter;
            let clock = ChainClock::at(&header(9, Some(time / slot)), time);
            assert_eq!(clock, ChainClock { block: 9, time, slot });
            assert_eq!(clock.earliest(19), time + 10 * slot);
            assert_eq!(clock.earliest(8), time);
        }
    }
    for none in [None, Some(0)] {
        assert_eq!(ChainClock::at(&header(9, none), now).earliest(99), now);
    }
}

#[test]
fn terms_should_leave_time_for_the_receipt() {
    let clock = ChainClock { block: 0, time: 0, slot: 1_000 };
    let of = |seconds, program_bytes, deadline| Terms::of(seconds, program_bytes, deadline, &clock, 0);
    let bound = 10_000 + OVERHEAD;
    assert_eq!(of(10, 0, 100), Some(terms(bound, 100_000 - DELIVERY)));
    assert_eq!(of(10, 32 << 10, 100).unwrap().bound, bound + 1_000);
    assert_eq!(of(10, usize::MAX, 1_000).unwrap().bound, bound + MAX_COMPILING);
    assert_eq!(of(10, 0, 20), Some(terms(bound, bound + PROMPTNESS)), "it must start at once");
    assert_eq!(of(10, 0, 16), Some(terms(bound, bound)));
    assert_eq!(of(10, 0, 15), None);
}

#[test]
fn load_should_not_depend_on_the_order_of_its_jobs() {
    let jobs = [waiting(1, ALICE, 5, 9), waiting(2, BOB, 4, 9), waiting(3, ALICE, 1, 1)];
    let next = |jobs: &[Waiting]| Load::new(0, 1, Vec::new(), jobs.to_vec()).next(&Usage::default());
    let mut turned = jobs;
    turned.reverse();
    assert_eq!(next(&jobs), next(&turned));
}
