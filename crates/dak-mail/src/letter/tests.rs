use super::{Attachment, Letter};
use crate::mime::{Address, AddressField, Limits, Mail};

fn letter() -> Letter {
    Letter {
        message_id: "2@example.com".to_owned(),
        references: vec!["0@example.com".to_owned(), "1@example.com".to_owned()],
        date_ms: 1_795_332_103_000,
        from: vec!["রিনা <rina@example.com>".parse().unwrap()],
        to: vec!["karim@example.com".parse().unwrap(), "\"Q, R\" <q@example.com>".parse().unwrap()],
        subject: "ছুটি\r\nBcc: evil@example.com".to_owned(),
        text: "কাল\nFrom here\n".to_owned(),
        ..Letter::default()
    }
}

#[test]
fn what_is_written_is_read() {
    let long = "x".repeat(2000);
    for (html, text, count) in [
        (None, "কাল\nFrom here\n".to_owned(), 0),
        (Some("<p>কাল</p>"), "plain".to_owned(), 0),
        (Some("<p>only</p>"), String::new(), 0),
        (Some("<p>all</p>"), long, 2),
        (None, "--=mixed=0000000000000000".to_owned(), 1),
    ] {
        let attachment = |number: usize| Attachment {
            filename: format!("ছুটি {number}.bin"),
            mime_type: "application/octet-stream".to_owned(),
            bytes: vec![255; 1000 * number],
        };
        let letter = Letter {
            text: text.clone(),
            html: html.map(str::to_owned),
            attachments: (0..count).map(attachment).collect(),
            ..letter()
        };
        let raw = letter.to_bytes();
        assert!(raw.split(|byte| *byte == b'\n').all(|line| line.len() <= 999));
        let mail = Mail::parse(&raw, &Limits::default());
        assert_eq!(mail.subject().unwrap(), "ছুটি  Bcc: evil@example.com");
        assert_eq!((mail.message_id().unwrap().as_str(), mail.references()), ("2@example.com", letter.references));
        assert_eq!(mail.date_ms(), Some(letter.date_ms));
        let to: Vec<String> =
            mail.addresses(AddressField::To).into_iter().map(|to| to.name + " " + &to.address).collect();
        assert_eq!(to, [" karim@example.com", "Q, R q@example.com"]);
        assert_eq!(mail.addresses(AddressField::From)[0].name, "রিনা");
        assert_eq!(mail.filenames(), (0..count).map(|number| format!("ছুটি {number}.bin")).collect::<Vec<_>>());
        let said = html.unwrap_or(&text);
        let words: String = said.split(['<', '>', '/']).filter(|word| !["p", ""].contains(word)).collect();
        let start: String = words.split_whitespace().next().unwrap_or_default().chars().take(20).collect();
        assert!(mail.snippet().contains(&start), "{} {start}", mail.snippet());
    }
}

#[test]
fn addresses_are_read() {
    for (text, wanted) in [
        ("a@x", Some(("", "a@x"))),
        ("<a@x>", Some(("", "a@x"))),
        (" Karim  <a@x> ", Some(("Karim", "a@x"))),
        ("\"A, \\\"B\\\"\" <a@x>", Some(("A, \"B\"", "a@x"))),
        ("Karim", None),
        ("a@", None),
        ("@x", None),
        ("a@x, b@x", None),
        ("", None),
    ] {
        let found = text.parse::<Address>().ok();
        assert_eq!(found.as_ref().map(|found| (found.name.as_str(), found.address.as_str())), wanted, "{text}");
    }
}
