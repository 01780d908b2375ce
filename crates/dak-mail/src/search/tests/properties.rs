//! What holds for every text.

use proptest::prelude::*;

use super::*;

/// Pieces of searches, put together in any order.
fn any_query() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        4 => prop::sample::select(vec![
            " ", " ", " ", "(", ")", "{", "}", "\"", "“", "-", "+", " OR ", " AND ", " AROUND ", " AROUND 5 ", ":", "/", "<", ">",
        ]).prop_map(str::to_owned),
        3 => prop::sample::select(vec![
            "from:", "to:", "cc:", "bcc:", "subject:", "label:", "has:", "list:", "filename:", "in:", "is:", "after:", "before:",
            "older:", "newer:", "older_than:", "newer_than:", "deliveredto:", "category:", "size:", "larger:", "smaller:",
            "rfc822msgid:", "Re:",
        ]).prop_map(str::to_owned),
        4 => prop::sample::select(vec![
            "a", "me", "5", "10M", "2d", "2004/04/16", "inbox", "read", "trash", "nouserlabels", "attachment", "red-star",
            "primary", "খাবার", "x@y.z", "!", "😀", "\u{301}",
        ]).prop_map(str::to_owned),
        1 => "\\PC{0,5}",
    ];
    prop::collection::vec(pieces, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn a_tree_is_printed_as_a_search_of_the_same_tree(query in any_query()) {
        if let Ok(node) = parse(&query, &NOW) {
            let printed = node.to_string();
            prop_assert_eq!(parse(&printed, &NOW), Ok(node), "printed: {}", printed);
        }
    }

    #[test]
    fn trees_are_in_one_form(query in any_query()) {
        if let Ok(node) = parse(&query, &NOW) {
            prop_assert!(node.depth() <= DEPTH_MAX);
            check_form(&node);
        }
    }

    #[test]
    fn any_text_is_a_search_or_too_large(query in any::<String>()) {
        let refused = parse(&query, &NOW).err();
        prop_assert!(refused.is_none_or(|fault| fault.code == 400));
    }

    #[test]
    fn criteria_are_printed_as_a_search_of_the_same_tree(query in any_query(), subject in any_query()) {
        let asked = Criteria { from: &query, subject: &subject, negated_query: &query, ..Criteria::default() };
        if let Ok(node) = criteria(&asked, &NOW) {
            let printed = node.to_string();
            if node.depth() <= DEPTH_MAX {
                prop_assert_eq!(parse(&printed, &NOW), Ok(node), "printed: {}", printed);
            }
        }
    }

    #[test]
    fn spacing_again_changes_nothing(text in any::<String>()) {
        let once = spaced(&text).into_owned();
        prop_assert_eq!(spaced(&once), once.as_str());
    }
}

fn check_form(node: &Node) {
    match node {
        Node::And(nodes) => {
            assert!(nodes.len() > 1 && !nodes.iter().any(|node| matches!(node, Node::And(_) | Node::All)));
            nodes.iter().for_each(check_form);
        }
        Node::Or(nodes) => {
            assert!(nodes.len() > 1 && !nodes.iter().any(|node| matches!(node, Node::Or(_) | Node::All)));
            nodes.iter().for_each(check_form);
        }
        Node::Not(node) => {
            assert!(!matches!(**node, Node::Not(_) | Node::All));
            check_form(node);
        }
        _ => {}
    }
}
