use super::{file_name, flag_labels, folder_labels};

#[test]
fn folders_are_labels() {
    for (folder, labels) in [
        ("", &["INBOX"][..]),
        (".INBOX", &["INBOX"]),
        (".Sent", &["SENT"]),
        (".INBOX.Trash", &["TRASH"]),
        (".Junk", &["SPAM"]),
        (".Drafts", &["DRAFT"]),
        (".Archive", &[]),
        (".Work.To do", &["Work/To do"]),
        (".কাজ", &["কাজ"]),
    ] {
        assert_eq!(folder_labels(folder), labels, "{folder}");
    }
}

#[test]
fn flags_are_labels() {
    for (file, labels) in [
        ("1700000000.1.host:2,S", &[][..]),
        ("1700000000.1.host:2,", &["UNREAD"]),
        ("1700000000.1.host", &["UNREAD"]),
        ("1700000000.1.host:2,FRS", &["STARRED"]),
        ("1700000000.1.host,S=12:2,DT", &["TRASH", "DRAFT", "UNREAD"]),
    ] {
        assert_eq!(flag_labels(file), labels, "{file}");
    }
}

#[test]
fn labels_are_flags() {
    for (labels, name) in [
        (&["INBOX"][..], "1.7.dak:2,S"),
        (&["UNREAD", "STARRED"], "1.7.dak:2,F"),
        (&["TRASH", "DRAFT"], "1.7.dak:2,DST"),
    ] {
        let labels: Vec<String> = labels.iter().map(ToString::to_string).collect();
        assert_eq!(file_name(7, 1999, &labels), name);
    }
}
