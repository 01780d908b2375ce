//! Which language a tag is (`G31`).

use super::*;

#[test]
fn the_closest_language_is_taken() {
    for (tag, expected) in [
        ("en", Some("en")),
        ("en-GB", Some("en-GB")),
        ("EN-gb", Some("en-GB")),
        ("en-AU", Some("en")),
        ("de-AT", Some("de")),
        ("de-Latn-AT-1996-x-home", Some("de")),
        ("bn-BD", Some("bn")),
        ("es-419", Some("es-419")),
        ("es-MX", Some("es")),
        ("pt", Some("pt-BR")),
        ("pt-AO", Some("pt-BR")),
        ("zh", Some("zh-CN")),
        ("zh-Hant", Some("zh-TW")),
        ("zh-Hant-HK", Some("zh-HK")),
        ("zh-yue-HK", Some("zh-CN")),
        ("he-IL", Some("iw")),
        ("nb-NO", Some("no")),
        ("fil", Some("fil")),
        ("de-u-co-phonebk", Some("de")),
        ("de-a-bbb-x-c", Some("de")),
        ("sl-rozaj-biske", Some("sl")),
    ] {
        assert_eq!(closest(tag), expected, "{tag}");
    }
}

#[test]
fn what_is_no_language_is_none() {
    for tag in [
        "",
        "-",
        "e",
        "1",
        "zzzz",
        "zz",
        "klingon",
        "i-klingon",
        "x-en",
        "en-",
        "-en",
        "en--GB",
        "en_GB",
        "en GB",
        "en-GBR-x",
        "en-a",
        "en-x",
        "en-u-",
        "en-GB-Latn",
        "en-123456789",
        "en-abcdefghi",
        "de-12",
        "français",
        "en\n",
        "en-é",
    ] {
        assert_eq!(closest(tag), None, "{tag:?}");
    }
}

#[test]
fn every_language_is_itself() {
    for tag in SHOWN {
        assert_eq!(closest(tag), Some(tag));
        assert_eq!(closest(&tag.to_ascii_uppercase()), Some(tag));
    }
    for (name, shown) in OTHER_NAMES {
        assert!(SHOWN.contains(&shown) && !SHOWN.contains(&name), "{name}");
    }
}
