//! The heads of requests and answers.

use anstyle::Style;

use crate::paint::{Palette, clean};

/// Prints an answer's head, with the empty line that ends it.
pub(crate) fn answer(
    version: &str,
    status: u16,
    reason: &str,
    headers: &[(String, String)],
    palette: Palette,
) -> String {
    let style = if status < 400 { palette.good } else { palette.bad };
    let line = format!("{} {}", dim(version, palette), styled(&format!("{status} {reason}"), style));
    lines(line.trim_end(), headers, palette)
}

/// Prints a request's head, with the empty line that ends it.
pub(crate) fn request(method: &str, target: &str, headers: &[(String, String)], palette: Palette) -> String {
    let line = format!("{} {} {}", styled(method, palette.good), clean::text(target), dim("HTTP/1.1", palette));
    lines(&line, headers, palette)
}

fn lines(first: &str, headers: &[(String, String)], palette: Palette) -> String {
    let mut text = format!("{first}\n");
    for (name, value) in headers {
        let name = styled(&clean::text(name), palette.key);
        text.push_str(&format!("{name}: {}\n", clean::text(value)));
    }
    text.push('\n');
    text
}

fn dim(text: &str, palette: Palette) -> String {
    styled(text, palette.dim)
}

fn styled(text: &str, style: Style) -> String {
    format!("{style}{text}{style:#}")
}
