//! `G45`.

use super::*;

#[test]
fn subjects_are_the_same_but_for_prefixes() {
    for (subject, expected) in [
        ("Lunch", "lunch"),
        ("Re: Lunch", "lunch"),
        ("RE: re: Fwd: FW: Lunch", "lunch"),
        ("Re:Lunch", "lunch"),
        ("Re : Lunch", "lunch"),
        ("Re[2]: Lunch", "lunch"),
        ("Re(12): Lunch", "lunch"),
        ("Re (12) : Lunch", "lunch"),
        ("AW: WG: Lunch", "lunch"),
        ("SV: VS: VB: Lunch", "lunch"),
        ("R: Lunch", "lunch"),
        ("Antw: Odp: Ynt: Enc: RV: Lunch", "lunch"),
        ("TR : Réf : Lunch", "lunch"),
        ("Отв: Lunch", "lunch"),
        ("回复：Lunch", "lunch"),
        ("转发: Re: Lunch", "lunch"),
        ("[list] Lunch", "lunch"),
        ("[list] Re: Lunch", "lunch"),
        ("Re: [list] Re: [other] Lunch", "lunch"),
        ("Re: [list]", "[list]"),
        ("[list]", "[list]"),
        ("[list] [other]", "[other]"),
        ("Lunch (fwd)", "lunch"),
        ("Re: Lunch (fwd) (fwd)", "lunch"),
        ("  Lunch   at\t noon\r\n today ", "lunch at noon today"),
        ("LUNCH", "lunch"),
        ("Re: ", ""),
        ("", ""),
        ("(fwd)", ""),
        ("দুপুরের খাবার", "দুপুরের খাবার"),
        ("Re: দুপুরের খাবার", "দুপুরের খাবার"),
        // One letter, written as one character and as two.
        ("Re: Caf\u{e9}", "caf\u{e9}"),
        ("Re: Cafe\u{301}", "caf\u{e9}"),
    ] {
        assert_eq!(normalised_subject(subject), expected, "{subject:?}");
    }
}

#[test]
fn what_only_looks_like_a_prefix_stays() {
    for subject in
        ["regarding: lunch", "re lunch", "re(a): lunch", "note: re: lunch", "re[2 lunch", "rest: lunch", "[a lunch"]
    {
        assert_eq!(normalised_subject(subject), subject);
    }
}

#[test]
fn normalising_twice_changes_nothing() {
    for subject in ["Re: [a] Re: b (fwd)", "[a] [b] [c]", "Re: Re:", "re: ( ): x", "[] x", "İ: x"] {
        let once = normalised_subject(subject);
        assert_eq!(normalised_subject(&once), once, "{subject:?}");
    }
}

const LUNCH: Known = Known { thread_id: "t1", thread_messages: 1, message_id: "a@x", subject: "lunch" };
const DINNER: Known = Known { thread_id: "t2", thread_messages: 3, message_id: "b@x", subject: "dinner" };
const LATER: Known = Known { thread_id: "t3", thread_messages: 2, message_id: "c@x", subject: "lunch" };
const FULL: Known = Known { thread_id: "t4", thread_messages: 100, message_id: "d@x", subject: "lunch" };

#[test]
fn incoming_mail_joins_what_it_names() {
    for (references, subject, expected) in [
        (vec!["a@x"], "lunch", Some("t1")),
        (vec!["a@x", "c@x"], "lunch", Some("t3")),
        (vec!["c@x", "a@x"], "lunch", Some("t1")),
        // The nearest has another subject: the one before it counts.
        (vec!["a@x", "b@x"], "lunch", Some("t1")),
        (vec!["b@x"], "lunch", None),
        (vec!["d@x"], "lunch", None),
        (vec!["a@x", "d@x"], "lunch", Some("t1")),
        (vec!["unknown@x"], "lunch", None),
        (vec![], "lunch", None),
    ] {
        let references: Vec<String> = references.into_iter().map(str::to_owned).collect();
        assert_eq!(joined(&references, subject, &[LUNCH, DINNER, LATER, FULL]), expected, "{references:?}");
    }
}

#[test]
fn a_named_thread_is_joined_by_a_real_answer_only() {
    for (thread_id, reference, subject, expected) in [
        ("t1", "a@x", "lunch", true),
        ("t4", "d@x", "lunch", true),
        ("t1", "a@x", "dinner", false),
        ("t1", "b@x", "lunch", false),
        ("t2", "a@x", "lunch", false),
        ("t1", "", "lunch", false),
    ] {
        let references = [reference.to_owned()];
        assert_eq!(may_join(thread_id, &references, subject, &[LUNCH, DINNER, LATER, FULL]), expected, "{thread_id}");
    }
}
