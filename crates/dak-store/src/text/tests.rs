use proptest::prelude::*;

use super::*;

/// Letters, marks, joiners, digits, what stands between them, and blanks.
const TEXT: &str = "([a-zA-Z0-9_.,:;'\"=<\\-]{0,4}[ \t\n]{0,2}[ΣςıİÅé가ᅡ\u{308}\u{338}\u{301}\u{200d}\u{fe0f}\u{ad}\u{a0}বায়া়日ア🇧🇩👩א\"]{0,3}[ \t]{0,2}){0,8}";

#[test]
fn texts_become_these_words() {
    let cases: &[(&str, &[&str])] = &[
        ("", &[]),
        ("।, — !", &[]),
        ("Hello, World", &["hello", "world"]),
        ("বাংলা ভাষা।", &["বাংলা", "ভাষা"]),
        ("हिन्दी में", &["हिन्दी", "में"]),
        ("nai\u{308}ve", &["naïve"]),
        ("3.14 can't a_b", &["3.14", "can't", "a_b"]),
        ("日本語", &["日", "本", "語"]),
        ("ΟΔΟΣ", &["οδοσ"]),
        ("co\u{ad}op", &["coop"]),
        ("র\u{200d}্যাব", &["র্যাব"]),
        ("me@example.com", &["me", "example.com"]),
    ];
    for (text, expected) in cases {
        assert_eq!(tokens(text), *expected, "{text}");
    }
}

#[test]
fn long_words_are_cut_between_characters() {
    let word = tokens(&"বা".repeat(100));
    assert!(word[0].len() <= TOKEN_BYTES_MAX && word[0].len() > TOKEN_BYTES_MAX - 4);
}

proptest! {
    #[test]
    fn canonically_equal_texts_have_equal_words(text in ".{0,40}") {
        let composed: String = text.nfc().collect();
        let decomposed: String = text.nfd().collect();
        prop_assert_eq!(tokens(&composed), tokens(&decomposed));
    }

    #[test]
    fn taking_runs_by_themselves_only_frees_stray_marks_of_blanks(text in TEXT) {
        let folded = folded(&text);
        let whole: Vec<&str> = folded.unicode_words().map(|word| truncate(word.trim_ascii_start())).collect();
        prop_assert_eq!(tokens(&text), whole);
    }

    #[test]
    fn words_are_neither_empty_nor_too_long(text in ".{0,200}") {
        prop_assert!(tokens(&text).iter().all(|word| !word.is_empty() && word.len() <= TOKEN_BYTES_MAX));
    }
}
