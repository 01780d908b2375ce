//! Which messages fulfil a search (`G40`), and the criteria of filters (`G44`).

use super::*;
use crate::labels::key;

/// A message as a test knows it, its words those between blanks.
struct Message {
    texts: &'static [(Field, &'static str)],
    labels: &'static [&'static str],
    time_ms: i64,
    size_bytes: u64,
}

const ME: &str = "me@example.com";

const LUNCH: Message = Message {
    texts: &[
        (Field::From, "Amy Poe amy@example.com"),
        (Field::To, "me@example.com"),
        (Field::To, "bob@example.org"),
        (Field::Cc, "bob@example.org"),
        (Field::Subject, "Lunch at noon"),
        (Field::Filename, "menu_2024.pdf"),
        (Field::Any, "Amy Poe amy@example.com"),
        (Field::Any, "Lunch at noon"),
        (Field::Any, "Shall we eat soup or bread today"),
        (Field::Any, "দুপুরের খাবার"),
    ],
    labels: &["INBOX", "UNREAD", "STARRED", "Work/To do"],
    time_ms: 1_773_576_000_000,
    size_bytes: 5_000,
};

fn words(text: &str) -> Vec<String> {
    let words = spaced(text).to_lowercase();
    words
        .split(|c: char| c.is_whitespace() || c.is_ascii_punctuation())
        .filter(|w| !w.is_empty())
        .map(Into::into)
        .collect()
}

impl Message {
    fn any_entry(&self, field: Field, test: impl Fn(&[String]) -> bool) -> bool {
        self.texts.iter().any(|(of, text)| *of == field && test(&words(text)))
    }
}

impl Facts for Message {
    fn has_words(&self, field: Field, text: &str) -> bool {
        let wanted = words(text);
        !wanted.is_empty() && self.any_entry(field, |entry| entry.windows(wanted.len()).any(|window| window == wanted))
    }

    fn has_near(&self, field: Field, first: &str, second: &str, words_between_max: u32) -> bool {
        self.any_entry(field, |entry| {
            let place = |text: &str| entry.iter().position(|word| word == text);
            let distance = place(first).zip(place(second)).map(|(a, b)| a.abs_diff(b));
            distance.is_some_and(|distance| (1..=words_between_max as usize + 1).contains(&distance))
        })
    }

    fn has_label(&self, id: &str) -> bool {
        self.labels.contains(&id)
    }

    fn has_label_called(&self, wanted: &str) -> bool {
        self.labels.iter().any(|label| key(label) == wanted)
    }

    fn has(&self, feature: Feature) -> bool {
        matches!(feature, Feature::Attachment | Feature::UserLabels)
    }

    fn has_me(&self, field: Field) -> bool {
        self.has_words(field, ME)
    }

    fn has_message_id(&self, id: &str) -> bool {
        id == "lunch@example.com"
    }

    fn time_ms(&self) -> i64 {
        self.time_ms
    }

    fn size_bytes(&self) -> u64 {
        self.size_bytes
    }
}

#[test]
fn messages_fulfil_searches() {
    for (query, expected) in [
        ("", true),
        ("soup", true),
        ("SOUP", true),
        ("soups", false),
        ("sou", false),
        ("soup bread", true),
        ("\"soup or bread\"", true),
        ("\"soup bread\"", false),
        ("soup OR cake", true),
        ("cake OR soup wine", false),
        ("-soup", false),
        ("-cake", true),
        ("-(cake soup)", true),
        ("-{cake soup}", false),
        ("দুপুরের", true),
        ("দুপুর", false),
        ("\"noon Shall\"", false),
        ("example", true),
        ("amy@example.com", true),
        ("from:amy", true),
        ("from:Poe", true),
        ("from:example.com", true),
        ("from:bob", false),
        ("to:bob", true),
        ("to:me", true),
        ("from:me", false),
        ("cc:me", false),
        ("to:me -cc:me", true),
        ("cc:bob bcc:bob", false),
        ("subject:(noon lunch)", true),
        ("subject:soup", false),
        ("filename:pdf", true),
        ("filename:menu", true),
        ("filename:menu_2024.pdf", true),
        ("filename:doc", false),
        ("soup AROUND 1 bread", true),
        ("bread AROUND 1 soup", true),
        ("soup AROUND 0 bread", false),
        ("in:inbox is:unread", true),
        ("is:read", false),
        ("in:archive", false),
        ("in:anywhere", true),
        ("in:sent", false),
        ("category:primary", false),
        ("has:yellow-star -has:red-star", true),
        ("label:work-to-do", true),
        ("label:work", false),
        ("has:attachment has:userlabels", true),
        ("has:nouserlabels", false),
        ("rfc822msgid:<lunch@example.com>", true),
        ("rfc822msgid:lunch", false),
        ("after:2026/03/15", true),
        ("before:2026/03/15", false),
        ("after:1773576000", true),
        ("before:1773576000", false),
        ("after:1773576001", false),
        ("newer_than:1d", true),
        ("older_than:1d", false),
        ("larger:4999 smaller:5001", true),
        ("larger:5000", false),
        ("smaller:5000", false),
        ("size:4K", true),
        ("larger:big", false),
    ] {
        assert_eq!(matches(&tree(query), &LUNCH), expected, "{query}");
    }
}

#[test]
fn states_are_rules_over_labels() {
    for (query, labels, expected) in [
        ("in:archive", "", true),
        ("in:archive", "UNREAD Label_1", true),
        ("in:archive", "SENT", false),
        ("in:archive", "TRASH", false),
        ("in:archive", "CHAT", false),
        ("is:read", "INBOX", true),
        ("has:yellow-star", "STARRED", true),
        ("has:yellow-star", "YELLOW_STAR", true),
        ("has:yellow-star", "STARRED RED_STAR", false),
        ("has:red-star", "STARRED RED_STAR", true),
        ("category:primary", "CATEGORY_PERSONAL", true),
        ("is:muted", "INBOX", false),
    ] {
        let Node::System(state) = tree(query) else { panic!("{query}") };
        assert_eq!(state.holds(|id| labels.split(' ').any(|label| label == id)), expected, "{query} {labels}");
    }
}

#[test]
fn criteria_are_a_search() {
    let none = Criteria::default();
    for (asked, printed) in [
        (none, ""),
        (Criteria { from: "amy@example.com", ..none }, r#"from:"amy@example.com""#),
        (Criteria { from: "a OR b", ..none }, r#"{from:"a" from:"b"}"#),
        (Criteria { from: "{a b}", ..none }, r#"{from:"a" from:"b"}"#),
        (Criteria { to: "me", ..none }, "to:me"),
        (Criteria { to: "(a OR b) -c", ..none }, r#"{to:"a" to:"b"} -to:"c""#),
        (Criteria { subject: "  Weekly   report ", ..none }, r#"subject:"Weekly report""#),
        (Criteria { subject: "[list] (a)", ..none }, r#"subject:"[list]" subject:"a""#),
        (Criteria { subject: "a OR b", ..none }, r#"{subject:"a" subject:"b"}"#),
        (Criteria { subject: "\"a b\" c", ..none }, r#"subject:"a b" subject:"c""#),
        (Criteria { subject: "“a b” c", ..none }, r#"subject:"a b" subject:"c""#),
        (Criteria { query: "a OR b", ..none }, r#"{"a" "b"}"#),
        (Criteria { negated_query: "a b", ..none }, r#"-("a" "b")"#),
        (Criteria { negated_query: "-a", ..none }, r#""a""#),
        (Criteria { negated_query: "!", ..none }, ""),
        (Criteria { has_attachment: true, ..none }, "has:attachment"),
        (Criteria { exclude_chats: true, ..none }, "-in:chats"),
        (Criteria { larger: Some(10), smaller: Some(20), ..none }, "larger:10 smaller:20"),
        (
            Criteria { from: "amy", to: "bob", subject: "x y", query: "z", has_attachment: true, ..none },
            r#"from:"amy" to:"bob" subject:"x y" "z" has:attachment"#,
        ),
    ] {
        let node = criteria(&asked, &NOW).unwrap();
        assert_eq!(node.to_string(), printed);
        assert_eq!(tree(printed), node);
    }
    let deep = "(".repeat(60);
    for asked in [Criteria { from: &deep, ..none }, Criteria { negated_query: &deep, ..none }] {
        assert_eq!(criteria(&asked, &NOW).unwrap_err().code, 400);
    }
}
