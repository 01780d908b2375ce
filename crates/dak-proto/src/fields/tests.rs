mod check;
mod generate;
mod malformed;
mod properties;
mod semantics;

use super::*;

/// The mask of a text that is known to be good.
fn mask(text: &str) -> Mask {
    Mask::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// A document narrowed by its bytes.
fn projected(text: &str, json: &str, layout: Layout) -> String {
    let mut out = Vec::new();
    mask(text).project(json.as_bytes(), layout, &mut out);
    String::from_utf8(out).unwrap()
}

pub(crate) use generate::{any_mask, any_value};
