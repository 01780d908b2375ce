//! What a download is called when nobody has said so.

#[cfg(test)]
mod tests;

use dak_proto::content_disposition;
use http::HeaderMap;
use http::header::CONTENT_DISPOSITION;
use percent_encoding::percent_decode_str;
use url::Url;

use super::beside::{NEXT_NOTE, NOTE, PART};

/// The name of what has none.
const NAMELESS: &str = "download";

/// The most bytes of a name: file systems take 255, and the names beside it are longer.
const NAME_BYTES_MAX: usize = 200;

/// The name in the answer's `Content-Disposition`, if it is fit to be a file's.
pub(crate) fn of_answer(headers: &HeaderMap) -> Option<String> {
    safe(&content_disposition::file_name(headers.get(CONTENT_DISPOSITION)?)?)
}

/// The last part of the URL's path.
pub(crate) fn of_url(url: &Url) -> String {
    let last = url.path_segments().and_then(|mut parts| parts.rfind(|part| !part.is_empty()));
    let name = last.and_then(|part| safe(&percent_decode_str(part).decode_utf8_lossy()));
    name.unwrap_or_else(|| NAMELESS.to_owned())
}

/// A stranger's name made fit for a file here: its last part, without dots and blanks in front, without anything that
/// a terminal or another system's files would not take. It is neither a flag nor what another download would take for its
/// own beginning. `None` if nothing is left.
pub(crate) fn safe(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let kept: String = last.chars().map(|letter| if is_fit(letter) { letter } else { '_' }).collect();
    let kept = kept.trim_start_matches(|letter: char| letter == '.' || letter.is_whitespace());
    let kept = kept.get(..kept.floor_char_boundary(NAME_BYTES_MAX)).unwrap_or(kept);
    let kept = kept.trim_end_matches(|letter: char| letter == '.' || letter.is_whitespace());
    (!kept.is_empty()).then(|| unlike_ours(&unlike_flag(kept)))
}

/// A hyphen in front makes a flag of a name where somebody types `*`.
fn unlike_flag(name: &str) -> String {
    name.strip_prefix('-').map_or_else(|| name.to_owned(), |rest| format!("_{rest}"))
}

/// Whoever names such a file could put down what a download of somebody else's would go on from. Case does not matter,
/// as some file systems do not know it.
fn unlike_ours(name: &str) -> String {
    let ours = [NEXT_NOTE, NOTE, PART].iter().find_map(|ours| {
        let at = name.len().checked_sub(ours.len())?;
        name.get(at..)?.eq_ignore_ascii_case(ours).then_some(at)
    });
    match ours.and_then(|at| name.split_at_checked(at)) {
        Some((stem, ending)) => format!("{stem}{}", ending.replacen('.', "_", 1)),
        None => name.to_owned(),
    }
}

/// Neither a control character, nor one that turns the direction of writing (which can hide a name's ending), nor one
/// that means something in paths elsewhere.
fn is_fit(letter: char) -> bool {
    let turns = matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    !letter.is_control() && !turns && !"<>:\"|?*".contains(letter)
}
