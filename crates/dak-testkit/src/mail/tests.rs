use super::Mails;

#[test]
fn the_same_seed_gives_the_same_mail() {
    let some = |seed| Mails::new(seed, "me@here.example").take(50).map(|mail| mail.raw).collect::<Vec<_>>();
    assert_eq!(some(1), some(1));
    assert_ne!(some(1), some(2));
}

#[test]
fn a_mailbox_has_what_mailboxes_have() {
    let mails: Vec<_> = Mails::new(7, "me@here.example").take(2000).collect();
    let texts: Vec<String> = mails.iter().map(|mail| String::from_utf8(mail.raw.clone()).expect("UTF-8")).collect();
    let with = |text: &str| texts.iter().filter(|mail| mail.contains(text)).count();
    let labelled = |label: &str| mails.iter().filter(|mail| mail.labels.iter().any(|have| have == label)).count();
    for text in ["In-Reply-To: ", "filename*=", "=?UTF-8?B?", "text/html", "List-ID: ", "Subject: Re: "] {
        assert!(with(text) > 20, "{text}: {}", with(text));
    }
    for label in ["INBOX", "SENT", "UNREAD", "SPAM", "TRASH", "STARRED", "CATEGORY_SOCIAL", "Projects/Number 3"] {
        assert!(labelled(label) > 5, "{label}: {}", labelled(label));
    }
    let conversations = mails.iter().map(|mail| mail.conversation).max().map_or(0, |last| last + 1);
    assert!((400..1600).contains(&conversations), "{conversations} conversations");
    assert!(mails.windows(2).all(|pair| pair[0].date_ms < pair[1].date_ms), "mail comes in the order of its time");
}

#[test]
fn lines_are_short_and_end_as_mail_does() {
    for mail in Mails::new(3, "me@here.example").take(300) {
        let text = String::from_utf8(mail.raw).expect("UTF-8");
        assert!(!text.replace("\r\n", "").contains(['\r', '\n']), "{text}");
        assert!(text.lines().all(|line| line.len() <= 998), "{text}");
        assert!(text.split("\r\n\r\n").next().is_some_and(str::is_ascii), "{text}");
    }
}
