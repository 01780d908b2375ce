use proptest::prelude::*;

use super::*;

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
    fn words_are_neither_empty_nor_too_long(text in ".{0,200}") {
        prop_assert!(tokens(&text).iter().all(|word| !word.is_empty() && word.len() <= TOKEN_BYTES_MAX));
    }
}
