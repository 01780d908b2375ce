//! What single operators mean (`G40`), times and sizes (`G43`) among them.

use super::*;

#[test]
fn fields() {
    check(&[
        ("from:amy to:bob cc:carl bcc:dora", r#"from:"amy" to:"bob" cc:"carl" bcc:"dora""#),
        ("deliveredto:amy@example.com", r#"deliveredto:"amy@example.com""#),
        ("list:info@example.com", r#"list:"info@example.com""#),
        ("filename:pdf filename:homework.txt", r#"filename:"pdf" filename:"homework.txt""#),
        ("from:me to:ME cc:me", "from:me to:me cc:me"),
        ("deliveredto:me bcc:me", "deliveredto:me bcc:me"),
        ("from:(me OR amy)", r#"{from:me from:"amy"}"#),
        ("-from:me", "-from:me"),
        ("subject:me", r#"subject:"me""#),
        ("list:me filename:me", r#"list:"me" filename:"me""#),
    ]);
}

#[test]
fn places_and_states() {
    check(&[
        ("in:anywhere in:inbox in:sent in:drafts", "in:anywhere in:inbox in:sent in:drafts"),
        ("in:draft in:trash in:bin in:spam", "in:drafts in:trash in:trash in:spam"),
        ("in:snoozed in:archive in:chats in:chat", "in:snoozed in:archive in:chats in:chats"),
        ("in:scheduled IN:INBOX", "in:scheduled in:inbox"),
        ("is:unread is:read is:starred is:important", "is:unread is:read is:starred is:important"),
        ("is:muted is:snoozed is:chat", "is:muted in:snoozed in:chats"),
        ("in:unread is:inbox is:sent", "is:unread in:inbox in:sent"),
        ("label:inbox label:UNREAD label:Starred", "in:inbox is:unread is:starred"),
        ("label:sent label:trash label:spam label:draft", "in:sent in:trash in:spam in:drafts"),
        ("label:CATEGORY_SOCIAL label:category_updates", "category:social category:updates"),
        ("label:YELLOW_STAR label:red_bang", "has:yellow-star has:red-bang"),
        ("in:\"inbox\"", "in:inbox"),
        ("-in:trash", "-in:trash"),
    ]);
}

#[test]
fn categories_and_stars() {
    for name in ["primary", "social", "promotions", "updates", "forums", "reservations", "purchases"] {
        check(&[(&format!("category:{name}"), &format!("category:{name}"))]);
    }
    for name in [
        "yellow-star",
        "orange-star",
        "red-star",
        "purple-star",
        "blue-star",
        "green-star",
        "red-bang",
        "orange-guillemet",
        "yellow-bang",
        "green-check",
        "blue-info",
        "purple-question",
    ] {
        check(&[(&format!("has:{name}"), &format!("has:{name}"))]);
        check(&[(&format!("has:{}", name.to_uppercase()), &format!("has:{name}"))]);
    }
    check(&[("category:Primary", "category:primary"), ("category:personal", "category:primary")]);
}

#[test]
fn features() {
    check(&[
        ("has:attachment has:drive has:document", "has:attachment has:drive has:document"),
        ("has:spreadsheet has:presentation has:youtube", "has:spreadsheet has:presentation has:youtube"),
        ("has:userlabels has:nouserlabels", "has:userlabels -has:userlabels"),
        ("HAS:Attachment", "has:attachment"),
        ("has:(attachment youtube)", "has:attachment has:youtube"),
    ]);
}

#[test]
fn labels_of_the_user() {
    check(&[
        ("label:friends", r#"label:"friends""#),
        ("label:Friends", r#"label:"friends""#),
        ("label:my-label", r#"label:"my-label""#),
        ("label:\"My Label\"", r#"label:"my-label""#),
        ("label:work/to-do", r#"label:"work-to-do""#),
        ("label:\"A&E\"", r#"label:"a-e""#),
        ("label:A&E", r#"label:"a-e""#),
        ("label:Label_12", r#"label:"label_12""#),
        ("label:archive label:anywhere label:read", r#"label:"archive" label:"anywhere" label:"read""#),
        ("in:friends", r#"label:"friends""#),
        ("is:friends", r#"label:"friends""#),
        ("label:-x-", r#"label:"-x-""#),
        ("label:", ""),
    ]);
}

#[test]
fn a_search_tells_which_labels_it_names() {
    for (query, expected) in [
        ("label:work", vec!["work"]),
        ("a OR -(b label:Work/2) label:work", vec!["work-2", "work"]),
        ("in:somewhere", vec!["somewhere"]),
        ("label:inbox in:trash is:read a", vec![]),
        ("", vec![]),
    ] {
        assert_eq!(tree(query).labels(), expected, "{query}");
    }
}

#[test]
fn message_ids() {
    check(&[
        ("rfc822msgid:200503292@example.com", r#"rfc822msgid:"200503292@example.com""#),
        ("rfc822msgid:<200503292@example.com>", r#"rfc822msgid:"200503292@example.com""#),
        ("rfc822msgid:\"<A.b+c=d@x>\"", r#"rfc822msgid:"A.b+c=d@x""#),
        ("rfc822msgid:\"< a >\"", r#"rfc822msgid:"a""#),
        ("Rfc822MsgId:a@b", r#"rfc822msgid:"a@b""#),
    ]);
}

/// 2004-04-16 begins in UTC-8.
const APRIL_16: i64 = 1_082_102_400;

#[test]
fn dates_are_midnight_in_utc_minus_8() {
    for text in [
        "2004/04/16",
        "2004/4/16",
        "2004-04-16",
        "2004-4-16",
        "2004.04.16",
        "04/16/2004",
        "4/16/2004",
        "16/04/2004",
        "16.4.2004",
        "1082102400",
    ] {
        for (operator, is_after) in [("after", true), ("newer", true), ("before", false), ("older", false)] {
            let time_ms = APRIL_16 * 1_000;
            let expected = if is_after { Node::After(time_ms) } else { Node::Before(time_ms) };
            assert_eq!(tree(&format!("{operator}:{text}")), expected, "{operator}:{text}");
        }
    }
    check(&[
        ("after:2004/04", "after:1080806400"),
        ("after:1970/01/01", "after:28800"),
        ("after:1960/01/01", "after:-315590400"),
        ("after:0", "after:0"),
        ("after:-5", "after:-5"),
        ("before:2024/02/29", "before:1709193600"),
        ("after:2024/07/01", "after:1719820800"),
        ("after:(2004/04/16)", "after:1082102400"),
    ]);
}

#[test]
fn what_is_no_date_is_text() {
    for text in [
        "2004/13/01",
        "2004/02/30",
        "2023/02/29",
        "04/16/04",
        "2004/4/16/1",
        "20040/1/1",
        "2004//1",
        "-2004/1/1",
        "tomorrow",
        "99999999999999999999",
        "9223372036854775807",
        "２００４/04/16",
        "13/13/2004",
    ] {
        let query = format!("after:{text}");
        assert_eq!(tree(&query), Node::Words { field: Field::Any, text: query.clone() });
    }
}

#[test]
fn how_long_ago() {
    // 2026-03-15T12:00:00Z is four in the morning of the same day in UTC-8.
    let now = NOW.now_ms / 1_000;
    for (text, seconds) in [
        ("0d", now),
        ("1d", now - 86_400),
        ("2D", now - 2 * 86_400),
        ("12h", now - 12 * 3_600),
        ("1w", now - 7 * 86_400),
        ("1m", now - 28 * 86_400),
        ("12m", now - 365 * 86_400),
        ("1y", now - 365 * 86_400),
        ("2y", now - 730 * 86_400),
    ] {
        assert_eq!(tree(&format!("newer_than:{text}")), Node::After(seconds * 1_000), "{text}");
        assert_eq!(tree(&format!("older_than:{text}")), Node::Before(seconds * 1_000), "{text}");
    }
    for text in ["1", "d", "-1d", "1.5d", "1x", "99999999999999999999d", "999999999999d", "1dd", "20000y"] {
        let query = format!("older_than:{text}");
        assert_eq!(tree(&query), Node::Words { field: Field::Any, text: query.clone() });
    }
}

#[test]
fn sizes() {
    for (text, bytes) in [
        ("1000000", 1_000_000),
        ("0", 0),
        ("10M", 10 << 20),
        ("10m", 10 << 20),
        ("500K", 500 << 10),
        ("500kb", 500 << 10),
        ("1G", 1 << 30),
        ("7b", 7),
    ] {
        assert_eq!(tree(&format!("larger:{text}")), Node::Larger(bytes), "{text}");
        assert_eq!(tree(&format!("size:{text}")), Node::Larger(bytes), "{text}");
        assert_eq!(tree(&format!("smaller:{text}")), Node::Smaller(bytes), "{text}");
    }
    for text in ["M", "10T", "1.5M", "-1", "99999999999999999999", "99999999999G", "10 M"] {
        assert!(!matches!(tree(&format!("larger:\"{text}\"")), Node::Larger(_)), "{text}");
    }
}

#[test]
fn links_tell_what_is_in_a_message() {
    for (text, expected) in [
        ("see https://docs.google.com/document/d/1", vec![Feature::Drive, Feature::Document]),
        ("https://docs.google.com/spreadsheets/d/1", vec![Feature::Drive, Feature::Spreadsheet]),
        ("https://docs.google.com/presentation/d/1", vec![Feature::Drive, Feature::Presentation]),
        ("https://drive.google.com/file/d/1", vec![Feature::Drive]),
        ("https://youtu.be/x https://www.youtube.com/watch?v=x", vec![Feature::Youtube]),
        ("nothing here", vec![]),
    ] {
        assert_eq!(Feature::linked(text), expected, "{text}");
    }
}

#[test]
fn what_stands_by_itself() {
    for (text, expected) in [
        ("plain text", "plain text"),
        ("amy@example.com", "amy@example com"),
        ("report_2024.pdf", "report 2024 pdf"),
        ("Re:lunch", "Re lunch"),
        ("3.14", "3.14"),
        ("v2.0.1.tar.gz", "v2.0.1 tar gz"),
        ("2024_01", "2024 01"),
        ("12:30", "12 30"),
        (".hidden.", " hidden "),
        ("৩.১৪ কিমি.", "৩.১৪ কিমি "),
    ] {
        assert_eq!(spaced(text), expected);
    }
}

#[test]
fn hidden_mail_is_shown_to_who_asks_for_it() {
    for (query, spam, trash) in [
        ("dinner", false, false),
        ("in:spam", true, false),
        ("in:trash dinner", false, true),
        ("label:TRASH", false, true),
        ("in:anywhere", true, true),
        ("in:spam OR in:trash", true, true),
        ("-in:trash", false, false),
        ("-in:spam -in:trash dinner", false, false),
        ("{dinner (a in:trash)}", false, true),
        ("in:archive", false, false),
    ] {
        let node = tree(query);
        assert_eq!((node.asks_for("SPAM"), node.asks_for("TRASH")), (spam, trash), "{query}");
    }
}
