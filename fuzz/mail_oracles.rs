//! What the fuzz targets over mail demand of their input. Ordinary tests demand the same of the files in `corpus/`.

use dak_mail::search::{Context, DEPTH_MAX, parse};

/// 2026-03-15T12:00:00Z.
const NOW: Context = Context { now_ms: 1_773_576_000_000 };

/// Every text is a search or too large, and a tree is printed as a search that is read as the same tree.
pub(crate) fn mail_search(input: &[u8]) {
    let Ok(query) = std::str::from_utf8(input) else { return };
    match parse(query, &NOW) {
        Ok(tree) => {
            assert!(tree.depth() <= DEPTH_MAX);
            assert_eq!(parse(&tree.to_string(), &NOW), Ok(tree));
        }
        Err(fault) => assert_eq!(fault.code, 400),
    }
}
