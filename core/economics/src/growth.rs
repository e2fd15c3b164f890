//! Growth of value while a worker is idle or serves (section 3).
//!
//! Per tick `ΔV = r·V + b`, `V ← min(V + ΔV, V_max)`, `D ← D + ΔV`, where D is growth not yet paid.
//! The recurrence is affine, so n ticks have a closed form: `V_n = V_0 + (r·V_0 + b)·g(n)` with
//! `g(n) = 1 + (1 + r) + … + (1 + r)^(n−1)`, and g is built up by doubling:
//! `g(2k) = g(k)·(2 + r·g(k))`, `g(k + 1) = g(k)·(1 + r) + 1`.
//!
//! D counts all growth, also what V_max cuts off, as on Phala: a session at V_max that is paid falls
//! below V_max and has room to grow again.

use sp_arithmetic::{
    traits::{One, Saturating, Zero},
    FixedPointNumber, FixedU128,
};

use crate::{arithmetic, TokenomicParameters};

/// How a session's value grows in a tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Growth {
    /// r: `m · (ρ − 1)`.
    rate: FixedU128,
    /// b: `m · (cost_k · p_bench + cost_b)`, in PHA.
    base: FixedU128,
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
        let bench = FixedU128::saturating_from_integer(score);
        let relative = |x: FixedU128| match bench.is_zero() {
            true => x,
            false => arithmetic::scale(x, performance.into_inner(), bench.into_inner()),
        };
        let annual_cost =
            arithmetic::scale(parameters.cost_k, score.into(), 1).saturating_add(parameters.cost_b);
        Self {
            rate: relative(parameters.rho.saturating_sub(FixedU128::one())),
            base: relative(parameters.per_tick(annual_cost)),
            cap: parameters.value_max,
        }
    }

    /// The same growth up to another highest value.
    pub fn capped_at(self, cap: FixedU128) -> Self {
        Self { cap, ..self }
    }

    /// One tick of the plain recurrence.
    pub fn step(&self, value: FixedU128) -> Grown {
        let growth = self.delta(value);
        Grown { value: value.saturating_add(growth).min(self.cap), growth }
    }

    /// `ticks` ticks at once, in O(log `ticks`).
    pub fn after(&self, value: FixedU128, ticks: u64) -> Grown {
        if ticks == 0 {
            return Grown { value: value.min(self.cap), growth: FixedU128::zero() };
        }
        let first = self.delta(value);
        let total = |ticks| arithmetic::multiply(first, self.factor(ticks));
        let growth = total(ticks);
        if value.saturating_add(growth) <= self.cap {
            return Grown { value: value.saturating_add(growth), growth };
        }

        // The cap is met on the way: find the last tick that ends below it. From then on each tick
        // starts closer to the cap, and from the one after on, at it.
        let below = last_where(ticks, |ticks| value.saturating_add(total(ticks)) < self.cap);
        let growth_below = total(below);
        let crossing = self.delta(value.saturating_add(growth_below));
        let at_cap = ticks.saturating_sub(below).saturating_sub(1);
        let growth = growth_below.saturating_add(crossing).saturating_add(arithmetic::scale(
            self.delta(self.cap),
            at_cap.into(),
            1,
        ));
        Grown { value: self.cap, growth }
    }

    /// ΔV of a tick that starts at `value`.
    fn delta(&self, value: FixedU128) -> FixedU128 {
        arithmetic::multiply(self.rate, value).saturating_add(self.base)
    }

    /// g(`ticks`).
    fn factor(&self, ticks: u64) -> FixedU128 {
        let two = FixedU128::from_u32(2);
        let one = FixedU128::one();
        let mut g = FixedU128::zero();
        for bit in (0..u64::BITS - ticks.leading_zeros()).rev() {
            g = arithmetic::multiply(g, two.saturating_add(arithmetic::multiply(self.rate, g)));
            if ticks >> bit & 1 == 1 {
                g = g.saturating_add(arithmetic::multiply(self.rate, g)).saturating_add(one);
            }
        }
        g
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
