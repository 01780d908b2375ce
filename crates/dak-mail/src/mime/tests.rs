use std::borrow::Cow;

use super::{Address, AddressField, Body, Limits, Mail, Part, headers, snippet};

fn parse(raw: &[u8]) -> Mail<'_> {
    Mail::parse(raw, &Limits::default())
}

/// One line for each part: its id, type, what it holds, and its name.
fn outline(raw: &str) -> Vec<String> {
    let raw = raw.replace('\n', "\r\n");
    let mut lines = Vec::new();
    add_outline(&parse(raw.as_bytes()).root, &mut lines);
    lines
}

fn add_outline(part: &Part<'_>, lines: &mut Vec<String>) {
    let Part { part_id, mime_type, filename, .. } = part;
    let body = match &part.body {
        Body::Container => "parts".to_owned(),
        Body::Inline { size, text } => format!("{size} {text:?}"),
        Body::Attachment { size } => format!("{size}"),
    };
    lines.push(format!("{part_id} {mime_type} {body} {filename}").trim().to_owned());
    part.parts.iter().for_each(|part| add_outline(part, lines));
}

/// G20.
#[test]
fn trees() {
    let cases: &[(&str, &[&str])] = &[
        ("Subject: s\n\ntext\n", &[r#"text/plain 6 "text\r\n""#]),
        ("", &[r#"text/plain 0 """#]),
        ("\nSubject: s\n", &[r#"text/plain 12 "Subject: s\r\n""#]),
        ("Subject: s\nno field\n\ntext", &[r#"text/plain 16 "no field\r\n\r\ntext""#]),
        ("Content-Type: text\n\nx", &[r#"text/plain 1 "x""#]),
        ("Content-Type: TEXT/HTML charset=utf-8\n\nx", &[r#"text/html 1 "x""#]),
        ("Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n\naGk=\n", &["application/pdf 2"]),
        (
            "Content-Type: multipart/mixed; boundary=a\n\npreamble\n--a\n\none\n--a\nContent-Type: text/html\n\ntwo\n\n--a--\nend\n",
            &["multipart/mixed parts", r#"0 text/plain 3 "one""#, r#"1 text/html 5 "two\r\n""#],
        ),
        (
            "Content-Type: multipart/mixed; boundary=\"a b:c\"\n\n--a b:c  \nContent-Type: multipart/alternative; boundary=a\n\n\
             --a\n\n1\n--a\nContent-Type: text/html\n\n2\n--a--\n--a b:c\nContent-Type: image/png; name=p.png\n\n3\n--a b:c--\n",
            &[
                "multipart/mixed parts",
                "0 multipart/alternative parts",
                r#"0.0 text/plain 1 "1""#,
                r#"0.1 text/html 1 "2""#,
                "1 image/png 1 p.png",
            ],
        ),
        // A container that was not closed ends with the one around it, or with the mail.
        (
            "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n1\n--a\n\n2",
            &["multipart/mixed parts", "0 multipart/mixed parts", r#"0.0 text/plain 1 "1""#, r#"1 text/plain 1 "2""#],
        ),
        // A part that has no empty line, one that has nothing else, and lines that hold no part.
        (
            "Content-Type: multipart/mixed; boundary*=\"''%61\"\n\n--a\n--a\nContent-Type: image/gif\n--a\n\n--a\n--a--\n",
            &["multipart/mixed parts", "0 image/gif 0", r#"1 text/plain 0 """#],
        ),
        // What has no boundary, or another than it says, is text.
        ("Content-Type: multipart/mixed\n\n--a\n\n1\n", &[r#"text/plain 10 "--a\r\n\r\n1\r\n""#]),
        ("Content-Type: multipart/mixed; boundary=b\n\n--a\n", &[r#"text/plain 5 "--a\r\n""#]),
        (
            "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: message/rfc822\n\nSubject: in\n\
             Content-Type: multipart/mixed; boundary=b\n\n--b\n\n1\n--b--\n--a\n\n2\n--a--\n",
            &[
                "multipart/mixed parts",
                "0 message/rfc822 parts",
                "0.0 multipart/mixed parts",
                r#"0.0.0 text/plain 1 "1""#,
                r#"1 text/plain 1 "2""#,
            ],
        ),
        (
            "Content-Type: multipart/digest; boundary=a\n\n--a\n\nSubject: in\n\n1\n--a--\n",
            &["multipart/digest parts", "0 message/rfc822 parts", r#"0.0 text/plain 1 "1""#],
        ),
        (
            "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogYQ==\n",
            &["message/rfc822 10"],
        ),
        ("Content-Type: message/delivery-status\n\nAction: failed\n", &["message/delivery-status 16"]),
    ];
    for (raw, expected) in cases {
        assert_eq!(&outline(raw), expected, "{raw}");
    }
}

/// G21.
#[test]
fn text_is_inline_unless_it_is_a_file() {
    let cases = [
        ("text/plain", "", false),
        ("text/plain", "attachment", false),
        ("text/calendar; method=REQUEST", "inline", false),
        ("text/plain; name=a.txt", "", true),
        ("text/plain", "inline; filename=a.txt", true),
        ("application/json", "inline", true),
        ("image/png", "", true),
    ];
    for (kind, disposition, is_attachment) in cases {
        let raw = format!("Content-Type: {kind}\nContent-Disposition: {disposition}\n\n{}", "x".repeat(300_000));
        let mail = parse(raw.as_bytes());
        assert_eq!(
            matches!(mail.root.body, Body::Attachment { size: 300_000 }),
            is_attachment,
            "{kind}, {disposition}"
        );
        assert_eq!(mail.attachment("").is_some(), is_attachment, "{kind}, {disposition}");
    }
}

/// G21.
#[test]
fn texts_are_utf8_and_their_size_is_that_of_their_own_charset() {
    let cases: &[(&str, &str, &[u8], usize, &str)] = &[
        ("iso-2022-jp", "7bit", b"\x1b$B%O%m!<\x1b(B", 12, "ハロー"),
        ("ISO-8859-1", "quoted-printable", b"Gr=FC=DFe=\r\n, =80", 8, "Grüße, €"),
        ("utf-8", "8bit", "ডাক\r\n".as_bytes(), 11, "ডাক\r\n"),
        ("utf-8", "base64", b"4Kah4Ka+4KaV\r\n", 9, "ডাক"),
        ("utf-8", "8bit", b"a\xffb", 3, "a\u{fffd}b"),
        ("us-ascii", "8bit", "ü".as_bytes(), 2, "ü"),
        ("us-ascii", "8bit", b"\xfc", 1, "ü"),
        ("x-nobody-knows", "8bit", b"\xfc", 1, "ü"),
        ("koi8-r", "8bit", b"\xed\xc9\xd2", 3, "Мир"),
        ("utf-7", "7bit", b"+ZYeB9FH6ckh5Pg-", 16, "文致出版社"),
        ("cp850", "8bit", b"\x81", 1, "ü"),
        ("windows-1251", "BASE64 (yes)", b"zOjw", 3, "Мир"),
        ("iso-2022-kr", "7bit", b"abc", 3, "abc"),
        ("ISO-2022-KR", "7bit", b"\x1b$)C\x0e>H3g\x0f a\x0e>H\nab", 18, "안녕 a안\nab"),
        ("iso-2022-kr", "7bit", b"\x0e", 1, ""),
        ("iso-2022-cn", "7bit", b"abc", 3, "abc"),
        ("hz-gb-2312", "7bit", b"a ~{VPND~} ~~b~\nc~{VP\nVP", 24, "a 中文 ~bc中\nVP"),
        ("HZ", "7bit", b"~{V", 3, "V"),
        ("utf-16", "base64", b"//5hAA==", 4, "a"),
        ("UTF-32", "base64", b"AAD+/wAB9gA=", 8, "😀"),
        ("utf-32", "base64", b"YQAAAA==", 4, "a"),
        ("utf-32", "base64", b"AAAAYQAR/////w==", 10, "a\u{fffd}"),
        ("utf_32le", "base64", b"AAAAYQ==", 4, "\u{fffd}"),
        ("utf-32be", "base64", b"AAAAYQ==", 4, "a"),
        ("cp932", "8bit", b"\x82\xa0\x87\x40", 4, "あ①"),
        ("cp949", "8bit", b"\xbe\xc8", 2, "안"),
        ("KS_C_5601", "8bit", b"\xbe\xc8", 2, "안"),
        ("cp936", "8bit", b"\xd6\xd0", 2, "中"),
        ("cp950", "8bit", b"\xa4\xa4", 2, "中"),
        ("big5-hkscs", "8bit", b"\xa4\xa4", 2, "中"),
        ("iso-2022-jp-2", "7bit", b"\x1b$B%O\x1b(B", 8, "ハ"),
        ("mac-cyrillic", "8bit", b"\x80", 1, "А"),
        ("unicode-1-1-utf-7", "7bit", b"+ZYeB9FH6ckh5Pg-", 16, "文致出版社"),
        ("latin-1", "8bit", b"\xfc", 1, "ü"),
        ("cp437", "8bit", b"\x81 \xe1", 3, "ü ß"),
        ("IBM852", "8bit", b"\xa5", 1, "ą"),
        ("cp866", "8bit", b"\x80", 1, "А"),
        ("cp00858", "8bit", b"\xd5", 1, "€"),
        ("cp037", "8bit", b"\xfc", 1, "ü"),
        ("", "x-unknown", b"=41", 3, "=41"),
    ];
    for (charset, encoding, body, size, text) in cases {
        let head =
            format!("Content-Type: text/plain; charset=\"{charset}\"\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n");
        let raw = [head.as_bytes(), body].concat();
        let expected = Body::Inline { size: *size, text: Cow::Borrowed(*text) };
        assert_eq!(parse(&raw).root.body, expected, "{charset}, {encoding}");
    }
}

#[test]
fn encodings_are_read_leniently() {
    let cases: &[(&str, &[u8], &[u8])] = &[
        ("base64", b"aGVs\r\nbG8=\r\n", b"hello"),
        ("base64", b"aGVsbG8", b"hello"),
        ("base64", b"aGV*s-bG8=\r\n-- \r\na list's words", b"hello"),
        ("base64", b"aGVs=bG8=", b"hello"),
        ("base64", b"aGVsb", b"hel"),
        ("base64", b"", b""),
        ("base64", b"=", b""),
        ("quoted-printable", b"a=3Db=3d", b"a=b="),
        ("quoted-printable", b"a=\r\nb=\nc= \t\r\nd=", b"abcd"),
        ("quoted-printable", b"100=% =zz =", b"100=% =zz "),
        ("quoted-printable", b"trailing \r\n", b"trailing \r\n"),
        ("7bit", b"a=3D", b"a=3D"),
    ];
    for (encoding, body, expected) in cases {
        let head = format!("Content-Type: a/b\nContent-Transfer-Encoding: {encoding}\n\n");
        let raw = [head.as_bytes(), body].concat();
        let mail = parse(&raw);
        let case = String::from_utf8_lossy(body);
        assert_eq!(mail.attachment("").as_deref(), Some(*expected), "{encoding}: {case}");
        assert_eq!(mail.root.body, Body::Attachment { size: expected.len() }, "{encoding}: {case}");
    }
}

/// G22.
#[test]
fn headers_are_unfolded_and_decoded() {
    let cases: &[(&[u8], &str)] = &[
        (b" plain ", "plain"),
        (b"a\r\n\tb", "a b"),
        (b"a \r\n\tb", "a b"),
        (b"a\r\n b", "a b"),
        (b"a\r\n   b", "a   b"),
        (b"a\r\n\t\tb", "a\t\tb"),
        (b"a \r\n b", "a  b"),
        (b"\r\n\tb", "b"),
        (b"a\n\tb\n c", "a b c"),
        (b"=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        (b"=?UTF-8?B?4Kah4Ka+4KaV?= x", "ডাক x"),
        (b"=?utf-8*de?Q?a_b?=", "a b"),
        (b"=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
        (b"=?utf-8?q?a?=\r\n =?iso-8859-1?q?=FC?= c", "aü c"),
        // A letter that was cut in two.
        (b"=?utf-8?b?4Kah4Ka=?=\r\n =?utf-8?b?vg==?=", "ডা"),
        (b"=?utf-8?q?=E0=A6?= =?UTF-8?q?=A1?=", "ড"),
        (b"\"=?utf-8?q?a?=\" <a@b.c>", "\"a\" <a@b.c>"),
        (b"(=?utf-8?q?a?=)=?utf-8?q?b?=c", "(a)bc"),
        (b"=?utf-8?q?a b?=", "a b"),
        (b"=?utf-8?q??=|", "|"),
        (b"=?iso-8859-1?q?J\xfcr=F6?= =?iso-8859-1?q?_b?=", "J\u{fc}r\u{f6} b"),
        (b"=?utf-8?q?a?=  ", "a"),
        (b"=?utf-8?x?a?=", "=?utf-8?x?a?="),
        (b"=?utf-8?q?a", "=?utf-8?q?a"),
        (b"=?? ?=", "=?? ?="),
        (b"=?a?=?q?x?=", "=?a?=?q?x?="),
        (b"gr\xfcn", "grün"),
        ("grün".as_bytes(), "grün"),
        (b"", ""),
    ];
    for (value, expected) in cases {
        let raw = [b"X-Test:", *value, b"\r\nDate: d\r\n\r\nX-Not: this\r\n"].concat();
        let found = headers(&raw, &Limits::default());
        let found: Vec<_> = found.iter().map(|header| (header.name.as_str(), header.value.as_str())).collect();
        assert_eq!(found, [("X-Test", *expected), ("Date", "d")]);
    }
}

#[test]
fn headers_of_broken_heads() {
    let cases: &[(&str, &[&str])] = &[
        ("a: 1\nA: 2\na: 3\n\n", &["a=1", "A=2", "a=3"]),
        ("From me@here Thu Jan  1 00:00:00 1970\na: 1\n", &["a=1"]),
        (" fold\na: 1", &["a=1"]),
        (": 1\na : 2\n", &["a=2"]),
        ("a: 1\n--b: 2\nc: 3\n", &["a=1"]),
        ("a: 1\nb c: 2\nd: 3\n", &["a=1"]),
        ("ä: 1\n", &[]),
    ];
    for (raw, expected) in cases {
        let found = headers(raw.as_bytes(), &Limits::default());
        let found: Vec<String> = found.iter().map(|header| format!("{}={}", header.name, header.value)).collect();
        assert_eq!(&found, expected, "{raw}");
    }
}

/// G23.
#[test]
fn filenames() {
    let cases = [
        ("attachment; filename=a.pdf", "", "a.pdf"),
        ("attachment; filename=\"a;b \\\"c\\\".pdf\"", "", "a;b \"c\".pdf"),
        ("attachment; filename=my file.pdf ; size=1", "", "my file.pdf"),
        ("attachment; FileName=\"C:\\dir\\a.pdf\"", "", "C:\\dir\\a.pdf"),
        ("", "; name=n.pdf", "n.pdf"),
        ("attachment; filename=d.pdf", "; name=n.pdf", "d.pdf"),
        ("attachment", "; name=n.pdf", "n.pdf"),
        ("attachment; filename=\"=?utf-8?b?4Kah4Ka+4KaV?=.pdf\"", "", "ডাক.pdf"),
        ("attachment; filename*=UTF-8''%E0%A6%A1%E0%A6%BE%E0%A6%95.pdf", "", "ডাক.pdf"),
        ("attachment; filename=\"_\"; filename*=iso-8859-1'de'gr%FCn", "", "grün"),
        ("attachment; filename*=\"UTF-8''%E0%A6%A1.pdf\"", "", ""),
        ("attachment; filename*0=\"a long \"; filename*1=name; filename*2=.pdf", "", "a long name.pdf"),
        ("attachment; filename*1*=%BCn; filename*0*=utf-8''gr%C3; filename*3=x", "", "grün"),
        ("attachment; filename*0*=utf-8''%C3%BC; filename*1=\"%41\"", "", "ü%41"),
        ("attachment; filename*=plain", "", "plain"),
        ("attachment; filename=grün", "", "grün"),
        ("attachment; filename=\"open", "", "open"),
        ("attachment (a ; b); filename=c (comment)", "", "c"),
        ("attachment; filename", "; name", ""),
        ("attachment; filename=\"\"", "", ""),
    ];
    for (disposition, parameters, expected) in cases {
        let raw = format!("Content-Type: a/b{parameters}\nContent-Disposition: {disposition}\n\nx");
        assert_eq!(parse(raw.as_bytes()).root.filename, expected, "{disposition}{parameters}");
    }
}

/// G24.
#[test]
fn snippets_of_html() {
    let cases = [
        ("<b>bo</b>ld<p>one</p><p>two</p>a<br>b", "bold one two a b"),
        ("a <img alt=\"A &amp; B\" src=x>c<img alt=''><img src=\"alt=no\">", "a A &amp; Bc"),
        ("<img src=a alt=word>", "word"),
        ("<title>t</title><STYLE>p{}</style ><script>if (a<b) {}</script>x<!-- no > -->y<!doctype html>z", "xyz"),
        ("&lt;&#65;&#x42;&eacute;&nbsp;&unknown; & &", "&lt;ABé &amp;unknown; &amp; &amp;"),
        ("a<3 <a title=\"x>y\">b</a>", "a&lt;3 b"),
        ("<td>1<td>2", "1 2"),
        ("<p>a\r\n  b</p>\t\u{a0}c", "a b c"),
        ("a<!-- never closed", "a"),
        ("a<style>never closed", "a"),
        ("a<p", "a"),
    ];
    for (html, expected) in cases {
        let raw = format!("Content-Type: text/html; charset=utf-8\n\n{html}");
        assert_eq!(parse(raw.as_bytes()).snippet(), expected, "{html}");
    }
}

/// G24.
#[test]
fn snippets_end_at_a_break() {
    let cases = [
        (String::new(), String::new()),
        ("a".repeat(201), "a".repeat(201)),
        ("a".repeat(202), "a".repeat(201)),
        ("&".repeat(41), "&amp;".repeat(40)),
        (format!("{} b", "a".repeat(201)), "a".repeat(201)),
        (format!("{} {}", "a".repeat(150), "b".repeat(60)), "a".repeat(150)),
        (format!("{} b.{}", "a".repeat(150), "c".repeat(60)), format!("{} b.", "a".repeat(150))),
        (format!("{}/-+.{}", "a".repeat(190), "c".repeat(60)), format!("{}/-+.", "a".repeat(190))),
        (format!("{},{}", "a".repeat(190), "c".repeat(60)), format!("{},{}", "a".repeat(190), "c".repeat(10))),
        // A mark makes one letter with what it stands on, a break too.
        (format!("{}e\u{301}", "a".repeat(200)), "a".repeat(200)),
        (
            format!("{}-\u{301}{}", "a".repeat(100), "b".repeat(100)),
            format!("{}-\u{301}{}", "a".repeat(100), "b".repeat(99)),
        ),
        (format!("{}ক্ষি", "ক".repeat(199)), "ক".repeat(199)),
        (format!("a{}", "\u{301}".repeat(300)), String::new()),
    ];
    for (text, expected) in cases {
        assert_eq!(snippet::of(&text), expected, "{text}");
    }
}

#[test]
fn snippets_are_of_the_html_part() {
    let parts = |kind: &str, parts: &[(&str, &str)]| {
        let parts: String = parts.iter().map(|(kind, text)| format!("--b\nContent-Type: {kind}\n\n{text}\n")).collect();
        format!("Content-Type: {kind}; boundary=b\n\n{parts}--b--\n")
    };
    let cases = [
        (parts("multipart/alternative", &[("text/plain", "plain"), ("text/html", "<p>html")]), "html"),
        (parts("multipart/mixed", &[("text/plain", "plain"), ("text/html", "<p>html")]), "html"),
        (parts("multipart/mixed", &[("text/html; name=a.html", "file"), ("text/plain", "plain")]), "plain"),
        (parts("multipart/mixed", &[("message/rfc822", "\nin"), ("text/plain", "out")]), "out"),
        (parts("multipart/mixed", &[("message/rfc822", "\nin")]), ""),
        (parts("multipart/encrypted", &[("application/pgp-encrypted", "v"), ("text/plain", "x")]), ""),
        (parts("multipart/mixed", &[("application/pkcs7-mime", "x")]), ""),
        ("\n-----BEGIN PGP MESSAGE-----\n".to_owned(), "-----BEGIN PGP MESSAGE-----"),
        ("\n a\n\n\tb  c \n".to_owned(), "a b c"),
    ];
    for (raw, expected) in cases {
        assert_eq!(parse(raw.as_bytes()).snippet(), expected, "{raw}");
    }
}

#[test]
fn addresses() {
    let cases: &[(&str, &[(&str, &str)])] = &[
        ("a@b.c", &[("", "a@b.c")]),
        ("A B <a@b.c>, \"D, E\" <d@e.f>", &[("A B", "a@b.c"), ("D, E", "d@e.f")]),
        ("\"say \\\"hi\\\"\" <a@b.c>", &[("say \"hi\"", "a@b.c")]),
        ("a@b.c (A (the) B)", &[("A (the) B", "a@b.c")]),
        (
            "=?utf-8?q?M=C3=BCller=2C_Eva?= <e@m.de>,\r\n =?utf-8?q?a?= =?utf-8?q?b?= <a@b.c>",
            &[("Müller, Eva", "e@m.de"), ("ab", "a@b.c")],
        ),
        ("Friends: a@b.c, D <d@e.f>;, g@h.i", &[("", "a@b.c"), ("D", "d@e.f"), ("", "g@h.i")]),
        ("undisclosed-recipients:;", &[]),
        ("<@route.one,@two:a@b.c>", &[("", "a@b.c")]),
        ("<>, , \"x\" <  >", &[("", "x")]),
        ("nobody", &[("", "nobody")]),
        ("\"a b\"@c.d", &[("", "a b@c.d")]),
        ("A <a@b.c", &[("A", "a@b.c")]),
        ("", &[]),
    ];
    for (value, expected) in cases {
        let raw = format!("To: {value}\r\n\r\n");
        let found = parse(raw.as_bytes()).addresses(AddressField::To);
        let found: Vec<_> = found.iter().map(|Address { name, address }| (name.as_str(), address.as_str())).collect();
        assert_eq!(&found, expected, "{value}");
    }
}

#[test]
fn addresses_are_written_so_that_they_are_read() {
    let cases = [
        ("", "a@b.c", "a@b.c"),
        ("A B", "a@b.c", "A B <a@b.c>"),
        ("B, \"A\"\\", "a@b.c", "\"B, \\\"A\\\"\\\\\" <a@b.c>"),
        ("ডাক", "a@b.c", "=?UTF-8?B?4Kah4Ka+4KaV?= <a@b.c>"),
        ("=?utf-8?q?a?=", "a@b.c", "=?UTF-8?B?PT91dGYtOD9xP2E/PQ==?= <a@b.c>"),
        ("a\r\nBcc: x", "a@b.c", "\"aBcc: x\" <a@b.c>"),
    ];
    for (name, address, expected) in cases {
        let written = Address { name: name.into(), address: address.into() }.to_field();
        assert_eq!(written, expected);
        let raw = format!("From: {written}\r\n\r\n");
        let read = parse(raw.as_bytes()).addresses(AddressField::From);
        assert_eq!(read, [Address { name: name.replace("\r\n", ""), address: address.into() }]);
    }
}

/// G25.
#[test]
fn facts_of_the_head() {
    let raw = b"Message-Id: <one@x>\r\nReferences: <a@x> <b@x>\r\n\t<c@x>\r\nIn-Reply-To: <c@x> (text) <d@x>\r\n\
        Date: Thu, 1 Jan 1970 01:00:01 +0100\r\nList-Id: The list <list.example.com>\r\nList-Post: <mailto:l@example.com>\r\n\
        Subject: =?utf-8?q?=C3=9C?=\r\n\r\n";
    let mail = parse(raw);
    assert_eq!(mail.message_id().as_deref(), Some("one@x"));
    assert_eq!(mail.references(), ["a@x", "b@x", "c@x", "d@x"]);
    assert_eq!(mail.date_ms(), Some(1000));
    assert_eq!(mail.list_id().as_deref(), Some("list.example.com"));
    assert_eq!(mail.subject().as_deref(), Some("Ü"));
    assert_eq!(mail.size(), raw.len());
    let mail = parse(b"Message-ID: bare@x\r\nDate: yesterday\r\n\r\n");
    assert_eq!((mail.message_id().as_deref(), mail.date_ms(), mail.subject()), (Some("bare@x"), None, None));
}

#[test]
fn search_fields() {
    let raw = "From: A <a@b.c>\nTo: d@e.f\nCc: C <c@c.c>\nDelivered-To: me@e.f\nList-ID: <l.e.f>\nSubject: Hello\n\
        Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\n\nplain\n\
        --c\nContent-Type: text/html\n\n<p>rich</p><p>text<img alt=logo>s<img alt=''>a</p>\n--c--\n--b\nContent-Type: text/plain; name=\"notes.txt\"\n\n\
        hidden\n--b\n\nfooter\n--b--\n";
    let found = parse(raw.as_bytes()).search_fields();
    let found: Vec<_> = found.iter().map(|(name, text)| format!("{name}={text}")).collect();
    let expected = [
        "=Hello",
        "subject=Hello",
        "=A a@b c",
        "from=A a@b c",
        "=d@e f",
        "to=d@e f",
        "=C c@c c",
        "to=C c@c c",
        "cc=C c@c c",
        "=me@e f",
        "deliveredto=me@e f",
        "=notes txt",
        "filename=notes txt",
        "list=<l e f>",
        "=rich text logo sa",
        "=footer",
    ];
    assert_eq!(found, expected);
}

#[test]
fn features() {
    use crate::search::Feature;

    let cases = [
        ("Content-Type: application/pdf; name=a.pdf", "", vec![Feature::Attachment]),
        (
            "Content-Type: text/html",
            "<a href=\"https://docs.google.com/document/d/1\">x</a>",
            vec![Feature::Drive, Feature::Document],
        ),
        ("Content-Type: text/plain", "https://youtu.be/x", vec![Feature::Youtube]),
        ("Content-Type: text/plain; name=a.txt", "https://youtu.be/x", vec![Feature::Attachment]),
        ("Content-Type: text/plain", "nothing", vec![]),
    ];
    for (head, body, expected) in cases {
        let raw = format!("Content-Type: multipart/mixed; boundary=b\n\n--b\n{head}\n\n{body}\n--b--\n");
        assert_eq!(parse(raw.as_bytes()).features(), expected, "{head}");
    }
}

#[test]
fn attachments() {
    let cases = [
        ("Content-Type: application/pdf; name=a.pdf", true),
        ("Content-Disposition: attachment", true),
        ("Content-Type: application/pgp-signature", false),
        ("Content-Type: image/png; name=a.png", true),
        ("Content-Type: image/png; name=a.png\nContent-ID: <a@b>\nContent-Disposition: inline", false),
        ("Content-Type: application/pdf; name=a.pdf\nContent-ID: <a@b>", true),
        ("Content-Type: text/html", false),
    ];
    for (head, expected) in cases {
        let raw = format!("Content-Type: multipart/mixed; boundary=b\n\n--b\n{head}\n\nx\n--b--\n");
        assert_eq!(parse(raw.as_bytes()).has_attachment(), expected, "{head}");
    }
}

/// G26.
#[test]
fn what_lies_within_itself_is_bounded() {
    let limits = Limits { depth_max: 3, parts_max: 5, header_count_max: 7, ..Limits::default() };
    let deep = "Content-Type: message/rfc822\n\n".repeat(100_000);
    let mail = Mail::parse(deep.as_bytes(), &limits);
    let last = mail.root.find("0.0.0").expect("three are looked into");
    assert_eq!((last.mime_type.as_str(), last.parts.len()), ("application/octet-stream", 0));
    assert!(matches!(last.body, Body::Attachment { .. }));

    let wide =
        format!("Content-Type: multipart/mixed; boundary=b\n\n{}--b--\n", "--b\na: 1\nb: 2\n\nx\n".repeat(100_000));
    let mail = Mail::parse(wide.as_bytes(), &limits);
    assert_eq!(mail.root.parts.len(), 4);
    assert_eq!(mail.root.parts.iter().map(|part| part.headers.len()).sum::<usize>(), 6);
    let limits = Limits { header_bytes_max: 10, text_bytes_max: 5, ..Limits::default() };
    let mail = Mail::parse(b"a: 1\nb: 22222222\nc: 3\n\n123456789", &limits);
    assert_eq!(mail.root.headers.len(), 2);
    assert_eq!(mail.search_fields(), [("", "12345".to_owned())]);
}

/// Of texts that are longer than what is to be read come whole lines, and their sizes as they are.
#[test]
fn texts_are_read_to_a_bound() {
    let one = |text: &str, encoding: &str| format!("Content-Transfer-Encoding: {encoding}\n\n{text}");
    for (raw, bytes_max, expected) in [
        (one("ab\ncd\nef\n", "8bit"), 9, "9 ab\ncd\nef\n"),
        (one("ab\ncd\nef\n", "8bit"), 8, "9 ab\ncd\n"),
        (one("ä\nöü\n", "8bit"), 5, "8 ä\n"),
        (one("abcdef", "8bit"), 3, "6 abc"),
        (one("YWI=\nY2Q=\n", "base64"), 6, "2 ab"),
        (one("a=\nb\ncd\n", "quoted-printable"), 6, "6 ab\n"),
        (one("ab", "8bit"), 0, "2 "),
    ] {
        let limits = Limits { texts_read_bytes_max: bytes_max, ..Limits::default() };
        let mail = Mail::parse(raw.as_bytes(), &limits);
        let Body::Inline { size, text } = &mail.root.body else { panic!("it is a text") };
        assert_eq!(format!("{size} {text}"), expected, "{raw} {bytes_max}");
    }
    let two = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nab\ncd\n--b\n\nef\n--b--\n";
    let mail = Mail::parse(two.as_bytes(), &Limits { texts_read_bytes_max: 5, ..Limits::default() });
    assert_eq!(mail.search_fields(), [("", "ab cd".to_owned())]);
}
