mod engine;

use serde_json::json;

use super::*;

/// 2026-03-15T12:00:00Z.
const NOW: Context = Context { now_ms: 1_773_576_000_000 };

fn tree(query: &str) -> Node {
    search::parse(query, &NOW).unwrap()
}

/// The names of a mailbox that has these labels, pairs of key and id.
fn names<'a>(me: &str, labels: impl IntoIterator<Item = (&'a str, &'a str)>) -> Names {
    let labels = labels.into_iter().map(|(key, id)| (key.to_owned(), id.to_owned())).collect();
    Names { me: me.into(), labels, gone: None }
}

fn asked(query: &str) -> Filter {
    filter(&tree(query), &names("me@example.com", [("work-to-do", "Label_1")]))
}

fn tags(ids: &[&str]) -> Filter {
    any(ids)
}

#[test]
fn labels_are_found_by_what_they_are_called() {
    for (query, expected) in [
        ("label:work-to-do", label("Label_1")),
        ("label:\"Work/To do\"", label("Label_1")),
        ("in:work-to-do", label("Label_1")),
        ("label:nothing", Filter::Or(Vec::new())),
        ("-label:nothing", not(Filter::Or(Vec::new()))),
        ("label:inbox", label("INBOX")),
    ] {
        assert_eq!(asked(query), expected, "{query}");
    }
}

#[test]
fn states_are_tags() {
    for (query, expected) in [
        ("in:anywhere", Filter::All),
        ("is:unread", label("UNREAD")),
        ("is:read", not(label("UNREAD"))),
        ("in:archive", not(tags(&["INBOX", "SENT", "DRAFT", "SPAM", "TRASH", "CHAT"]))),
        ("category:social", label("CATEGORY_SOCIAL")),
        ("has:red-star", label("RED_STAR")),
        ("has:attachment", Filter::Tag("has=attachment".into())),
        ("has:nouserlabels", not(Filter::Tag("has=userlabels".into()))),
    ] {
        assert_eq!(asked(query), expected, "{query}");
    }
    let Filter::And(parts) = asked("has:yellow-star") else { panic!() };
    assert_eq!(parts[0], tags(&["YELLOW_STAR", "STARRED"]));
}

#[test]
fn few_sizes_are_sought_by_their_classes() {
    for (query, expected) in [
        ("larger:20K", sizes::from((20 << 10) + 1)),
        ("smaller:20K", sizes::below(20 << 10)),
        ("larger:18446744073709551615", sizes::from(u64::MAX)),
        (&"larger:9 ".repeat(8), Filter::And(vec![sizes::from(10); 8])),
        (&"larger:9 ".repeat(9), Filter::And(vec![sizes::range(Some(10), None); 9])),
    ] {
        assert_eq!(asked(query), expected, "{query}");
    }
}

#[test]
fn words_are_sought_in_their_field() {
    for (query, expected) in [
        ("lunch", Filter::phrase("lunch")),
        ("amy@example.com", Filter::phrase("amy@example com")),
        ("subject:\"at noon\"", Filter::phrase("at noon").within("subject")),
        ("to:me", Filter::phrase("me@example com").within("to")),
        ("from:(a OR b)", Filter::Or(vec![Filter::phrase("a").within("from"), Filter::phrase("b").within("from")])),
        ("filename:a_b.pdf", Filter::phrase("a b pdf").within("filename")),
        ("a AROUND 3 b", Filter::near("a", "b", 3)),
        ("subject:\"a.b AROUND 3 c_d\"", Filter::near("a b", "c d", 3).within("subject")),
        ("rfc822msgid:<a@b>", Filter::Tag("messageId=a@b".into())),
    ] {
        assert_eq!(asked(query), expected, "{query}");
    }
}

#[test]
fn spam_and_trash_are_hidden_unless_they_are_asked_for() {
    let labels = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<String>>();
    for (query, asked, expected) in [
        ("", "", not(tags(&["SPAM", "TRASH"]))),
        ("-in:trash", "INBOX", not(tags(&["SPAM", "TRASH"]))),
        ("in:trash", "", Filter::Or(vec![label("TRASH"), not(label("SPAM"))])),
        ("", "TRASH", Filter::Or(vec![label("TRASH"), not(label("SPAM"))])),
        ("in:spam OR lunch", "", Filter::Or(vec![label("SPAM"), not(label("TRASH"))])),
        ("in:spam", "TRASH", Filter::All),
        ("in:anywhere lunch", "", Filter::All),
    ] {
        assert_eq!(shown(&tree(query), &labels(asked)), expected, "{query} {asked}");
    }
}

#[test]
fn only_some_searches_change_with_time() {
    for (query, expected) in [
        ("lunch after:2004/04/16", true),
        ("newer_than:1d", false),
        ("lunch OR (x -older_than:2y)", false),
        ("older_than:soon", true),
        ("", true),
    ] {
        assert_eq!(is_lasting(query, &tree(query)), expected, "{query}");
    }
}

#[test]
fn criteria_as_the_api_shows_them() {
    for (shown, printed) in [
        (json!({}), ""),
        (json!({"from": "a OR b", "to": "me"}), r#"{from:"a" from:"b"} to:me"#),
        (json!({"subject": "at noon", "query": "x", "negatedQuery": "y z"}), r#"subject:"at noon" "x" -("y" "z")"#),
        (json!({"hasAttachment": true, "excludeChats": true}), "has:attachment -in:chats"),
        (json!({"hasAttachment": false, "size": 7}), ""),
        (json!({"size": 7, "sizeComparison": "larger"}), "larger:7"),
        (json!({"size": 7, "sizeComparison": "smaller"}), "smaller:7"),
    ] {
        assert_eq!(criteria(&shown, &NOW).unwrap().to_string(), printed);
    }
    assert_eq!(criteria(&json!({"query": "(".repeat(60)}), &NOW).unwrap_err().code, 400);
}
