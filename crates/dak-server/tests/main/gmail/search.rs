//! Searches by `q`, as clients send them (`G40`, `G41`, `G49`).

use serde_json::Value;

use super::{Post, ids};

const LUNCH: &str = "From: Amy Poe <amy@example.com>\nTo: you@example.com\nCc: bob@example.org\nSubject: Lunch at noon\n\
    Message-ID: <lunch@x>\n\nSoup or bread at the Café? See https://docs.google.com/document/d/1";
const REPORT: &str = "From: bob@example.org\nSubject: Weekly report\nMessage-ID: <report@x>\n\
    Content-Type: application/pdf; name=report_2026.pdf\n\nxxxx";
const FOOD: &str = "From: amy@example.com\nSubject: =?utf-8?b?4Kam4KeB4Kaq4KeB4Kaw?=\nContent-Type: text/plain; charset=utf-8\n\n\
    দুপুরের খাবার";

/// Which messages are found, by their place: lunch, report, food, spam, trash.
#[tokio::test]
async fn searches_find() {
    let post = Post::new().await;
    let mut made = Vec::new();
    for (mail, labels) in [
        (LUNCH, &["INBOX", "UNREAD", "STARRED"][..]),
        (REPORT, &["CATEGORY_UPDATES"]),
        (FOOD, &["INBOX"]),
        ("Subject: Lunch offer\n\nText", &["SPAM"]),
        ("Subject: Lunch was cold\n\nText", &["TRASH"]),
    ] {
        made.push(super::id(&post.insert(mail, labels).await));
    }
    for (query, expected) in [
        ("", "012"),
        ("lunch", "0"),
        ("LUNCH OR report", "01"),
        ("soup -bread", ""),
        ("\"soup or bread\"", "0"),
        ("soup AROUND 1 bread", "0"),
        ("soup|bread", ""),
        ("soup|or", "0"),
        ("café", "0"),
        ("CAFE\u{301}", "0"),
        ("cafe", ""),
        ("খাবার", "2"),
        ("subject:দুপুর", "2"),
        ("খাব", ""),
        ("from:amy", "02"),
        ("from:(amy OR bob) is:read", "12"),
        ("to:bob", "0"),
        ("cc:bob -to:you", ""),
        ("filename:pdf", "1"),
        ("has:attachment", "1"),
        ("has:document", "0"),
        ("rfc822msgid:<report@x>", "1"),
        ("in:inbox is:unread", "0"),
        ("is:starred", "0"),
        ("in:archive", "1"),
        ("category:updates", "1"),
        ("in:spam", "3"),
        ("in:trash", "4"),
        ("in:anywhere lunch", "034"),
        ("lunch in:trash OR in:spam", "34"),
        ("-in:trash lunch", "0"),
        ("has:nouserlabels", "012"),
        ("label:nothing", ""),
        ("-label:nothing", "012"),
        ("newer_than:1d", "012"),
        ("older_than:1d", ""),
        ("after:2026/11/28 before:2026/11/29", "012"),
        ("before:2026/11/28", ""),
        ("larger:1M", ""),
        ("smaller:1M", "012"),
        ("unknown:operator", ""),
        ("\"unbalanced (lunch", ""),
        ("(lunch", "0"),
    ] {
        for noun in ["messages", "threads"] {
            let list = post.get(&format!("{noun}?q={}", encoded(query))).await;
            let mut places: Vec<usize> =
                ids(&list[noun]).iter().map(|id| made.iter().position(|made| made == id).unwrap()).collect();
            places.sort_unstable();
            let places: String = places.iter().map(ToString::to_string).collect();
            assert_eq!(places, expected, "{noun}: {query}");
            assert_eq!(list["resultSizeEstimate"], expected.len(), "{noun}: {query}");
        }
    }
    let everything = post.get("messages?q=lunch&includeSpamTrash=true").await;
    assert_eq!(ids(&everything["messages"]).len(), 3);
    let narrowed = post.get("messages?q=lunch&labelIds=TRASH").await;
    assert_eq!(ids(&narrowed["messages"]), [made[4].clone()]);
}

/// Labels are found by their names, however their separators are written, and by their ids.
#[tokio::test]
async fn labels_are_found_by_name_and_id() {
    let post = Post::new().await;
    let label = |name: &'static str| post.call(200, "POST labels", serde_json::json!({"name": name}));
    let (work, other) = (super::id(&label("Work/To do").await), super::id(&label("Label_1").await));
    assert_eq!((&*work, &*other), ("Label_1", "Label_2"));
    let at_work = super::id(&post.insert("Subject: a\n\nText", &[&work]).await);
    let elsewhere = super::id(&post.insert("Subject: b\n\nText", &[&other]).await);
    let nowhere = super::id(&post.insert("Subject: c\n\nText", &[]).await);
    for (query, expected) in [
        ("label:work-to-do", vec![&at_work]),
        ("label:\"WORK/to do\"", vec![&at_work]),
        ("label:Label_1", vec![&elsewhere]),
        ("label:label_2", vec![&elsewhere]),
        ("label:work", vec![]),
        (&format!("label:{}", "x".repeat(20_000)), vec![]),
        ("{label:work-to-do label:label_2}", vec![&elsewhere, &at_work]),
        ("has:userlabels", vec![&elsewhere, &at_work]),
        ("has:nouserlabels", vec![&nowhere]),
    ] {
        let list = post.get(&format!("messages?q={}", encoded(query))).await;
        assert_eq!(ids(&list["messages"]).iter().collect::<Vec<_>>(), expected, "{query}");
    }
}

/// A search that is too large changes nothing and says why.
#[tokio::test]
async fn searches_are_bounded() {
    let post = Post::new().await;
    for (query, message) in [
        ("x+".repeat(1_001), "The search has more than 1,000 terms."),
        ("(".repeat(51), "The search nests more than 50 levels deep."),
        ("has:yellow-star+".repeat(1_000), "The search is too long or nests too deep."),
    ] {
        let (told, _) = post.refused(400, &format!("GET messages?q={query}"), Value::Null).await;
        assert_eq!(told, message);
    }
}

/// What a search finds may change although nothing was written.
#[tokio::test]
async fn searches_that_time_changes_have_no_version() {
    let post = Post::new().await;
    post.fill(&["a"]).await;
    for (query, has_version) in [("a", true), ("newer_than%3A1d", false)] {
        for noun in ["messages", "threads"] {
            let told = post.stage.send(&format!("GET /gmail/v1/users/me/{noun}?q={query}")).await;
            assert_eq!(!told.header("etag").is_empty(), has_version, "{noun} {query}");
        }
    }
}

/// Every byte of a query, as a URL has it.
fn encoded(query: &str) -> String {
    query.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
