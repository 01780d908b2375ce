use super::*;

fn text(text: &str) -> Source {
    Source::Text(text.to_owned())
}

fn file(path: &str) -> Source {
    Source::File(path.to_owned())
}

fn name(raw: &str) -> Name {
    Name { raw: raw.to_owned() }
}

#[test]
fn every_kind_of_item_is_told_apart() {
    let cases = [
        ("k=v", Item::Text(name("k"), text("v"))),
        ("k=", Item::Text(name("k"), text(""))),
        ("k=a=b:c@d", Item::Text(name("k"), text("a=b:c@d"))),
        ("k:=5", Item::Json(name("k"), text("5"))),
        ("k:=null", Item::Json(name("k"), text("null"))),
        ("k==v", Item::Query("k".into(), text("v"))),
        ("fields==items(id)", Item::Query("fields".into(), text("items(id)"))),
        ("H:v", Item::Header("H".into(), text("v"))),
        ("H:a=b", Item::Header("H".into(), text("a=b"))),
        ("H:", Item::HeaderUnset("H".into())),
        ("H;", Item::HeaderEmpty("H".into())),
        ("k=@f", Item::Text(name("k"), file("f"))),
        ("k:=@f.json", Item::Json(name("k"), file("f.json"))),
        ("k==@f", Item::Query("k".into(), file("f"))),
        ("H:@f", Item::Header("H".into(), file("f"))),
        ("@dir/f=1", Item::Body("dir/f=1".into())),
        ("f@pic.png;type=image/png", Item::Upload("f".into(), "pic.png;type=image/png".into())),
        ("a[b][0]=v", Item::Text(name("a[b][0]"), text("v"))),
        ("a[]=v", Item::Text(name("a[]"), text("v"))),
        ("[]:=1", Item::Json(name("[]"), text("1"))),
        (r"a\:b=v", Item::Text(name(r"a\:b"), text("v"))),
        (r"a\=b:v", Item::Header("a=b".into(), text("v"))),
        (r"a\\=v", Item::Text(name(r"a\\"), text("v"))),
        (r"k=\@f", Item::Text(name("k"), text("@f"))),
        (r"k==\@f", Item::Query("k".into(), text("@f"))),
        (r"k=\\@f", Item::Text(name("k"), text(r"\\@f"))),
        (r"path=C:\new\[x]", Item::Text(name("path"), text(r"C:\new\[x]"))),
        ("বাংলা=হ্যাঁ", Item::Text(name("বাংলা"), text("হ্যাঁ"))),
    ];
    for (word, item) in cases {
        assert_eq!(Item::parse(word).expect(word), item, "{word}");
    }
}

#[test]
fn a_bad_item_is_named_with_what_to_do() {
    let cases = [
        ("word", "write word=text"),
        ("=v", "write name=v"),
        (":v", "write name:v"),
        ("@", "write the file's path"),
        ("k=@", "write the file's path"),
        ("f@", "write the file's path"),
        ("/path", "give one URL"),
        (r"a\=b", "no separator"),
        ("", "no separator"),
    ];
    for (word, part) in cases {
        let error = Item::parse(word).expect_err(word);
        let message = error.to_string();
        assert!(message.contains(part), "{word}: {message}");
        assert!(message.contains(&format!("\"{word}\"")), "{message}");
        assert_eq!(error.exit().code(), 64);
    }
}

#[test]
fn escapes_are_undone_before_special_characters_only() {
    let cases = [(r"a\:b", "a:b"), (r"a\nb", r"a\nb"), (r"a\\b", r"a\b"), (r"a\", r"a\"), (r"\[0\]", "[0]")];
    for (raw, plain) in cases {
        assert_eq!(unescape(raw), plain, "{raw}");
    }
}
