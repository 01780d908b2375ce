use dak_store::Segment;
use serde_json::json;

use super::*;
use crate::services::gmail::mail::Letter;

fn head() -> Head {
    Head { thread_id: "1234567890abcdef".into(), internal_date_ms: 5, size: 7, ..Head::default() }
}

/// What is written is read again.
#[test]
fn heads() {
    let segment = Segment { name: "0".repeat(32), length: 7 };
    for head in [
        head(),
        Head { label_ids: vec!["INBOX".into(), "Label_1".into()], ..head() },
        Head { draft: Some("r-1".into()), ..head() },
        Head { segments: vec![segment], ..head() },
        Head { was_in_inbox: true, ..head() },
        Head { classification: vec![json!({"labelId": "a", "fields": []})], ..head() },
    ] {
        assert_eq!(Head::parse(&head.to_bytes()), Ok(head));
    }
    for broken in ["", "{}", r#"{"threadId":1,"internalDate":1,"size":1}"#, r#"{"threadId":"a","size":1}"#] {
        assert!(Head::parse(broken.as_bytes()).is_err(), "{broken}");
    }
}

#[test]
fn labels() {
    let mut head = Head { label_ids: vec!["A".into(), "B".into()], ..head() };
    head.remove("A");
    assert_eq!((head.has("A"), head.has("B")), (false, true));
}

/// Of a body no more is read for indexes than its facts may be.
#[test]
fn facts_are_bounded() {
    let long = |word: &str| word.repeat(100_000);
    for word in ["a", "\u{1}", "\u{e000}\u{301}", "<b>&amp;\"\\"] {
        let mail = format!("Message-ID: <{}@b>\nSubject: {}\n\n{}", word.repeat(240), long(word), long(word));
        let body = Letter::read(mail.as_bytes()).facts.with_mail(mail.as_bytes());
        let whole = Facts::of(&body);
        assert!(!whole.subject.is_empty() && Facts::of(&body[..FACTS_BYTES_MAX]) == whole, "{word}");
    }
}

/// Facts and mail stand in one body, whatever is in them.
#[test]
fn bodies() {
    for (snippet, mail) in [("", &b""[..]), ("a\nb \"c\"", b"Subject: a\r\n\r\nb"), ("\u{995}", b"\n\n\xff\0")] {
        let facts = Facts {
            snippet: snippet.into(),
            message_id: "a@b".into(),
            subject: "c".into(),
            tags: vec!["has=attachment".into()],
        };
        let body = facts.with_mail(mail);
        assert_eq!((Facts::of(&body), Content::of(&body)), (facts.clone(), Content::Mail(mail.into())));
        let text = vec![(String::new(), "x\ny".to_owned()), ("from".into(), snippet.into())];
        let body = facts.with_text(&text);
        assert_eq!((Facts::of(&body), Content::of(&body)), (facts, Content::Text(text)));
    }
}
