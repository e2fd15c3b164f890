//! Samples as a picture: three panels above each other, over the same days.

use std::ops::Range;

use phala_economics::{Balance, FixedU128};
use plotters::{
    coord::Shift,
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

use crate::{decimal::DAY, Overrides, Sample, Scenario};

const WIDTH: u32 = 1_200;
const HEIGHT: u32 = 1_140;
const HEADER: u32 = 76;
/// Points of a line; more would not show.
const MAX_POINTS: usize = 1_500;

const INK: RGBColor = RGBColor(38, 43, 51);
const GREY: RGBColor = RGBColor(120, 128, 140);
const GRID: RGBColor = RGBColor(229, 232, 237);
const BLUE: RGBColor = RGBColor(32, 88, 168);
const GREEN: RGBColor = RGBColor(24, 128, 84);
const VIOLET: RGBColor = RGBColor(120, 64, 160);

/// The picture cannot be drawn.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the picture cannot be drawn: {0}")]
pub struct PictureError(String);

/// Draws the samples of a scenario as SVG.
pub fn svg(scenario: &Scenario, samples: &[Sample]) -> Result<String, PictureError> {
    let subtitle = format!(
        "{} workers, {} days, parameters of {}{}, seed {}",
        scenario.workers(),
        scenario.length_days,
        scenario.preset,
        if scenario.parameters == Overrides::default() { "" } else { " with changes" },
        scenario.seed
    );
    let mut picture = String::new();
    draw(&mut picture, &scenario.name, &subtitle, samples)
        .map_err(|error| PictureError(error.to_string()))?;
    Ok(picture)
}

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn = Result<(), DrawingAreaErrorKind<std::io::Error>>;
type Points = Vec<(f64, f64)>;

fn draw(picture: &mut String, title: &str, subtitle: &str, samples: &[Sample]) -> Drawn {
    let area = SVGBackend::with_string(picture, (WIDTH, HEIGHT)).into_drawing_area();
    area.fill(&WHITE)?;
    let (header, panels) = area.split_vertically(HEADER);
    let line = |text: &str, size: i32, colour: RGBColor, y: i32| {
        let style = ("sans-serif", size).into_font().color(&colour).pos(Pos::new(HPos::Left, VPos::Top));
        header.draw(&Text::new(text.to_owned(), (28, y), style))
    };
    line(title, 27, INK, 16)?;
    line(subtitle, 16, GREY, 51)?;

    let samples = thinned(samples);
    let days = 0.0..samples.last().map_or(1.0, |sample| day(sample).max(f64::MIN_POSITIVE));
    let panels = panels.margin(0, 14, 0, 0).split_evenly((3, 1));
    if let [values, rewards, shares] = &panels[..] {
        draw_values(values, days.clone(), &samples)?;
        draw_rewards(rewards, days.clone(), &samples)?;
        draw_shares(shares, days, &samples)?;
    }
    drop(panels);
    drop(header);
    area.present()
}

fn draw_values(area: &Area, days: Range<f64>, samples: &[&Sample]) -> Drawn {
    let of = |value: fn(&Sample) -> FixedU128| -> Points {
        let mining = samples.iter().filter(|sample| sample.responsive + sample.unresponsive > 0);
        mining.map(|sample| (day(sample), value(sample).to_float())).collect()
    };
    let (low, median, high) = (of(|s| s.values.low), of(|s| s.values.median), of(|s| s.values.high));
    let panel = Panel {
        caption: "Value Promise of a session that mines",
        key: &[(BLUE, "median"), (lighter(BLUE), "10th to 90th percentile")],
        unit: "V, PHA",
        lowest: low.iter().map(|(_, value)| *value).fold(f64::INFINITY, f64::min),
        highest: largest(&high),
    };
    let band: Points = high.into_iter().chain(low.into_iter().rev()).collect();
    panel.draw(area, days, Some((band, BLUE)), vec![(median, BLUE, 2)])
}

fn draw_rewards(area: &Area, days: Range<f64>, samples: &[&Sample]) -> Drawn {
    let pha = |amount: Balance| amount as f64 / 1e12;
    let per_day = |paid: fn(&Sample) -> Balance| -> Points {
        let pairs = samples.iter().zip(samples.iter().skip(1));
        let rate = |(before, after): (&&Sample, &&Sample)| {
            let elapsed = (day(after) - day(before)).max(f64::MIN_POSITIVE);
            (day(after), pha(paid(after).saturating_sub(paid(before))) / elapsed)
        };
        pairs.map(rate).collect()
    };
    let pools = per_day(|sample| sample.paid_in_total.pool);
    let all = per_day(|sample| sample.paid_in_total.total());
    let budget: Points = samples.iter().map(|s| (day(s), s.daily_budget.to_float())).collect();
    let panel = Panel {
        caption: "Rewards paid in a day",
        key: &[(GREEN, "to pools"), (lighter(GREEN), "with the treasury's part"), (GREY, "budget")],
        unit: "PHA a day",
        lowest: 0.0,
        highest: largest(&all).max(largest(&budget)),
    };
    let floor = [days.end, days.start].map(|day| (day, 0.0));
    let filled: Points = all.iter().copied().chain(floor).collect();
    panel.draw(area, days, Some((filled, GREEN)), vec![(budget, GREY, 1), (pools, GREEN, 2)])
}

fn draw_shares(area: &Area, days: Range<f64>, samples: &[&Sample]) -> Drawn {
    let shares: Points = samples.iter().map(|s| (day(s), s.total_share.to_float())).collect();
    let panel = Panel {
        caption: "Σ share of the sessions that answer",
        key: &[(VIOLET, "Σ share")],
        unit: "Σ share, PHA",
        lowest: 0.0,
        highest: largest(&shares),
    };
    panel.draw(area, days, None, vec![(shares, VIOLET, 2)])
}

/// One of the three.
struct Panel<'a> {
    caption: &'a str,
    key: &'a [(RGBColor, &'a str)],
    unit: &'a str,
    lowest: f64,
    highest: f64,
}

impl Panel<'_> {
    /// Draws an area, if any, and lines over it.
    fn draw(
        &self,
        area: &Area,
        days: Range<f64>,
        filled: Option<(Points, RGBColor)>,
        lines: Vec<(Points, RGBColor, u32)>,
    ) -> Drawn {
        let (caption, plot) = area.split_vertically(34);
        self.draw_caption(&caption)?;
        let mut chart = ChartBuilder::on(&plot)
            .margin_left(20)
            .margin_right(34)
            .margin_bottom(6)
            .x_label_area_size(46)
            .y_label_area_size(86)
            .build_cartesian_2d(days, self.range())?;
        let text = |colour: RGBColor| ("sans-serif", 14).into_font().color(&colour);
        chart
            .configure_mesh()
            .bold_line_style(GRID)
            .light_line_style(TRANSPARENT)
            .axis_style(GREY)
            .label_style(text(INK))
            .axis_desc_style(text(GREY))
            .x_desc("days")
            .y_desc(self.unit)
            .x_labels(13)
            .y_labels(6)
            .x_label_formatter(&|day| format!("{}", (day * 100.0).round() / 100.0))
            .y_label_formatter(&|amount| short(*amount))
            .draw()?;
        if let Some((outline, colour)) = filled {
            chart.draw_series([Polygon::new(outline, lighter(colour).filled())])?;
        }
        for (points, colour, width) in lines {
            chart.draw_series(LineSeries::new(points, colour.stroke_width(width)))?;
        }
        Ok(())
    }

    /// The caption on the left, and the key to the colours on the right.
    fn draw_caption(&self, area: &Area) -> Drawn {
        let font = |size: i32| ("sans-serif", size).into_font().color(&INK);
        let at = |style: TextStyle<'static>, horizontal| style.pos(Pos::new(horizontal, VPos::Center));
        area.draw(&Text::new(self.caption.to_owned(), (28, 18), at(font(19), HPos::Left)))?;
        let mut left = WIDTH as i32 - 34;
        for (colour, name) in self.key.iter().rev() {
            // Nobody measures the text here; letters are not quite half as wide as they are high.
            left -= name.chars().count() as i32 * 13 / 2 + 42;
            area.draw(&Rectangle::new([(left, 12), (left + 18, 24)], colour.filled()))?;
            area.draw(&Text::new((*name).to_owned(), (left + 24, 18), at(font(14), HPos::Left)))?;
        }
        Ok(())
    }

    /// What the vertical axis shows: from zero where values come close to it, else with some room.
    fn range(&self) -> Range<f64> {
        if !(self.lowest.is_finite() && self.highest > 0.0) {
            return 0.0..1.0;
        }
        let room = (self.highest - self.lowest).max(self.highest / 100.0) * 0.06;
        let from = if self.lowest < self.highest / 3.0 { 0.0 } else { self.lowest - room };
        from..self.highest + room
    }
}

fn day(sample: &Sample) -> f64 {
    sample.at as f64 / DAY as f64
}

fn largest(points: &[(f64, f64)]) -> f64 {
    points.iter().map(|(_, value)| *value).fold(0.0, f64::max)
}

/// The colour as it looks through milk.
fn lighter(colour: RGBColor) -> RGBColor {
    let mix = |part: u8| ((u16::from(part) + 3 * 255) / 4) as u8;
    RGBColor(mix(colour.0), mix(colour.1), mix(colour.2))
}

/// So many of the samples as show, the last among them.
fn thinned(samples: &[Sample]) -> Vec<&Sample> {
    let step = samples.len().div_ceil(MAX_POINTS).max(1);
    let last = samples.last().filter(|_| samples.len() % step != 1 && step > 1);
    samples.iter().step_by(step).chain(last).collect()
}

/// `12500.0` as `12.5 k`.
fn short(amount: f64) -> String {
    let (divisor, unit) = match amount.abs() {
        a if a >= 1e9 => (1e9, " G"),
        a if a >= 1e6 => (1e6, " M"),
        a if a >= 1e4 => (1e3, " k"),
        _ => (1.0, ""),
    };
    format!("{}{unit}", (amount / divisor * 1_000.0).round() / 1_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_should_be_short() {
        let shown = [0.0, 0.25, 950.0, 9_500.0, 12_500.0, 2_000_000.0, 3.2e9].map(short);
        assert_eq!(shown, ["0", "0.25", "950", "9500", "12.5 k", "2 M", "3.2 G"]);
    }
}
