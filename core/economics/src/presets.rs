//! The parameters that the known networks start with (section 8).

use sp_arithmetic::{FixedU128, Perbill};

use crate::parameters::{TokenomicParameters, DAY, HOUR};

const fn decimals(inner: u128) -> FixedU128 {
    FixedU128::from_inner(inner)
}

const fn whole(number: u32) -> FixedU128 {
    FixedU128::from_u32(number)
}

impl TokenomicParameters {
    /// Phala: the rules that the other presets are variations of.
    pub fn phala() -> Self {
        Self {
            tick: 12_000,
            price: whole(1),
            // 0.02 % an hour of 300 ticks.
            rho: decimals(1_000_000_666_600_231_000),
            value_max: whole(30_000),
            cost_k: decimals(41_562_500_000_000_000),
            cost_b: decimals(88_593_750_000_000_000_000),
            rig_k: decimals(300_000_000_000_000_000),
            rig_b: whole(0),
            stake_multiplier: decimals(1_300_000_000_000_000_000),
            stake_k: whole(100),
            score_min: 50,
            budget: whole(100),
            budget_decay: Perbill::from_percent(75),
            budget_period: 180 * DAY,
            treasury_share: Perbill::from_percent(20),
            slash_offline: Perbill::from_parts(1_000_000),
            slash_fault: Perbill::from_percent(1),
            slash_proven: Perbill::from_percent(10),
            slash_threat: Perbill::from_percent(100),
            // 10 blocks of 12 s.
            heartbeat_window: 120_000,
            challenge_interval: HOUR / 2,
            challenges_per_block: 20,
            cool_down: 7 * DAY,
        }
    }

    /// Khala.
    pub fn khala() -> Self {
        Self {
            price: decimals(840_000_000_000_000_000),
            stake_multiplier: decimals(1_500_000_000_000_000_000),
            stake_k: whole(50),
            // 60 000 PHA a day.
            budget: decimals(8_333_333_333_333_333_333),
            budget_period: 45 * DAY,
            // 20 blocks of 12 s.
            heartbeat_window: 240_000,
            ..Self::phala()
        }
    }

    /// Para-1, the test network: Khala's rules with a shorter heartbeat window.
    pub fn para1() -> Self {
        Self { heartbeat_window: 120_000, ..Self::khala() }
    }

    /// Development: everything within seconds on a chain of one-second blocks, at Phala's budget.
    pub fn development() -> Self {
        Self {
            tick: 1_000,
            // The 3600th root of 1.0002: the same 0.02 % an hour.
            rho: decimals(1_000_000_055_550_002_283),
            stake_multiplier: decimals(1_500_000_000_000_000_000),
            stake_k: whole(50),
            // 100 PHA in 12 s.
            budget: decimals(8_333_333_333_333_333_333),
            heartbeat_window: 10_000,
            challenge_interval: 5_000,
            cool_down: 60_000,
            ..Self::phala()
        }
    }
}
