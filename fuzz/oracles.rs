//! What each fuzz target demands of its input. Ordinary tests demand the same of the files in `corpus/`.

use dak_proto::fields::{MASK_CHARS_MAX, Mask};
use dak_proto::json::{DEPTH_MAX, Layout, canonical, parse_limited};

/// A mask that parses is printed as a mask that parses to the same; any other is refused with its text.
pub(crate) fn fields_parse(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    match Mask::parse(text) {
        Ok(mask) => prints_itself(&mask),
        Err(error) => assert!(error.fault(text).message.ends_with(text)),
    }
}

/// A line with a mask, then JSON: bytes and trees are narrowed alike. What is not JSON makes nothing panic.
pub(crate) fn fields_project(input: &[u8]) {
    let mut lines = input.splitn(2, |byte| *byte == b'\n');
    let (Some(text), Some(json)) = (lines.next(), lines.next()) else { return };
    let Ok(Ok(mask)) = std::str::from_utf8(text).map(Mask::parse) else { return };
    project(&mask, json, Layout::Compact);
    project(&mask, json, Layout::Pretty);
    let Ok(value) = parse_limited(json, DEPTH_MAX) else { return };
    let stored = canonical(&value);
    let kept = mask.apply(value);
    assert_eq!(project(&mask, &stored, Layout::Compact), kept.to_string().as_bytes());
    assert_eq!(project(&mask, &stored, Layout::Pretty), format!("{kept:#}").as_bytes());
}

fn prints_itself(mask: &Mask) {
    let printed = mask.to_string();
    if printed.chars().count() <= MASK_CHARS_MAX {
        assert_eq!(Mask::parse(&printed).as_ref(), Ok(mask));
    }
    assert_eq!(mask.clone().union(mask.clone()).as_ref(), Ok(mask));
}

fn project(mask: &Mask, json: &[u8], layout: Layout) -> Vec<u8> {
    let mut out = Vec::new();
    mask.project(json, layout, &mut out);
    out
}
