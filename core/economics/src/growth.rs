//! Growth of value while a worker is idle or serves (section 3).
//!
//! Per tick `ΔV = r·V + b`, `V ← min(V + ΔV, V_max)`, `D ← D + ΔV`, where D is growth not yet paid.
//! The recurrence is affine, so n ticks have a closed form: `V_n = V_0 + (r·V_0 + b)·g(n)` with
//! `g(n) = 1 + (1 + r) + … + (1 + r)^(n−1)`, and g is built up by doubling:
//! `g(2k) = g(k)·(2 + r·g(k))`, `g(k + 1) = g(k)·(1 + r) + 1`.
//!
//! | term | formula | unit |
//! |---|---|---|
//! | m | `p / p_bench`; 1 where p_bench is 0 | – |
//! | r | `m · (ρ − 1)` | a tick |
//! | b | `m · (cost_k · p_bench + cost_b) · tick / year / φ` | PHA a tick |
//!
//! The parameters give costs in USD a year; section 3 gives them in PHA per tick of 12 s, which is the same. r and b
//! have 36 decimals, so that a year of ticks shows no rounding of theirs.
//!
//! D counts all growth, also what V_max cuts off, as on Phala: a session at V_max that is paid falls
//! below V_max and has room to grow again.

use sp_arithmetic::{
    traits::{One, Saturating, Zero},
    FixedU128,
};

use crate::{
    arithmetic,
    fine::{bits, Fine},
    parameters::YEAR,
    TokenomicParameters,
};

/// How a session's value grows in a tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Growth {
    /// r: `m · (ρ − 1)`.
    rate: Fine,
    /// b: `m · (cost_k · p_bench + cost_b)`, in PHA.
    base: Fine,
    /// V_max, in PHA, or what stands in its place.
    cap: FixedU128,
}

/// What n ticks of growth come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grown {
    /// V afterwards, in PHA.
    pub value: FixedU128,
    /// Σ ΔV, in PHA, what V_max cut off included.
    pub growth: FixedU128,
}

impl Growth {
    /// Growth of a session with benchmark score `score` (p_bench) whose performance is `performance`
    /// (p): `m = p / p_bench`.
    pub fn new(parameters: &TokenomicParameters, score: u32, performance: FixedU128) -> Self {
        let annual_cost =
            arithmetic::scale(parameters.cost_k, score.into(), 1).saturating_add(parameters.cost_b);
        let (performance, bench) = match score {
            0 => (FixedU128::one(), 1),
            _ => (performance, u128::from(score)),
        };
        let excess = parameters.rho.saturating_sub(FixedU128::one());
        Self {
            rate: Fine::product(excess, performance).scale(1, bench),
            base: Fine::product(annual_cost, performance)
                .scale(parameters.tick.into(), bench.saturating_mul(YEAR.into()))
                .divide(Fine::from_fixed(parameters.price)),
            cap: parameters.value_max,
        }
    }

    /// The same growth up to another highest value.
    pub fn capped_at(self, cap: FixedU128) -> Self {
        Self { cap, ..self }
    }

    /// One tick of the plain recurrence.
    pub fn step(&self, value: FixedU128) -> Grown {
        let growth = self.delta(value).to_fixed();
        Grown { value: value.saturating_add(growth).min(self.cap), growth }
    }

    /// `ticks` ticks at once, in O(log `ticks`); where V_max is met on the way, in O(log² `ticks`).
    pub fn after(&self, value: FixedU128, ticks: u64) -> Grown {
        if ticks == 0 {
            return Grown { value, growth: FixedU128::zero() };
        }
        let first = self.delta(value);
        let total = |ticks| first.times(self.factor(ticks)).to_fixed();
        let growth = total(ticks);
        if value.saturating_add(growth) <= self.cap {
            return Grown { value: value.saturating_add(growth), growth };
        }

        // The cap is met on the way: find the last tick that ends below it. From then on each tick
        // starts closer to the cap, and from the one after on, at it.
        let below = last_where(ticks, |ticks| value.saturating_add(total(ticks)) < self.cap);
        let growth_below = total(below);
        let crossing = self.delta(value.saturating_add(growth_below)).to_fixed();
        let at_cap = ticks.saturating_sub(below).saturating_sub(1);
        let growth = growth_below
            .saturating_add(crossing)
            .saturating_add(self.delta(self.cap).scale(at_cap.into(), 1).to_fixed());
        Grown { value: self.cap, growth }
    }

    /// ΔV of a tick that starts at `value`.
    fn delta(&self, value: FixedU128) -> Fine {
        self.rate.times(value).saturating_add(self.base)
    }

    /// g(`ticks`).
    fn factor(&self, ticks: u64) -> FixedU128 {
        bits(ticks).fold(FixedU128::zero(), |g, bit| {
            let grown = self.rate.times(g);
            let double = g.saturating_add(g).saturating_add(grown.times(g).to_fixed());
            match bit {
                true => {
                    double.saturating_add(self.rate.times(double).to_fixed()).saturating_add(FixedU128::one())
                }
                false => double,
            }
        })
    }
}

/// The largest n below `end` for which `holds`, given that it holds up to some n and not after; zero
/// if for none.
fn last_where(end: u64, holds: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut high) = (0, end);
    while high.saturating_sub(low) > 1 {
        let middle = low + (high - low) / 2;
        match holds(middle) {
            true => low = middle,
            false => high = middle,
        }
    }
    low
}
