//! The line itself, pure: a state and a width become text. It is plain, without colours.

#[cfg(test)]
mod tests;

use std::time::Duration;

/// The narrowest bar that tells anything, and the widest that is pleasant.
const BAR_COLUMNS: (usize, usize) = (8, 40);

/// The fewest columns that are left to a name.
const NAME_COLUMNS_MIN: usize = 8;

/// The most columns that a name takes from the rest.
const NAME_COLUMNS_MAX: usize = 32;

/// The fewest columns in which it can be told what is done.
const DOING_COLUMNS_MIN: usize = 12;

/// Between two figures.
const GAP: &str = "  ";

/// What is to be seen.
#[derive(Clone, Debug, Default)]
pub(crate) struct View<'a> {
    pub(crate) name: &'a str,
    pub(crate) bytes: u64,
    pub(crate) length: Option<u64>,
    /// Bytes in a second.
    pub(crate) rate: Option<u64>,
    pub(crate) retries: u32,
    /// What is done while no bytes move.
    pub(crate) doing: Option<String>,
}

/// The line, in at most `width` columns: the name, a bar, figures, what is done. What has no room is left out.
pub(crate) fn line(view: &View<'_>, width: usize) -> String {
    let name_columns = columns(view.name).min(NAME_COLUMNS_MAX);
    let mut figures = figures(view);
    while figures.len() > 1 && width_of(&figures) + name_columns.min(NAME_COLUMNS_MIN) > width {
        figures.pop();
    }
    if let Some(doing) = &view.doing {
        let room = width.saturating_sub(width_of(&figures) + name_columns + GAP.len());
        figures.extend((room >= DOING_COLUMNS_MIN).then(|| shortened(doing, room)));
    }
    let room = width.saturating_sub(width_of(&figures));
    let name = shortened(view.name, room.min(NAME_COLUMNS_MAX));
    let room = room.saturating_sub(columns(&name));
    let mut text = name;
    if let Some(bar) = bar(view, room) {
        text.push_str(GAP);
        text.push_str(&bar);
    }
    for figure in figures {
        text.push_str(GAP);
        text.push_str(&figure);
    }
    shortened(&text, width)
}

/// An amount of bytes: `999 B`, `12.3 MB`.
pub(crate) fn amount(bytes: u64) -> String {
    let (number, unit) = scaled(bytes, bytes);
    format!("{number} {unit}")
}

/// A part of a whole: `12.3 of 27.0 MB`, or without the whole where nobody knows it.
pub(crate) fn of(bytes: u64, length: Option<u64>) -> String {
    let Some(length) = length else { return amount(bytes) };
    let (whole, unit) = scaled(length, length);
    format!("{} of {whole} {unit}", scaled(bytes, length).0)
}

/// How long ago something was: `2 h 46 min ago`.
pub(crate) fn age(time: Duration) -> String {
    format!("{} ago", span(time.as_secs()))
}

/// What was moved, in which time: `27.0 MB in 6 s (4.5 MB/s)`.
pub(crate) fn summary(bytes: u64, time: Duration) -> String {
    let ms = time.as_millis().max(1);
    let rate = u64::try_from(u128::from(bytes) * 1000 / ms).unwrap_or(u64::MAX);
    // Of a moment the rate says nothing.
    let rate = if ms < 100 { String::new() } else { format!(" ({}/s)", amount(rate)) };
    format!("{} in {}{rate}", amount(bytes), if ms < 1000 { "less than 1 s".to_owned() } else { span(time.as_secs()) })
}

/// The figures, the most important first.
fn figures(view: &View<'_>) -> Vec<String> {
    let mut figures = Vec::new();
    figures.extend(percent(view).map(|percent| format!("{percent:>3}%")));
    figures.push(of(view.bytes, view.length));
    if view.doing.is_none() {
        figures.extend(view.rate.map(|rate| format!("{}/s", amount(rate))));
        figures.extend(seconds_left(view).map(|seconds| format!("{} left", span(seconds))));
    }
    match view.retries {
        0 => {}
        1 => figures.push("1 retry".to_owned()),
        retries => figures.push(format!("{retries} retries")),
    }
    figures
}

fn percent(view: &View<'_>) -> Option<u64> {
    let length = view.length.filter(|length| *length > 0)?;
    u64::try_from(u128::from(view.bytes.min(length)) * 100 / u128::from(length)).ok()
}

fn seconds_left(view: &View<'_>) -> Option<u64> {
    let left = view.length?.checked_sub(view.bytes).filter(|left| *left > 0)?;
    Some(left.div_ceil(view.rate.filter(|rate| *rate > 0)?))
}

/// A bar in so much room, if there is a length and room enough: `[====>    ]`.
fn bar(view: &View<'_>, room: usize) -> Option<String> {
    let percent = usize::try_from(percent(view)?).ok()?;
    let inside = room.checked_sub(GAP.len() + 2)?.min(BAR_COLUMNS.1);
    if inside < BAR_COLUMNS.0 {
        return None;
    }
    let done = inside * percent / 100;
    let head = if done < inside { ">" } else { "" };
    let rest = inside - done - head.len();
    Some(format!("[{}{head}{}]", "=".repeat(done), " ".repeat(rest)))
}

fn width_of(figures: &[String]) -> usize {
    figures.iter().map(|figure| GAP.len() + columns(figure)).sum()
}

/// How many columns a text takes at most: beyond ASCII a letter may take two.
fn columns(text: &str) -> usize {
    text.chars().map(columns_of).sum()
}

fn columns_of(letter: char) -> usize {
    if letter.is_ascii() { 1 } else { 2 }
}

/// The beginning of a text that is too long, with a mark where it was cut.
fn shortened(text: &str, columns_max: usize) -> String {
    const MARK: &str = "..";
    if columns(text) <= columns_max {
        return text.to_owned();
    }
    let mut room = columns_max.saturating_sub(MARK.len());
    let fits = |letter: &char| {
        let fits = columns_of(*letter) <= room;
        room = room.saturating_sub(columns_of(*letter));
        fits
    };
    let kept: String = text.chars().take_while(fits).collect();
    let mark = MARK.get(..columns_max.min(MARK.len())).unwrap_or_default();
    format!("{kept}{mark}")
}

/// A number of bytes in the unit that fits `measure`: decimal units, one or two digits behind the point.
fn scaled(bytes: u64, measure: u64) -> (String, &'static str) {
    const UNITS: [(&str, u64, usize); 4] =
        [("TB", 1_000_000_000_000, 2), ("GB", 1_000_000_000, 2), ("MB", 1_000_000, 1), ("kB", 1_000, 1)];
    match UNITS.iter().find(|(_, factor, _)| measure >= *factor) {
        Some((unit, factor, digits)) => {
            // Cut and not rounded: what is not whole is not shown so.
            let thousandths = bytes % factor / (factor / 1_000);
            let fraction = format!("{thousandths:03}");
            (format!("{}.{}", bytes / factor, fraction.get(..*digits).unwrap_or_default()), unit)
        }
        None => (bytes.to_string(), "B"),
    }
}

/// A time in at most two units.
fn span(seconds: u64) -> String {
    match seconds {
        0..=99 => format!("{seconds} s"),
        100..=5_999 => format!("{} min", seconds / 60),
        6_000..=359_999 => format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
        _ => format!("{} days", seconds / 86_400),
    }
}
