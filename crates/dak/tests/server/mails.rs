//! Mailboxes from the command line, with the server running and without: users, and mail in and out.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use dak_testkit::{Call, Random, Server};
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{DAK, check, dak, dak_ok, serve, text};

const RINA: &str = "rina@example.com";

/// Runs `dak` over the data of `server`.
fn run(server: &Server, words: &[&str]) -> String {
    dak_ok(&[words, &["--data", text(server.data())]].concat())
}

fn users(server: &Server) -> Vec<String> {
    run(server, &["user", "list"]).lines().map(str::to_owned).collect()
}

fn import(server: &Server, user: &str, source: &Path, more: &[&str]) -> String {
    let words = [&["mail", "import", text(source), "--user", user, "--data", text(server.data())], more].concat();
    let run = dak(&words);
    assert_eq!(run.code, Some(0), "{run:?}");
    run.complaint.trim().to_owned()
}

/// What the API answers to Rina.
fn get(server: &Server, path: &str) -> Value {
    let call = Call::get(&format!("/gmail/v1/users/me/{path}")).header("Authorization", &format!("Bearer {RINA}"));
    server.send(&call).expect(200).json()
}

fn messages(server: &Server, query: &str) -> Vec<String> {
    let list = get(server, &format!("messages?maxResults=500&includeSpamTrash=true{query}"));
    let ids = list["messages"].as_array().map_or(&[][..], Vec::as_slice);
    ids.iter().map(|message| message["id"].as_str().expect("an id").to_owned()).collect()
}

/// The labels of Rina's messages, by their subjects.
fn labels(server: &Server) -> Vec<(String, String)> {
    let mut labels: Vec<(String, String)> = messages(server, "").iter().map(|id| labelled(server, id)).collect();
    labels.sort();
    labels
}

fn labelled(server: &Server, id: &str) -> (String, String) {
    let message = get(server, &format!("messages/{id}?format=metadata&metadataHeaders=Subject"));
    let labels: Vec<&str> = message["labelIds"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let own = |label: &str| if label.starts_with("Label_") { "own".to_owned() } else { label.to_owned() };
    let labels: Vec<String> = labels.into_iter().map(own).collect();
    (message["payload"]["headers"][0]["value"].as_str().expect("a subject").to_owned(), labels.join(" "))
}

/// A folder with the files of these names and contents.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, content).expect("a file");
    }
    folder
}

fn mail(number: usize) -> String {
    format!("Message-ID: <{number}@x>\nSubject: {number}\nDate: Sun, 22 Nov 2026 07:41:43 +0000\n\nFrom here on\n")
}

#[test]
fn users_are_made_listed_and_deleted() {
    let mut server = serve(&["--auth", "tokens"]);
    let mails = folder(&[("one.eml", &mail(1)), ("two.eml", &mail(2))]);
    // The folder itself is asked the second time.
    for round in ["running", "stopped"] {
        run(&server, &["user", "create", "Rina@Example.com"]);
        let twice = dak(&["user", "create", RINA, "--data", text(server.data())]);
        assert!(twice.code == Some(1) && twice.complaint.contains("has a mailbox already"), "{twice:?}");
        import(&server, RINA, mails.path(), &["--label", "Work"]);
        assert_eq!(users(&server), ["rina@example.com  2 messages in 2 threads"]);
        run(&server, &["user", "delete", RINA]);
        assert_eq!(users(&server), Vec::<String>::new());
        let gone = dak(&["user", "delete", RINA, "--data", text(server.data())]);
        assert!(gone.code == Some(1) && gone.complaint.contains("has no mailbox"), "{gone:?}");
        // Nothing of the old one is in a new one.
        run(&server, &["user", "create", RINA]);
        assert_eq!(users(&server), ["rina@example.com  0 messages in 0 threads"]);
        run(&server, &["user", "delete", RINA]);
        if round == "running" {
            assert!(server.stop().success());
        }
    }
    check(server.data());
}

/// G71: labels out of Takeout's fields, of a Maildir's folders and flags, and of the command line.
#[test]
fn labels_come_along() {
    let takeout = |number: usize, labels: &str| {
        format!(
            "From 1@xxx Mon Jan 01 00:00:00 +0000 2024\nX-GM-THRID: 7\nX-Gmail-Labels: {labels}\n{}\n",
            mail(number)
        )
    };
    let mbox = takeout(1, "Inbox,Unread") + &takeout(2, "Archived,Opened") + &takeout(3, "Sent,\"a, b\",Opened");
    let files = folder(&[
        ("takeout.mbox", &mbox),
        ("Maildir/cur/5.x:2,FS", &mail(5)),
        ("Maildir/new/6.x", &mail(6)),
        ("Maildir/cur/4.x:2,FRST", &mail(4)),
        ("Maildir/.Work/cur/7.x:2,S", &mail(7)),
        ("Maildir/.Work/new/.keep", ""),
        ("Maildir/.Drafts/cur/9.x:2,DS", &mail(9)),
        ("deep/er/8.eml", &mail(8)),
        ("deep/er/8.txt", &mail(99)),
        ("deep/er/empty.eml", ""),
        ("deep/er/empty.mbox", ""),
    ]);
    fs::remove_file(files.path().join("Maildir/.Work/new/.keep")).expect("a file");
    let server = serve(&[]);
    let told = import(&server, RINA, files.path(), &[]);
    assert_eq!(told, format!("A mailbox was made for {RINA}.\n9 mails were imported."));
    let wanted = [
        ("1", "INBOX UNREAD"),
        ("2", ""),
        ("3", "SENT own"),
        ("4", "STARRED TRASH"),
        ("5", "INBOX STARRED"),
        ("6", "INBOX UNREAD"),
        ("7", "own"),
        ("8", "INBOX"),
        ("9", "DRAFT"),
    ];
    assert_eq!(labels(&server), wanted.map(|(subject, labels)| (subject.to_owned(), labels.to_owned())));
    // Mails of one thread in Takeout are one here, though none of them names another.
    let threads = get(&server, "threads?maxResults=500")["threads"].as_array().expect("threads").len();
    assert_eq!(threads, 6);
    assert_eq!(get(&server, "drafts")["drafts"].as_array().expect("drafts").len(), 1);
    assert_eq!(import(&server, RINA, files.path(), &[]), "0 mails were imported, 9 were there already.");
    let again = import(&server, RINA, &files.path().join("deep"), &["--label", "inbox", "--label", "Later"]);
    assert_eq!(again, "0 mails were imported, 1 was there already.");
}

/// G71: a file that begins as no mail does is named, and the others are taken.
#[test]
fn what_is_no_mail_is_passed_over() {
    let server = serve(&[]);
    run(&server, &["user", "create", RINA]);
    let files =
        folder(&[("a.jpg", "\u{fffd}\u{10}JFIF: x\n"), ("b.txt", "Dear Rina:\n"), ("c", &mail(1)), ("d.txt", "\n")]);
    let at = |name: &str| files.path().join(name).display().to_string();
    let [jpg, text_file, mail, empty] = ["a.jpg", "b.txt", "c", "d.txt"].map(at);
    let told = dak(&["mail", "import", &jpg, &text_file, &mail, &empty, "--user", RINA, "--data", text(server.data())]);
    let complaint = |file: &str| format!("dak: {file} begins with no header, so it is no mail, and was passed over\n");
    let all = [&jpg, &text_file, &empty].map(|file| complaint(file)).concat();
    assert_eq!((told.code, told.complaint), (Some(1), all + "1 mail was imported, 3 were no mail.\n"));
}

/// G72: what comes out goes in again as it was, byte for byte, with its labels, dates and threads.
#[test]
fn mail_goes_out_and_in_again() {
    let without_id = "Subject: none\r\n\r\n>From x\r\nFrom y Mon Jan 01 00:00:00 2024\r\n.\r\n";
    let large = format!("Message-ID: <large@x>\nSubject: large\n\n{}\n", "line of a large mail\n".repeat(60_000));
    let files = folder(&[("a.eml", &mail(1)), ("b.eml", without_id), ("c.eml", &large)]);
    let mut server = serve(&[]);
    import(&server, RINA, files.path(), &["--label", "কাজ/ছুটি", "--label", "STARRED"]);
    let out = tempfile::tempdir().expect("a folder");
    let at = |name: &str| out.path().join(name);
    let export = |server: &Server, user: &str, more: &[&str]| {
        run(server, &[&["mail", "export", "--user", user, "--quiet"], more].concat())
    };
    export(&server, RINA, &["--eml", text(&at("eml"))]);
    let mut found: Vec<String> =
        list(&at("eml")).iter().map(|path| fs::read_to_string(path).expect("a file")).collect();
    let mut wanted = [mail(1), without_id.to_owned(), large.clone()];
    found.sort();
    wanted.sort();
    assert_eq!(found, wanted);
    export(&server, RINA, &["-o", text(&at("rina.mbox"))]);
    export(&server, RINA, &["--maildir", text(&at("Maildir"))]);
    let flagged = list(&at("Maildir/cur")).iter().all(|path| text(path).ends_with(":2,FS"));
    assert!(flagged && list(&at("Maildir/cur")).len() == 3);
    assert!(server.stop().success());
    // Without a server, into another mailbox, and out of it.
    import(&server, "copy@example.com", &at("rina.mbox"), &[]);
    let copied = export(&server, "copy@example.com", &[]);
    let threadless = |file: &str| -> Vec<String> {
        file.lines()
            .filter(|line| !line.starts_with("X-GM-THRID") && !line.starts_with("From "))
            .map(str::to_owned)
            .collect()
    };
    let original = fs::read_to_string(at("rina.mbox")).expect("a file");
    assert_eq!(threadless(&copied), threadless(&original));
    for kind in ["--eml", "--maildir"] {
        let there = dak(&["mail", "export", "--user", RINA, "--data", text(server.data()), kind, text(&at("eml"))]);
        assert!(there.code == Some(1) && there.complaint.contains("cannot write"), "{there:?}");
    }
    let nobody = dak(&["mail", "export", "--user", "nobody@example.com", "--data", text(server.data())]);
    assert!(nobody.code == Some(1) && nobody.complaint.contains("has no mailbox"), "{nobody:?}");
    check(server.data());
}

/// G72: mail keeps its place, though it was received within one second, against the order of its dates or without any.
#[test]
fn mail_keeps_its_order_on_its_way() {
    let mut server = serve(&[]);
    for number in 0..9 {
        let date =
            if number % 3 == 0 { String::new() } else { format!("Date: {} Nov 2026 07:41:43 +0000\r\n", 20 - number) };
        let call = Call::new("POST", "/upload/gmail/v1/users/me/messages?uploadType=media");
        let call = call.header("Authorization", &format!("Bearer {RINA}")).header("Content-Type", "message/rfc822");
        let _ = server.send(&call.body(format!("Subject: {number}\r\n{date}\r\nText\r\n"))).expect(200);
    }
    assert!(server.stop().success());
    let out = tempfile::tempdir().expect("a folder");
    let on_its_way = |from: &str, to: &str| {
        let file = out.path().join(to);
        run(&server, &["mail", "export", "--quiet", "--user", from, "-o", text(&file)]);
        import(&server, to, &file, &[]);
        let whole = fs::read_to_string(file).expect("a file").replace(&format!("From {from}"), "From");
        whole.lines().filter(|line| !line.starts_with("X-GM-THRID")).map(str::to_owned).collect::<Vec<_>>()
    };
    let first = on_its_way(RINA, "one@example.com");
    let subjects: Vec<&str> = first.iter().filter_map(|line| line.strip_prefix("Subject: ")).collect();
    assert_eq!(subjects, ["0", "1", "2", "3", "4", "5", "6", "7", "8"]);
    assert_eq!(on_its_way("one@example.com", "two@example.com"), first);
    assert_eq!(on_its_way("two@example.com", "three@example.com"), first);
}

fn list(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let mut paths: Vec<PathBuf> = entries.collect();
    paths.sort();
    paths
}

/// G73: an import that was killed goes on by the same command, and no mail comes twice.
#[test]
fn a_killed_import_goes_on() {
    let mails = 1500;
    let file: String = (0..mails)
        .map(|number| {
            let id = if number % 7 == 0 { String::new() } else { format!("Message-ID: <{number}@x>\n") };
            format!("From x Mon Jan 01 00:00:00 2024\n{id}Subject: {number}\n\n{}\n", "words and words\n".repeat(20))
        })
        .collect();
    let files = folder(&[("all.mbox", &file)]);
    let mut random = Random::new(20_261_128);
    let mut server = serve(&[]);
    let mut kills = 0;
    loop {
        let mut child = Command::new(DAK)
            .args([
                "mail",
                "import",
                text(&files.path().join("all.mbox")),
                "--user",
                RINA,
                "--data",
                text(server.data()),
            ])
            .stderr(Stdio::null())
            .spawn()
            .expect("the command can be started");
        let span_ms = random.below(600);
        let ended = (0..span_ms).find_map(|_| {
            thread::sleep(Duration::from_millis(1));
            child.try_wait().expect("a child can be waited for")
        });
        if ended.is_some_and(|status| status.success()) {
            break;
        }
        match kills % 3 {
            2 => server.kill9(),
            _ => child.kill().expect("a child can be killed"),
        }
        child.wait().expect("a child can be waited for");
        if kills % 3 == 2 {
            server.restart();
        }
        kills += 1;
        assert!(kills < 300, "it does not come to its end");
    }
    println!("{kills} kills");
    let sum = import(&server, RINA, &files.path().join("all.mbox"), &[]);
    assert_eq!(sum, format!("0 mails were imported, {mails} were there already."));
    assert_eq!(get(&server, "profile")["messagesTotal"], mails);
    assert!(server.stop().success());
    check(server.data());
}

/// G12: mail for others is listed, written out and removed, with the server running and without.
#[test]
fn the_outbox() {
    let mut server = serve(&[]);
    // One page and one mail more.
    let others = (2..101).map(|number| format!("{number}@elsewhere.org"));
    for to in ["a@elsewhere.org", "b@elsewhere.org"].map(str::to_owned).into_iter().chain(others) {
        let raw = base64_simd::URL_SAFE.encode_to_string(format!("To: {to}\r\nSubject: Hi\r\n\r\nHello\r\n"));
        let call = Call::new("POST", "/gmail/v1/users/me/messages/send").json(&serde_json::json!({ "raw": raw }));
        let _ = server.send(&call.header("Authorization", &format!("Bearer {RINA}"))).expect(200);
    }
    for (round, to) in [("running", "a@elsewhere.org"), ("stopped", "b@elsewhere.org")] {
        let list = run(&server, &["mail", "outbox"]);
        assert!(list.ends_with("to 100@elsewhere.org\n"), "{round}: {list}");
        let line = list.lines().next().expect("a mail");
        assert!(line.ends_with(&format!("  {RINA} to {to}")), "{round}: {line}");
        let id = line.split(' ').next().expect("an id");
        let mail = run(&server, &["mail", "outbox", id]);
        assert!(mail.contains(&format!("From: {RINA}\r\n")) && mail.ends_with("\r\n\r\nHello\r\n"), "{mail}");
        run(&server, &["mail", "outbox", id, "--remove"]);
        if round == "running" {
            assert!(server.stop().success());
        }
    }
    assert_eq!(run(&server, &["mail", "outbox"]).lines().count(), 99);
    let gone = dak(&["mail", "outbox", "1", "--data", text(server.data())]);
    assert!(gone.code == Some(1) && gone.complaint.contains("There is no mail"), "{gone:?}");
    check(server.data());
}
