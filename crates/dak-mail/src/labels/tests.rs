//! Names and colours (`G46`), what becomes of labels (`G47`), and where messages go by that (`G7`).

use super::*;

#[test]
fn the_labels_every_mailbox_has() {
    let always: Vec<&str> = SYSTEM.iter().filter(|label| label.always_listed).map(|label| label.id).collect();
    assert_eq!(always.len(), 14);
    for (id, visibility, by_hand) in [
        ("CHAT", Some(("hide", "labelHide")), false),
        ("SENT", Some(("hide", "labelShow")), false),
        ("INBOX", Some(("hide", "labelShow")), true),
        ("IMPORTANT", Some(("hide", "labelShow")), true),
        ("DRAFT", Some(("hide", "labelShow")), false),
        ("STARRED", Some(("hide", "labelShow")), true),
        ("TRASH", Some(("hide", "labelHide")), true),
        ("SPAM", Some(("hide", "labelHide")), true),
        ("UNREAD", None, true),
        ("CATEGORY_SOCIAL", None, true),
        ("YELLOW_STAR", None, true),
    ] {
        let label = system(id).unwrap();
        assert_eq!((label.visibility, label.by_hand), (visibility, by_hand), "{id}");
    }
    assert!(CATEGORIES.iter().chain(&STARS).chain(&NOT_ARCHIVED).all(|id| system(id).is_some()));
    assert_eq!(system("inbox"), None);
}

#[test]
fn user_labels_have_ids_of_their_own() {
    for (id, expected) in [
        ("Label_1", true),
        ("Label_7216584929153846812", true),
        ("Label_", false),
        ("Label_x", false),
        ("label_1", false),
        ("INBOX", false),
    ] {
        assert_eq!(is_user_label(id), expected, "{id}");
    }
}

#[test]
fn names_are_the_same_but_for_case_and_separators() {
    for (name, expected) in [
        ("Work", "work"),
        ("Work/To do", "work-to-do"),
        ("work-to-do", "work-to-do"),
        ("WORK (to) do", "work--to--do"),
        (" A&E ", "a-e"),
        ("a|b{c}\"d\"", "a-b-c--d-"),
        ("under_score.dot", "under_score.dot"),
        ("কাজ/বাড়ি", "কাজ-বাড\u{9bc}ি"),
        ("Cafe\u{301}", "caf\u{e9}"),
        ("Straße", "straße"),
    ] {
        assert_eq!(key(name), expected, "{name}");
        assert_eq!(key(&key(name)), key(name), "{name}");
    }
}

#[test]
fn some_names_no_label_can_have() {
    let long = "x".repeat(NAME_CHARS_MAX);
    for (name, language, expected) in [
        ("Work", "en", true),
        ("Work/Inbox", "en", true),
        ("কাজ", "bn", true),
        (&long, "en", true),
        ("", "en", false),
        ("  ", "en", false),
        (&format!("{long}x"), "en", false),
        ("a^b", "en", false),
        ("a\u{0}b", "en", false),
        ("x/", "en", false),
        ("/x", "en", false),
        ("a//b", "en", false),
        ("a/ /b", "en", false),
        ("/", "en", false),
        ("a/b/c", "en", true),
        (" a / b ", "en", true),
        ("Migrated", "en", false),
        ("Inbox", "en", false),
        ("INBOX", "de", false),
        ("drafts", "en", false),
        ("Sent Mail", "en", false),
        ("sent-mail", "en", false),
        ("Muted", "en", false),
        ("Unread\r", "en", false),
        ("CATEGORY_SOCIAL", "en", false),
        ("Category_Social", "en", false),
        ("Yellow_Star", "en", false),
        ("Enviado", "en", true),
        ("Enviado", "es", false),
        ("Enviado", "pt-BR", false),
        ("Ongelezen", "nl", false),
        ("Ongelezen", "NL_be", false),
        ("Da leggere", "it", false),
        ("Da leggere", "en", true),
        ("ইনবক্স", "bn", false),
    ] {
        let checked = check_name(name, language);
        assert_eq!(checked.is_ok(), expected, "{name:?} in {language}");
        if let Err(fault) = checked {
            assert_eq!((fault.code, &*fault.reason, &*fault.message), (400, "invalidArgument", "Invalid label name"));
        }
    }
}

#[test]
fn names_from_elsewhere_become_possible() {
    let long = "x/".repeat(NAME_CHARS_MAX);
    for (name, expected) in [
        (" Work/To do ", "Work/To do"),
        ("Inbox", "Imported/Inbox"),
        ("x/", "Imported/x"),
        ("//a/ /b", "Imported/a/b"),
        ("/", "Imported"),
        ("a^b\r", "Imported/a b"),
        (&long, format!("Imported/{}", "x/".repeat(108)).trim_end_matches('/')),
    ] {
        let possible = possible_name(name, "en");
        assert_eq!(possible, expected, "{name:?}");
        assert_eq!(check_name(&possible, "en"), Ok(()), "{name:?}");
    }
}

#[test]
fn refusals_are_googles_words() {
    let fault = already_there();
    assert_eq!(
        (fault.code, &*fault.reason, &*fault.message, fault.rpc_status()),
        (409, "aborted", "Label name exists or conflicts", "ABORTED")
    );
    let fault = check_colour("#123456").unwrap_err();
    assert_eq!(fault.message, "Label color #123456 is not on the allowed color palette");
    assert_eq!(invalid("SENT").message, "Invalid label: SENT");
}

#[test]
fn colours_are_those_of_the_palette() {
    assert!(COLOURS.is_sorted() && COLOURS.iter().all(|colour| check_colour(colour).is_ok()));
    for (colour, expected) in
        [("#000000", true), ("#FFFFFF", true), ("#16a766", true), ("ffffff", false), ("#fff", false), ("", false)]
    {
        assert_eq!(check_colour(colour).is_ok(), expected, "{colour}");
    }
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn a_change_is_read_before_it_is_made() {
    let too_many: String = (0..=CHANGE_LABELS_MAX).map(|n| format!("Label_{n} ")).collect();
    for (add, remove, message) in [
        ("", "", "No label add or removes specified"),
        ("SENT", "", "Invalid label: SENT"),
        ("", "DRAFT", "Invalid label: DRAFT"),
        ("CHAT", "", "Invalid label: CHAT"),
        ("Label_404", "", "Invalid label: Label_404"),
        ("inbox", "", "Invalid label: inbox"),
        ("", "Work", "Invalid label: Work"),
        ("INBOX", "INBOX", "Cannot both add and remove the same label: INBOX"),
        ("INBOX TRASH", "", "Can only add one of: INBOX, SPAM, TRASH"),
        ("TRASH SPAM", "INBOX", "Can only add one of: INBOX, SPAM, TRASH"),
        (&too_many, "", "At most 100 labels may be added or removed in one request"),
        ("", &too_many, "At most 100 labels may be added or removed in one request"),
    ] {
        let fault = Change::new(&words(add), &words(remove), |id| id != "Label_404" && is_user_label(id)).unwrap_err();
        assert_eq!((fault.code, &*fault.reason, &*fault.message), (400, "invalidArgument", message));
    }
}

#[test]
fn what_a_change_makes_of_labels() {
    for (current, add, remove, expected) in [
        ("INBOX UNREAD", "", "UNREAD", "INBOX"),
        ("INBOX UNREAD", "STARRED", "", "INBOX UNREAD STARRED"),
        ("INBOX", "INBOX", "", "INBOX"),
        ("", "Label_1 Label_1", "", "Label_1"),
        ("SENT", "Label_1", "INBOX", "SENT Label_1"),
        ("INBOX Label_1", "TRASH", "INBOX", "Label_1 TRASH"),
        ("INBOX Label_1", "TRASH", "", "Label_1 TRASH"),
        ("INBOX UNREAD", "SPAM SPAM Label_1", "UNREAD", "SPAM Label_1"),
        ("SPAM", "INBOX", "SPAM", "INBOX"),
        ("TRASH", "INBOX", "", "TRASH INBOX"),
    ] {
        let change = Change::new(&words(add), &words(remove), is_user_label).unwrap();
        assert_eq!(change.of(&words(current)), words(expected), "{current} + {add} - {remove}");
        assert_eq!(change.of(&change.of(&words(current))), words(expected));
    }
}

#[test]
fn into_the_trash_and_back() {
    assert_eq!(Change::trash().of(&words("INBOX UNREAD Label_1")), words("UNREAD Label_1 TRASH"));
    assert_eq!(Change::trash().of(&words("SENT")), words("SENT TRASH"));
    for (current, was_in_inbox, expected) in [
        ("UNREAD TRASH", true, "UNREAD INBOX"),
        ("UNREAD TRASH", false, "UNREAD"),
        ("INBOX TRASH", true, "INBOX"),
        ("SENT", false, "SENT"),
    ] {
        assert_eq!(untrashed(&words(current), was_in_inbox), words(expected), "{current}");
    }
}

#[test]
fn drafts_carry_no_other_label() {
    for (current, add, remove, expected) in [
        ("DRAFT", "STARRED", "", Some("Invalid label: STARRED")),
        ("DRAFT", "TRASH", "INBOX", None),
        ("DRAFT", "", "UNREAD", None),
        ("INBOX", "STARRED", "", None),
    ] {
        let change = Change::new(&words(add), &words(remove), is_user_label).unwrap();
        let refused = change.check_draft(&words(current)).err().map(|fault| fault.message);
        assert_eq!(refused.as_deref(), expected, "{current} + {add}");
    }
}

#[test]
fn labels_that_new_messages_get() {
    assert_eq!(sent(false), ["SENT"]);
    assert_eq!(sent(true), ["UNREAD", "SENT", "INBOX"]);
    assert_eq!(delivered(), ["UNREAD", "INBOX"]);
    assert_eq!(drafted(), ["DRAFT"]);
    for (asked, is_from_user, expected) in [
        ("", false, Ok("")),
        ("", true, Ok("SENT")),
        ("INBOX UNREAD", false, Ok("INBOX UNREAD")),
        ("INBOX SENT", true, Ok("INBOX SENT")),
        ("DRAFT", true, Ok("DRAFT")),
        ("INBOX DRAFT Label_1", false, Ok("DRAFT")),
        ("Label_1 Label_1", false, Ok("Label_1")),
        ("CHAT", false, Err("Invalid label: CHAT")),
        ("Nothing", false, Err("Invalid label: Nothing")),
        ("TRASH INBOX", false, Err("Can only add one of: INBOX, SPAM, TRASH")),
    ] {
        let labels = inserted(&words(asked), is_from_user, is_user_label);
        assert_eq!(labels.map_err(|fault| fault.message), expected.map(words).map_err(str::to_owned), "{asked}");
    }
}

#[test]
fn imported_mail_comes_in_unless_told_otherwise() {
    for (asked, is_spam, expected) in [
        (None, false, "UNREAD INBOX"),
        (None, true, "UNREAD SPAM"),
        (Some(""), false, ""),
        (Some("Label_1"), false, "Label_1"),
        (Some("SENT"), false, "SENT"),
        (Some("INBOX"), true, "SPAM"),
        (Some("STARRED DRAFT"), false, "DRAFT"),
    ] {
        let asked = asked.map(words);
        assert_eq!(imported(asked.as_deref(), is_spam, is_user_label), Ok(words(expected)), "{asked:?}");
    }
    for (asked, complaint) in
        [("CHAT", "Invalid label: CHAT"), ("INBOX SPAM", "Can only add one of: INBOX, SPAM, TRASH")]
    {
        assert_eq!(imported(Some(&words(asked)), false, is_user_label).unwrap_err().message, complaint);
    }
}

#[test]
fn what_is_moved_in_is_in_one_place() {
    for (labels, expected) in [
        ("INBOX UNREAD", "INBOX UNREAD"),
        ("INBOX STARRED TRASH", "STARRED TRASH"),
        ("SPAM INBOX", "SPAM"),
        ("SPAM TRASH", "SPAM TRASH"),
    ] {
        assert_eq!(moved_in(words(labels)), words(expected), "{labels}");
    }
}
