//! How terms are joined, grouped, negated and quoted (`G41`), and how much of it a search may have (`G42`).

use super::*;

#[test]
fn words_and_phrases() {
    check(&[
        ("", ""),
        ("   ", ""),
        ("dinner", r#""dinner""#),
        ("dinner movie", r#""dinner" "movie""#),
        ("dinner\tmovie\u{a0}night", r#""dinner" "movie" "night""#),
        (r#""dinner and movie""#, r#""dinner and movie""#),
        (r#""  dinner   and "movie"#, r#""dinner and" "movie""#),
        (r#"dinner"movie night""#, r#""dinner" "movie night""#),
        (r#""dinner" "movie""#, r#""dinner" "movie""#),
        ("“dinner and movie”", r#""dinner and movie""#),
        ("„dinner and movie“", r#""dinner and movie""#),
        ("+unicorn", r#""unicorn""#),
        ("++unicorn", r#""unicorn""#),
        ("+\"a unicorn\"", r#""a unicorn""#),
        ("a-b", r#""a-b""#),
        ("a+b", r#""a+b""#),
        ("C++", r#""C++""#),
        ("amy@example.com", r#""amy@example.com""#),
        ("it's", r#""it's""#),
        ("or and not", r#""or" "and" "not""#),
        ("NOT x", r#""NOT" "x""#),
        ("me", r#""me""#),
    ]);
}

#[test]
fn scripts_beside_latin() {
    check(&[
        ("দুপুরের খাবার", r#""দুপুরের" "খাবার""#),
        ("\"দুপুরের খাবার\"", r#""দুপুরের খাবার""#),
        ("subject:দুপুর", r#"subject:"দুপুর""#),
        ("subject:(দুপুর OR রাত) -খাবার", r#"{subject:"দুপুর" subject:"রাত"} -"খাবার""#),
        ("from:রহিম label:কাজ/বাড়ি", "from:\"রহিম\" label:\"কাজ-বাড\u{9bc}ি\""),
        ("खाना OR 食事", r#"{"खाना" "食事"}"#),
        ("filename:প্রতিবেদন.pdf", r#"filename:"প্রতিবেদন.pdf""#),
        ("😀", r#""😀""#),
        ("খাবার AROUND 3 দুপুর", r#""খাবার AROUND 3 দুপুর""#),
        ("from:(রহিম করিম)", r#"from:"রহিম" from:"করিম""#),
    ]);
}

#[test]
fn punctuation_alone_asks_for_nothing() {
    check(&[
        ("-", ""),
        ("+", ""),
        ("- dinner", r#""dinner""#),
        ("dinner -", r#""dinner""#),
        ("dinner & movie", r#""dinner" "movie""#),
        ("dinner – movie", r#""dinner" "movie""#),
        ("\"\"", ""),
        ("\"  \"", ""),
        ("\"!?\" dinner", r#""dinner""#),
        ("... , ;", ""),
        ("-...", ""),
        ("- - -dinner + -movie", r#"-"dinner" -"movie""#),
        ("- (-) + )", ""),
        ("()", ""),
        ("{}", ""),
        ("-()", ""),
        ("(((){}))", ""),
        ("。、", ""),
        ("-(- -)", ""),
    ]);
}

/// G41.
#[test]
fn pictures_are_left_out_beside_words() {
    check(&[
        ("🎉", r#""🎉""#),
        ("🎉 ★", r#""🎉" "★""#),
        ("party 🎉", r#""party""#),
        ("→ party \"★ 🎉\"", r#""party""#),
        ("\"party 🎉\"", r#""party 🎉""#),
        ("subject:🎉 from:amy", r#"from:"amy""#),
        ("party {🎉 ★}", r#""party""#),
        ("party {🎉 cake}", r#""party" {"🎉" "cake"}"#),
        ("-(party 🎉)", r#"-"party""#),
        ("party -🎉", r#""party" -"🎉""#),
    ]);
}

#[test]
fn or_binds_tighter_than_and() {
    check(&[
        ("a OR b", r#"{"a" "b"}"#),
        ("a OR b c", r#"{"a" "b"} "c""#),
        ("a b OR c", r#""a" {"b" "c"}"#),
        ("a b OR c d", r#""a" {"b" "c"} "d""#),
        ("a OR b OR c", r#"{"a" "b" "c"}"#),
        ("a OR b AND c OR d", r#"{"a" "b"} {"c" "d"}"#),
        ("a AND b", r#""a" "b""#),
        ("a AND b OR c", r#""a" {"b" "c"}"#),
        ("from:amy OR from:david", r#"{from:"amy" from:"david"}"#),
        ("from:amy AND to:david", r#"from:"amy" to:"david""#),
        ("from:alice OR from:bob subject:invoice", r#"{from:"alice" from:"bob"} subject:"invoice""#),
        ("a OR -b", r#"{"a" -"b"}"#),
        ("(a b) OR c", r#"{("a" "b") "c"}"#),
        ("a OR (b c)", r#"{"a" ("b" "c")}"#),
        ("a OR (b OR c)", r#"{"a" "b" "c"}"#),
        ("(a OR b) OR (c d)", r#"{"a" "b" ("c" "d")}"#),
    ]);
}

#[test]
fn an_operator_without_both_sides_is_not_there() {
    check(&[
        ("OR", ""),
        ("AND", ""),
        ("OR a", r#""a""#),
        ("a OR", r#""a""#),
        ("a OR OR b", r#"{"a" "b"}"#),
        ("a AND AND b", r#""a" "b""#),
        ("a AND OR b", r#"{"a" "b"}"#),
        ("a OR AND b", r#""a" "b""#),
        ("(OR) a", r#""a""#),
        ("a OR () b", r#""a" "b""#),
        ("(a OR) b", r#""a" "b""#),
        ("a (OR b)", r#""a" "b""#),
        ("\"OR\" a", r#""OR" "a""#),
        ("a or b", r#""a" "or" "b""#),
        ("a Or b", r#""a" "Or" "b""#),
        ("ORa OR b", r#"{"ORa" "b"}"#),
    ]);
}

#[test]
fn braces_are_alternatives() {
    check(&[
        ("{a b}", r#"{"a" "b"}"#),
        ("{a}", r#""a""#),
        ("{from:amy from:david}", r#"{from:"amy" from:"david"}"#),
        ("{a OR b}", r#"{"a" "b"}"#),
        ("{a AND b c}", r#"{("a" "b") "c"}"#),
        ("{a b AND c d}", r#"{"a" ("b" "c") "d"}"#),
        ("{(a b) c}", r#"{("a" "b") "c"}"#),
        ("{a {b c}}", r#"{"a" "b" "c"}"#),
        ("{a b} c", r#"{"a" "b"} "c""#),
        ("{a -b}", r#"{"a" -"b"}"#),
        ("-{a b}", r#"-{"a" "b"}"#),
        ("{a b} {c d}", r#"{"a" "b"} {"c" "d"}"#),
        ("{a b} OR {c d}", r#"{"a" "b" "c" "d"}"#),
    ]);
}

#[test]
fn groups() {
    check(&[
        ("(a b)", r#""a" "b""#),
        ("((a))", r#""a""#),
        ("(a b) c", r#""a" "b" "c""#),
        ("a(b c)", r#""a" "b" "c""#),
        ("(a OR b) (c OR d)", r#"{"a" "b"} {"c" "d"}"#),
        ("((a OR b) c) OR d", r#"{({"a" "b"} "c") "d"}"#),
        ("(a (b OR (c d)))", r#""a" {"b" ("c" "d")}"#),
        ("{(a b) (c {d e})}", r#"{("a" "b") ("c" {"d" "e"})}"#),
    ]);
}

#[test]
fn brackets_and_quotes_that_do_not_match() {
    check(&[
        ("(a b", r#""a" "b""#),
        ("a) b", r#""a" "b""#),
        (") a", r#""a""#),
        ("} a {", r#""a""#),
        ("{a b", r#"{"a" "b"}"#),
        ("(a} b) c", r#""a" "b" "c""#),
        ("{a) b} c", r#"{"a" "b"} "c""#),
        ("(a {b c) d", r#""a" {"b" "c" "d"}"#),
        ("\"a b", r#""a b""#),
        ("a \"", r#""a""#),
        ("\"a b\" c\" d", r#""a b" "c" "d""#),
        ("subject:\"a b", r#"subject:"a b""#),
        ("subject:(a b", r#"subject:"a" subject:"b""#),
        ("subject:(\"a b) c", r#"subject:"a b) c""#),
        ("“a b\" c", r#""a b" "c""#),
    ]);
}

#[test]
fn negations() {
    check(&[
        ("dinner -movie", r#""dinner" -"movie""#),
        ("-dinner", r#"-"dinner""#),
        ("--dinner", r#"-"dinner""#),
        ("-+dinner", r#"-"dinner""#),
        ("-\"dinner and movie\"", r#"-"dinner and movie""#),
        ("-(a b)", r#"-("a" "b")"#),
        ("-(a OR b)", r#"-{"a" "b"}"#),
        ("-(-a)", r#""a""#),
        ("-(-(a b))", r#""a" "b""#),
        ("-(a -(b -c))", r#"-("a" -("b" -"c"))"#),
        ("-from:amy", r#"-from:"amy""#),
        ("-from:(amy OR bob)", r#"-{from:"amy" from:"bob"}"#),
        ("-in:inbox -is:read", "-in:inbox -is:read"),
        ("-has:nouserlabels", "has:userlabels"),
        ("-OR", r#"-"OR""#),
        ("a -b OR -c d", r#""a" {-"b" -"c"} "d""#),
        ("-label:work -label:home", r#"-label:"work" -label:"home""#),
        ("from:(-amy)", r#"-from:"amy""#),
        ("subject:-a", r#"subject:"-a""#),
    ]);
}

#[test]
fn operators_and_their_values() {
    check(&[
        ("from:amy", r#"from:"amy""#),
        ("FROM:amy", r#"from:"amy""#),
        ("from: amy", r#"from:"amy""#),
        ("from:   amy bob", r#"from:"amy" "bob""#),
        ("from:\"amy poe\"", r#"from:"amy poe""#),
        ("from: \"amy poe\"", r#"from:"amy poe""#),
        ("from:(amy poe)", r#"from:"amy" from:"poe""#),
        ("from: (amy poe)", r#"from:"amy" from:"poe""#),
        ("from:{amy bob}", r#"{from:"amy" from:"bob"}"#),
        ("from:(a OR b)", r#"{from:"a" from:"b"}"#),
        ("subject:(a b)", r#"subject:"a" subject:"b""#),
        ("subject:dinner movie", r#"subject:"dinner" "movie""#),
        ("subject:(\"a b\" -c)", r#"subject:"a b" -subject:"c""#),
        ("to:(@example.com -cc:@example.com)", r#"to:"@example.com" -cc:"@example.com""#),
        ("subject:(a from:b c)", r#"subject:"a" from:"b" subject:"c""#),
        ("subject:(a (b OR c))", r#"subject:"a" {subject:"b" subject:"c"}"#),
        ("label:(a b)", r#"label:"a" label:"b""#),
        ("label:{a b}", r#"{label:"a" label:"b"}"#),
        ("is:(unread starred)", "is:unread is:starred"),
        ("has:{drive attachment}", "{has:drive has:attachment}"),
        ("from:", ""),
        ("from: ", ""),
        ("from:()", ""),
        ("from:\"\"", ""),
        ("from: to:amy", r#"to:"amy""#),
        ("from: OR to:amy", r#"to:"amy""#),
        ("from: -amy", r#"-"amy""#),
        ("(from:) amy", r#""amy""#),
        ("from:amy@example.com rfc822msgid: is:unread", r#"from:"amy@example.com" is:unread"#),
        ("subject:from:amy", r#"subject:"from:amy""#),
        ("from:amy\"b\"", r#"from:"amy" "b""#),
    ]);
}

#[test]
fn what_is_no_operator_is_text() {
    check(&[
        ("http://example.com/a?b=c", r#""http://example.com/a?b=c""#),
        ("12:30", r#""12:30""#),
        ("Re: lunch", r#""Re:" "lunch""#),
        ("foo:bar", r#""foo:bar""#),
        ("fromage:brie", r#""fromage:brie""#),
        ("foo:(a b)", r#""foo:" "a" "b""#),
        ("foo:\"a b\"", r#""foo:" "a b""#),
        ("-foo:bar", r#"-"foo:bar""#),
        (":", ""),
        (":x", r#"":x""#),
        ("from :amy", r#""from" ":amy""#),
        ("larger:big", r#""larger:big""#),
        ("after:yesterday", r#""after:yesterday""#),
        ("newer_than:soon", r#""newer_than:soon""#),
        ("has:nothing", r#""has:nothing""#),
        ("category:unknown", r#""category:unknown""#),
        ("rfc822msgid:<>", r#""rfc822msgid:<>""#),
    ]);
}

#[test]
fn words_near_each_other() {
    check(&[
        ("holiday AROUND 10 vacation", r#""holiday AROUND 10 vacation""#),
        ("\"secret AROUND 25 birthday\"", r#""secret AROUND 25 birthday""#),
        ("a b AROUND 2 c d", r#""a" "b AROUND 2 c" "d""#),
        ("\"a b\" AROUND 2 \"c d\"", r#""a b AROUND 2 c d""#),
        ("subject:(a AROUND 3 b)", r#"subject:"a AROUND 3 b""#),
        ("subject:\"a AROUND 3 b\"", r#"subject:"a AROUND 3 b""#),
        ("-\"a AROUND 3 b\"", r#"-"a AROUND 3 b""#),
        ("a AROUND 0 b", r#""a AROUND 0 b""#),
        ("x OR a AROUND 3 b", r#"{"x" "a AROUND 3 b"}"#),
        ("a AROUND b", r#""a" "AROUND" "b""#),
        ("a AROUND 3", r#""a" "AROUND" "3""#),
        ("AROUND 3 b", r#""AROUND" "3" "b""#),
        ("a around 3 b", r#""a" "around" "3" "b""#),
        ("a AROUND 3 OR", r#""a" "AROUND" "3""#),
        ("a AROUND 3 (b c)", r#""a" "AROUND" "3" "b" "c""#),
        ("from:a AROUND 3 b", r#"from:"a" "AROUND" "3" "b""#),
        ("a AROUND 3 from:b", r#""a" "AROUND" "3" from:"b""#),
        ("a AROUND 99999999999 b", r#""a" "AROUND" "99999999999" "b""#),
        ("a AROUND 3 b AROUND 4 c", r#""a AROUND 3 b" "AROUND" "4" "c""#),
        ("\"a AROUND x b\" AROUND 4 c", r#""a AROUND x b" "AROUND" "4" "c""#),
    ]);
}

#[test]
fn bounds_are_errors_in_one_sentence() {
    let nested = |levels: usize| format!("{}x{}", "(".repeat(levels), ")".repeat(levels));
    let alternating = |levels: usize| "a -(".repeat(levels) + "b";
    for (query, expected) in [
        ("x ".repeat(TERMS_MAX), None),
        ("x ".repeat(TERMS_MAX + 1), Some("The search has more than 1,000 terms.")),
        (format!("subject:({})", "x OR ".repeat(TERMS_MAX + 1)), Some("The search has more than 1,000 terms.")),
        (nested(DEPTH_MAX), None),
        (nested(DEPTH_MAX + 1), Some("The search nests more than 50 levels deep.")),
        (nested(100_000), Some("The search nests more than 50 levels deep.")),
        ("{".repeat(100_000), Some("The search nests more than 50 levels deep.")),
        ("subject:(".repeat(100_000), Some("The search nests more than 50 levels deep.")),
        ("-(".repeat(100_000), Some("The search nests more than 50 levels deep.")),
        (alternating(24), None),
        (alternating(25), Some("The search nests more than 50 levels deep.")),
        ("-".repeat(100_000), None),
        ("- ".repeat(50_000), None),
        ("OR ".repeat(100_000), None),
        ("()".repeat(100_000), None),
        ("\"".repeat(1_001), None),
    ] {
        let refused = parse(&query, &NOW).err();
        assert_eq!(refused.as_ref().map(|fault| &*fault.message), expected, "{:.40}", query);
        assert!(refused.is_none_or(|fault| fault.code == 400 && fault.reason == "invalidArgument"));
    }
}
