use super::Slug;
use crate::clock::parse_rfc3339;
use crate::services::blogger::kind::Kind;

#[test]
fn paths_of_titles() {
    let november_ms = parse_rfc3339("2026-11-30T23:59:59Z").unwrap();
    for (kind, title, content, round, expected) in [
        (Kind::Post, "Title words", "", 0, "/2026/11/title-words.html"),
        (Kind::Post, "Title words", "", 3, "/2026/11/title-words_3.html"),
        (Kind::Post, "The cat's a CAT, isn’t it?", "", 0, "/2026/11/cats-cat-isnt-it.html"),
        (Kind::Post, "আমার সোনার বাংলা", "", 0, "/2026/11/blog-post.html"),
        (Kind::Post, "আমার Café 2026", "", 1, "/2026/11/cafe-2026_1.html"),
        (Kind::Post, "¿Qué pasó? L’été, Żółw İstanbul", "", 0, "/2026/11/que-paso-lete-zolw-istanbul.html"),
        (Kind::Post, "Straße, Ærø und Þing", "", 0, "/2026/11/strasse-aero-und-thing.html"),
        (Kind::Post, " ", "<p>First <b>words</b> of it</p>", 0, "/2026/11/first-words-of-it.html"),
        (Kind::Post, "", "", 0, "/2026/11/blog-post.html"),
        (
            Kind::Post,
            "One title that goes on and on for much longer than a path",
            "",
            0,
            "/2026/11/one-title-that-goes-on-and-on-for-much.html",
        ),
        (
            Kind::Post,
            "Pneumonoultramicroscopicsilicovolcanoconiosis",
            "",
            0,
            "/2026/11/pneumonoultramicroscopicsilicovolcanoco.html",
        ),
        (Kind::Page, "About us", "", 0, "/p/about-us.html"),
        (Kind::Page, "পরিচয়", "", 2, "/p/blog-page_2.html"),
    ] {
        assert_eq!(Slug::new(kind, title, content, november_ms).path(round), expected, "{title}");
    }
}
