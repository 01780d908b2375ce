use proptest::prelude::*;

use super::{MissingValue, Segment, Template, TemplateError};

fn template(text: &str) -> Template {
    Template::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// (template, path, its captures in order; `None`: does not match)
const MATCHES: &[(&str, &str, Option<&[&str]>)] = &[
    ("", "", Some(&[])),
    ("", "x", None),
    ("blogs", "blogs", Some(&[])),
    ("blogs", "blogs/", None),
    ("blogs", "Blogs", None),
    ("blogs", "bl%6Fgs", Some(&[])),
    ("blogs/byurl", "blogs/byurl", Some(&[])),
    ("blogs/byurl", "blogs", None),
    ("v1/messages:batchGet", "v1/messages:batchGet", Some(&[])),
    ("{id}", "324", Some(&["324"])),
    ("{id}", "", None),
    ("{id}", "a/b", None),
    ("{id}", "a%2Fb", Some(&["a/b"])),
    ("{id}", "a+b%20c", Some(&["a+b c"])),
    ("{id}", "a:b", Some(&["a:b"])),
    ("users/{userId}/messages/{id}", "users/me/messages/17", Some(&["me", "17"])),
    ("users/{userId}/messages/{id}", "users/me@x.org/messages/17", Some(&["me@x.org", "17"])),
    ("users/{userId}/messages/{id}", "users//messages/17", None),
    ("users/{userId}/messages/{id}", "users/me/messages/17/", None),
    ("users/{userId}/messages/{id}", "users/me/messages", None),
    ("{thing}:search", "posts:search", Some(&["posts"])),
    ("{thing}:search", "posts:find", None),
    ("{thing}:search", ":search", None),
    ("{thing}:search", "postssearch", None),
    ("{thing}:search", "a:b:search", Some(&["a:b"])),
    ("v1/{+name}", "v1/projects/p/topics/t", Some(&["projects/p/topics/t"])),
    ("v1/{+name}", "v1/one", Some(&["one"])),
    ("v1/{+name}", "v1/", None),
    ("v1/{+name}", "v1", None),
    ("v1/{+name}", "v1/a%2Fb/c%20d", Some(&["a/b/c d"])),
    ("v1/{+name}:cancel", "v1/operations/17:cancel", Some(&["operations/17"])),
    ("v1/{+name}:cancel", "v1/operations/17", None),
    ("v1/{+name}:cancel", "v1/:cancel", None),
    ("v1/{+parent}/notes", "v1/projects/p/notes", Some(&["projects/p"])),
    ("v1/{+parent}/notes", "v1/notes", None),
    ("v1/{+parent}/notes", "v1/notes/notes", Some(&["notes"])),
    ("v1/{+parent}/notes/{id}", "v1/a/b/notes/7", Some(&["a/b", "7"])),
    ("{+name}", "a//b", Some(&["a//b"])),
    ("{+name}/to/{+other}", "a/to/b", None),
    ("b/{bucket}/o/{object}", "b/x/o/dir%2Ffile.txt", Some(&["x", "dir/file.txt"])),
    ("v1/projects/{projectsId}/locations/{locationsId}:run", "v1/projects/p/locations/eu:run", Some(&["p", "eu"])),
];

#[test]
fn paths_are_matched_and_decoded() {
    for (text, path, wanted) in MATCHES {
        let template = template(text);
        let found = template.matches(path);
        let captures = found.map(|values| template.decode(&values).unwrap());
        let values = captures.as_ref().map(|captures| captures.iter().map(|(_, value)| value));
        let values = values.map(Iterator::collect::<Vec<_>>);
        assert_eq!(values.as_deref(), *wanted, "{text} {path}");
    }
}

#[test]
fn captures_have_names() {
    let template = template("users/{userId}/messages/{id}");
    let values = template.matches("users/me/messages/%E0%A6%A1").unwrap();
    let captures = template.decode(&values).unwrap();
    assert_eq!(captures.value("userId"), Some("me"));
    assert_eq!(captures.value("id"), Some("ড"));
    assert_eq!(captures.value("other"), None);
}

#[test]
fn a_value_must_be_utf8() {
    let template = template("posts/{id}");
    let fault = template.decode(&["%ff"]).unwrap_err();
    assert_eq!((fault.code, fault.location.unwrap().name.as_str()), (400, "id"));
}

/// (template, values, path)
const EXPANSIONS: &[(&str, &[(&str, &str)], &str)] = &[
    ("", &[], ""),
    ("posts/{id}", &[("id", "324")], "posts/324"),
    ("posts/{id}", &[("id", "a/b c")], "posts/a%2Fb%20c"),
    ("posts/{id}", &[("id", "a:b?c#d%e+f")], "posts/a%3Ab%3Fc%23d%25e%2Bf"),
    ("posts/{id}", &[("id", "ডাক")], "posts/%E0%A6%A1%E0%A6%BE%E0%A6%95"),
    ("posts/{id}", &[("id", "A-z_0.9~")], "posts/A-z_0.9~"),
    ("v1/{+name}", &[("name", "a/b c")], "v1/a/b%20c"),
    ("v1/{+name}:cancel", &[("name", "a/b:c")], "v1/a/b%3Ac:cancel"),
    ("/{a}/to/{b}", &[("b", "2"), ("a", "1")], "1/to/2"),
];

fn lookup<'v>(values: &[(&'v str, &'v str)], name: &str) -> Option<&'v str> {
    values.iter().find(|(other, _)| *other == name).map(|(_, value)| *value)
}

#[test]
fn values_are_expanded() {
    for (text, values, wanted) in EXPANSIONS {
        let path = template(text).expand(|name| lookup(values, name));
        assert_eq!(path.as_deref(), Ok(*wanted), "{text}");
    }
    for values in [&[][..], &[("id", "")]] {
        let path = template("posts/{id}").expand(|name| lookup(values, name));
        assert_eq!(path, Err(MissingValue("id".to_owned())));
    }
}

#[test]
fn the_parts_are_open_to_a_router() {
    let template = template("v1/{+name}/items/{id}:move");
    let wanted = [
        Segment::Literal("v1".to_owned()),
        Segment::CaptureRest("name".to_owned()),
        Segment::Literal("items".to_owned()),
        Segment::Capture("id".to_owned()),
    ];
    assert_eq!(template.segments(), wanted);
    assert_eq!(template.verb(), Some("move"));
    assert_eq!(template.variables().collect::<Vec<_>>(), ["name", "id"]);
}

#[test]
fn bad_templates_are_refused() {
    let segment = |text: &str| TemplateError::Segment(text.to_owned());
    for (text, wanted) in [
        ("a/{id", segment("{id")),
        ("a/id}", segment("id}")),
        ("a/{}", segment("{}")),
        ("a/{+}", segment("{+}")),
        ("a/{b c}", segment("{b c}")),
        ("a/x{b}", segment("x{b}")),
        ("a/{b}{c}", segment("{b}{c}")),
        ("a{/b*}", segment("a{")),
        ("a/{?b}", segment("{?b}")),
        ("a?b", segment("a?b")),
        ("{b}.json", TemplateError::Verb(".json".to_owned())),
        ("{b}:", TemplateError::Verb(":".to_owned())),
        ("{b}:x/y", TemplateError::Verb(":x/y".to_owned())),
        ("{b}/{b}", TemplateError::Repeated("b".to_owned())),
    ] {
        assert_eq!(Template::parse(text), Err(wanted), "{text}");
    }
}

/// Templates with variables a, b and c among other things.
fn templates() -> impl Strategy<Value = String> {
    let front = prop::sample::select(vec!["", "v1/", "{a}/", "x/{a}/"]);
    let middle = prop::sample::select(vec!["{+b}", "{b}", "lit", "{b}/lit", "{+b}/lit"]);
    let back = prop::sample::select(vec!["", "/{c}", "/{c}:go", "/end"]);
    (front, middle, back).prop_map(|(front, middle, back)| format!("{front}{middle}{back}"))
}

proptest! {
    #[test]
    fn what_is_expanded_matches_again(text in templates(), a in ".{1,8}", b in ".{1,8}", c in ".{1,8}") {
        let template = template(&text);
        let given = [("a", &*a), ("b", &*b), ("c", &*c)];
        let path = template.expand(|name| lookup(&given, name)).unwrap();
        let values = template.matches(&path).unwrap();
        let captures = template.decode(&values).unwrap();
        for (name, value) in captures.iter() {
            prop_assert_eq!(Some(value), lookup(&given, name));
        }
        prop_assert_eq!(captures.iter().count(), template.variables().count());
    }

    #[test]
    fn what_is_printed_parses_again(text in templates()) {
        prop_assert_eq!(template(&text).to_string(), text);
    }

    #[test]
    fn any_text_parses_or_is_refused(text: String, path: String) {
        if let Ok(template) = Template::parse(&text) {
            let _ = template.matches(&path).map(|values| template.decode(&values).is_ok());
        }
    }
}
