//! The rows of the table, a file for each kind.

mod documents;
mod durable;
mod fields;
mod json_server;
mod mail;
mod media;
mod memory;
mod process;
mod reading;
mod reads;

use crate::args::Plan;
use crate::failure::Failure;
use crate::place::Place;
use crate::stats::{median, median_ratio};

/// What a ratio should be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Goal {
    AtLeast(f64),
    AtMost(f64),
    /// Nothing was promised; the number is there to be watched.
    None,
}

/// One line of the table.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    /// What is compared with.
    pub(crate) floor_name: &'static str,
    /// What ours and the floor's numbers count.
    pub(crate) unit: &'static str,
    /// `None` where it could not be measured.
    pub(crate) numbers: Option<Numbers>,
    pub(crate) goal: Goal,
}

/// What was measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Numbers {
    pub(crate) ours: f64,
    /// `None` for a goal that is absolute.
    pub(crate) floor: Option<f64>,
    /// The median of the ratios of each turn.
    pub(crate) ratio: f64,
}

impl Numbers {
    fn of(ours: &[f64], floor: &[f64]) -> Numbers {
        Numbers { ours: median(ours), floor: Some(median(floor)), ratio: median_ratio(ours, floor) }
    }
}

impl Row {
    /// Whether the goal was met; `None` where nothing was promised or measured.
    pub(crate) fn is_met(&self) -> Option<bool> {
        self.attained().map(|attained| attained >= 1.0)
    }

    /// How much of the goal was reached: 1 is met, more is better.
    pub(crate) fn attained(&self) -> Option<f64> {
        let ratio = self.numbers?.ratio;
        match self.goal {
            Goal::AtLeast(goal) => Some(ratio / goal),
            Goal::AtMost(goal) => Some(goal / ratio),
            Goal::None => None,
        }
    }
}

/// Measures every row that is asked for.
pub(crate) fn measure(place: &Place, plan: &Plan) -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    rows.extend(reading::measure(place, plan)?);
    rows.extend(durable::measure(place, plan)?);
    rows.extend(json_server::measure(place, plan)?);
    rows.extend(memory::measure(place, plan)?);
    rows.extend(documents::measure(place, plan)?);
    rows.extend(media::measure(place, plan)?);
    rows.extend(mail::measure(place, plan)?);
    Ok(rows)
}
