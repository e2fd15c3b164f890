//! The two distributions that the report needs.

/// 97.5 % quantile of the normal distribution: 95 % lie within this many standard errors.
pub const NORMAL_QUANTILE: f64 = 1.959_963_984_540_054;

/// Probability that a chi-squared variable with `degrees` degrees of freedom exceeds `value`.
///
/// For whole degrees the upper incomplete gamma function has a finite sum: Abramowitz and Stegun,
/// Handbook of Mathematical Functions, 26.4.4 and 26.4.5.
pub fn chi_squared_exceeds(value: f64, degrees: usize) -> f64 {
    if value <= 0.0 {
        return 1.0;
    }
    let half = value / 2.0;
    let (mut sum, mut term, first) = if degrees % 2 == 0 {
        (0.0, (-half).exp(), 2)
    } else {
        (normal_exceeds_twice(value.sqrt()), (-half).exp() * (2.0 * value / std::f64::consts::PI).sqrt(), 3)
    };
    for step in (first..=degrees).step_by(2) {
        sum += term;
        term *= value / step as f64;
    }
    sum
}

/// Probability that a standard normal variable is further from 0 than `value`, which is not negative.
///
/// The complementary error function at `x = value / √2`, to about 15 digits: its series near 0, and
/// farther out its continued fraction (Abramowitz and Stegun 7.1.6 and 7.1.14).
fn normal_exceeds_twice(value: f64) -> f64 {
    let x = value / std::f64::consts::SQRT_2;
    let gauss = (-x * x).exp() / std::f64::consts::PI.sqrt();
    if x < 2.5 {
        let (mut sum, mut term, mut step) = (0.0, 2.0 * x, 1.0);
        while term > f64::EPSILON * sum {
            sum += term;
            term *= 2.0 * x * x / (2.0 * step + 1.0);
            step += 1.0;
        }
        1.0 - gauss * sum
    } else {
        let fraction = (1..=120).rev().fold(x, |fraction, step| x + f64::from(step) / 2.0 / fraction);
        gauss / fraction
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Known values from scipy.stats.chi2.sf.
    #[test]
    fn chi_squared_should_agree_with_scipy() {
        for (value, degrees, known) in [
            (8.564780853539048, 1, 0.0034272822647457703),
            (21.09443458750104, 2, 2.626647113880132e-05),
            (0.5, 3, 0.9188914116546758),
            (30.0, 7, 9.495972508134177e-05),
            (1e-9, 1, 0.999974768674784),
        ] {
            let found = chi_squared_exceeds(value, degrees);
            assert!((found / known - 1.0).abs() < 1e-9, "{value} with {degrees}: {found}, known {known}");
        }
    }

    #[test]
    fn chi_squared_should_be_continuous_where_the_method_changes() {
        let [below, above] = [12.499_999_999, 12.500_000_001].map(|value| chi_squared_exceeds(value, 1));
        assert!(below > above && (below / above - 1.0).abs() < 1e-8);
    }
}
