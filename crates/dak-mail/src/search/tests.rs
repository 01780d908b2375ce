mod language;
mod leaves;
mod messages;
mod properties;

use super::*;

/// 2026-03-15T12:00:00Z.
const NOW: Context = Context { now_ms: 1_773_576_000_123 };

/// The tree of a search that is within the bounds.
fn tree(query: &str) -> Node {
    parse(query, &NOW).unwrap_or_else(|fault| panic!("{query}: {}", fault.message))
}

/// Each search is read as the second says it, and that is how its tree is printed.
fn check(cases: &[(&str, &str)]) {
    for (query, printed) in cases {
        let node = tree(query);
        assert_eq!(node.to_string(), *printed, "{query}");
        assert_eq!(tree(printed), node, "{query}");
    }
}
