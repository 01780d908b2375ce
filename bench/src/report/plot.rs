//! A plot of how far each goal was reached.

use std::fmt::Write;

use crate::report::table::{goal, outcome};
use crate::rows::Row;

const WIDTH: f64 = 960.0;
const TOP: f64 = 96.0;
const ROW_HEIGHT: f64 = 30.0;
const LABELS_WIDTH: f64 = 330.0;
const NUMBERS_WIDTH: f64 = 200.0;
/// The plot reaches from a quarter of a goal to four times a goal, in doublings about the goal.
const DOUBLINGS: f64 = 2.0;
const TICKS: [(f64, &str); 5] = [(0.25, "¼"), (0.5, "½"), (1.0, "goal"), (2.0, "2 ×"), (4.0, "4 ×")];

/// The rows with a goal, a bar each.
pub(crate) fn svg(rows: &[Row]) -> String {
    let shown: Vec<(&Row, f64)> = rows.iter().filter_map(|row| Some((row, row.attained()?))).collect();
    let height = TOP + ROW_HEIGHT * shown.len() as f64 + 20.0;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
         height=\"{height}\" font-family=\"sans-serif\" font-size=\"13\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n\
         <text x=\"16\" y=\"26\" font-size=\"17\" font-weight=\"bold\" fill=\"#222222\">Ratio against goal</text>\n\
         <text x=\"16\" y=\"46\" fill=\"#666666\">right of the line: better than the goal, in doublings; beyond 4 × a bar ends at the edge</text>\n"
    );
    axis(&mut out, height);
    for (place, (row, attained)) in shown.into_iter().enumerate() {
        bar(&mut out, row, attained, TOP + ROW_HEIGHT * place as f64);
    }
    out.push_str("</svg>\n");
    out
}

/// Where a part of a goal stands; what is beyond the plot stands at its edge.
fn x(attained: f64) -> f64 {
    let plot = WIDTH - LABELS_WIDTH - NUMBERS_WIDTH;
    let doublings = attained.max(1e-6).log2().clamp(-DOUBLINGS, DOUBLINGS);
    LABELS_WIDTH + plot * (doublings + DOUBLINGS) / (2.0 * DOUBLINGS)
}

fn axis(out: &mut String, height: f64) {
    for (at, label) in TICKS {
        let (x, colour) = (x(at), if at == 1.0 { "#222222" } else { "#dddddd" });
        let _ = writeln!(
            out,
            "<line x1=\"{x:.1}\" y1=\"{:.1}\" x2=\"{x:.1}\" y2=\"{:.1}\" stroke=\"{colour}\"/>\n\
             <text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\" fill=\"#444444\">{label}</text>",
            TOP - 8.0,
            height - 14.0,
            TOP - 14.0,
        );
    }
}

fn bar(out: &mut String, row: &Row, attained: f64, y: f64) {
    let (goal_x, end_x) = (x(1.0), x(attained));
    let (left, width) = (goal_x.min(end_x), (goal_x - end_x).abs().max(1.0));
    let colour = if attained >= 1.0 { "#2a7f62" } else { "#b3452c" };
    let versus = if row.floor_name.is_empty() { String::new() } else { format!(" / {}", row.floor_name) };
    let ratio = row.numbers.map_or(f64::NAN, |numbers| numbers.ratio);
    let _ = writeln!(
        out,
        "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\" fill=\"#222222\">{}{}</text>\n\
         <rect x=\"{left:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"16\" fill=\"{colour}\"/>\n\
         <text x=\"{:.1}\" y=\"{:.1}\" fill=\"#222222\">{ratio:.2}  (goal {}), {}</text>",
        LABELS_WIDTH - 12.0,
        y + 17.0,
        escaped(row.name),
        escaped(&versus),
        y + 4.0,
        WIDTH - NUMBERS_WIDTH + 12.0,
        y + 17.0,
        goal(row.goal),
        outcome(row),
    );
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
