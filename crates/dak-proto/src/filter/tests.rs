use proptest::prelude::*;
use serde_json::{Value, json};

use super::{FILTER_BYTES_MAX, Filter, Misfit, Search, TERMS_MAX, Tree};
use crate::comparable::{Comparable, Typed};
use crate::fields::{Kind, Shape};

/// A value as the shape of values like it: an empty object may have any member, and a text may say what it is.
#[derive(Clone)]
pub(crate) struct Like(Value);

impl Shape for Like {
    fn kind(&self) -> Kind {
        match &self.0 {
            Value::Object(members) if members.is_empty() => Kind::Map,
            Value::Object(_) => Kind::Object,
            _ => Kind::Scalar,
        }
    }

    fn member(&self, name: &str) -> Option<Like> {
        match self.kind() {
            Kind::Map => Some(Like(json!(""))),
            _ => self.0.get(name).cloned().map(Like),
        }
    }

    fn members(&self) -> impl Iterator<Item = Like> {
        self.0.as_object().into_iter().flat_map(|members| members.values().cloned().map(Like))
    }
}

impl Typed for Like {
    fn comparable(&self) -> Comparable {
        match &self.0 {
            Value::Bool(_) => Comparable::Boolean,
            Value::Number(_) => Comparable::Number,
            Value::String(text) if text == "int64" => Comparable::Integer,
            Value::String(text) if text == "time" => Comparable::Time,
            Value::String(_) => Comparable::Text,
            _ => Comparable::Any,
        }
    }
}

pub(crate) fn shape() -> Like {
    Like(json!({
        "title": "", "displayName": "", "pages": 1, "count": "int64", "done": true, "made": "time", "gone": "time",
        "size": { "height": 1 }, "labels": {}, "tags": "", "parts": { "name": "" },
    }))
}

fn item() -> Value {
    json!({
        "title": "It's \u{9be}", "displayName": "Report 7.txt", "pages": 3, "count": "10", "done": true,
        "made": "2026-03-01T12:00:00.5Z", "size": { "height": 2.5 }, "labels": { "env": "prod", "a-b": "" },
        "tags": ["a", "b"], "parts": [{ "name": "x" }, { "name": "y" }],
    })
}

fn parse(text: &str) -> Result<Filter, Misfit> {
    Filter::parse(text, &shape())
}

#[test]
fn what_is_equal() {
    let cases = [
        ("", true),
        ("   ", true),
        ("title = \"It's \u{9be}\"", true),
        ("title=\"It's\"", false),
        ("title = 'It\\'s \u{9be}'", true),
        ("title != 'x'", true),
        ("display_name = \"Report 7.txt\"", true),
        ("display_name = \"Report*\"", true),
        ("display_name = *.txt", true),
        ("display_name:Rep*", true),
        ("display_name:*.doc", false),
        ("display_name != *.txt", false),
        ("display_name = *.doc", false),
        ("pages = 3 AND done = true", true),
        ("pages = 3 AND done = FALSE", false),
        ("pages = 3.0", true),
        ("count = 10", true),
        ("(pages=3) AND (size.height=2.5 AND labels.env = \"prod\")", true),
        ("labels.team = \"\"", true),
        ("labels.team != \"\"", false),
        ("tags = \"b\"", true),
        ("tags = \"c\"", false),
        ("parts.name = y", true),
        ("pages != 3", false),
        ("made = 2026-03-01T13:00:00.5+01:00", true),
        ("gone = null AND gone = \"\" AND made != null", true),
        ("size = null", false),
        ("title = \"null\"", false),
        ("pages = (1 OR 3)", true),
        ("pages = (1 AND 3)", false),
    ];
    for (filter, fits) in cases {
        assert_eq!(parse(filter).unwrap().fits(&item()), fits, "{filter}");
    }
}

#[test]
fn what_is_before_after_and_inside() {
    let cases = [
        ("pages > 3", false),
        ("pages >= 3 AND pages <= 3", true),
        ("pages < 10 pages > -1", true),
        ("count > 9", true),
        ("title > A", true),
        ("size.height<3", true),
        ("made > \"2026-03-01\"", true),
        ("made < 2026-03-01T12:00:01Z", true),
        ("gone < 2026-03-01T12:00:01Z", false),
        ("gone >= 2026-03-01T12:00:01Z", false),
        ("NOT gone < 2026-03-01T12:00:01Z", true),
        ("display_name:report", true),
        ("display_name:doc", false),
        ("labels:env", true),
        ("labels:prod", false),
        ("labels.a-b:*", true),
        ("labels.env:*", true),
        ("labels.team:*", false),
        ("size:* AND NOT gone:*", true),
        ("tags:a tags:b", true),
        ("display_name contains 'REPORT'", true),
        ("'b' in tags and not 'c' in tags", true),
    ];
    for (filter, fits) in cases {
        assert_eq!(parse(filter).unwrap().fits(&item()), fits, "{filter}");
    }
}

/// In a filter `OR` binds tighter than `AND`, in a query what comes first.
#[test]
fn what_belongs_together() {
    let cases = [
        ("pages=1 OR pages=3", true, true),
        ("pages=1 AND pages=1 OR pages=3", false, true),
        ("pages=3 or pages=1 and pages=1", false, false),
        ("pages=1 AND (pages=1 OR pages=3)", false, false),
        ("(pages=1 AND pages=1) OR pages=3", true, true),
        ("NOT pages=1 AND -done=false", true, true),
        ("-(pages=1 OR pages=3) OR done=true", true, true),
        ("NOT NOT pages=3", true, true),
    ];
    for (text, filter, query) in cases {
        assert_eq!(parse(text).unwrap().fits(&item()), filter, "{text}");
        match Search::parse(text, &shape()) {
            Ok(Search::Members(members)) => assert_eq!(members.fits(&item()), query, "{text}"),
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[test]
fn what_is_not_understood_is_told() {
    let beyond = |text: &str| Misfit::Beyond(text.to_owned());
    let value = |path: &str, text: &str| Misfit::Value(path.to_owned(), text.to_owned());
    let cases = [
        ("title = \"x", beyond("title = \"x")),
        ("title", beyond("title")),
        ("title =", beyond("title")),
        ("title = = 3", beyond("title")),
        ("= 3", beyond("=")),
        ("(title = x", beyond("x")),
        ("title = x)", beyond(")")),
        ("title = x AND", beyond("AND")),
        ("title = x words", beyond("words")),
        ("title eq 'x'", beyond("title")),
        ("pages = (1 OR 2 AND 3)", beyond("pages")),
        ("titel = x", Misfit::Unknown("titel".to_owned())),
        ("size.depth = 1", Misfit::Unknown("size.depth".to_owned())),
        ("title.first = 1", Misfit::Unknown("title.first".to_owned())),
        ("size = 3", Misfit::Whole("size".to_owned())),
        ("pages > many", value("pages", "many")),
        ("count = 1.5", value("count", "1.5")),
        ("done = maybe", value("done", "maybe")),
        ("made > yesterday", value("made", "yesterday")),
    ];
    for (filter, expected) in cases {
        assert_eq!(parse(filter), Err(expected), "{filter}");
    }
    for long in [" ".repeat(FILTER_BYTES_MAX + 1), "(".repeat(1000), "NOT ".repeat(1000), "a=1 ".repeat(TERMS_MAX + 1)]
    {
        assert!(parse(&long).is_err());
    }
}

#[test]
fn words_of_a_search() {
    let is = |text: &str| Tree::Is(text.to_owned());
    let all = |parts: &[&str]| Tree::All(parts.iter().map(|part| is(part)).collect());
    let cases = [
        ("", all(&[])),
        ("salt and pepper", all(&["salt", "and", "pepper"])),
        ("it's \"so it\" is", all(&["it's", "so it", "is"])),
        ("open \"quote", all(&["open", "quote"])),
        ("at 12:30 http://x/y (see 3)", all(&["at", "12:30", "http://x/y", "(see", "3)"])),
        ("in contains x-y", all(&["in", "contains", "x-y"])),
        ("a OR \"b c\"", Tree::Any(vec![is("a"), is("b c")])),
        ("a -b", Tree::All(vec![is("a"), Tree::Not(Box::new(is("b")))])),
        ("(a or b) AND NOT c", Tree::All(vec![all(&["a", "or", "b"]), Tree::Not(Box::new(is("c")))])),
    ];
    for (text, expected) in cases {
        assert_eq!(Search::parse(text, &shape()), Ok(Search::Text(expected)), "{text}");
    }
}

#[test]
fn a_search_that_is_more_than_words() {
    let unknown = |text: &str| Err(Misfit::Unknown(text.to_owned()));
    let beyond = |text: &str| Err(Misfit::Beyond(text.to_owned()));
    let cases = [
        ("title contains 'it' and done = true", Ok(true)),
        ("'b' in tags", Ok(true)),
        ("title:it", Ok(true)),
        ("title:\"it's\"", Ok(true)),
        ("not done = true", Ok(false)),
        ("fullText contains 'x'", unknown("fullText")),
        ("is:starred", unknown("is")),
        ("'b' in owners", unknown("owners")),
        ("title = 'x", beyond("title = 'x")),
        ("title = 'x' nonsense", beyond("nonsense")),
        ("a > b >", beyond(">")),
        ("a OR (b", beyond("b")),
        ("a OR", beyond("OR")),
    ];
    for (text, expected) in cases {
        let found = Search::parse(text, &shape()).map(|search| match search {
            Search::Members(filter) => filter.fits(&item()),
            Search::Text(_) => panic!("{text} is words"),
        });
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn two_filters_in_one() {
    let cases = [("", "", true), ("", "pages=3", true), ("pages=1", "", false), ("pages=3", "done=false", false)];
    for (one, other, fits) in cases {
        assert_eq!(parse(one).unwrap().and(parse(other).unwrap()).fits(&item()), fits, "{one} {other}");
    }
    assert!(Filter::all().and(Filter::all()).is_all());
}

proptest! {
    /// Whatever is written is a filter, or is refused; words are never more than words.
    #[test]
    fn any_text(
        free in "\\PC{0,60}",
        likely in prop::collection::vec(
            prop::sample::select(vec!["title", "pages", "labels.env", "=", "!=", ">", ":", "(", ")", "-", "NOT", "AND", "or",
                "contains", "in", "'x'", "\"y z\"", "'", "3", "*", "null", ",", "\\"]),
            0..20,
        ),
    ) {
        for text in [free, likely.join(" "), likely.concat()] {
            if let Ok(filter) = parse(&text) {
                filter.fits(&item());
            }
            if let Ok(Search::Members(filter)) = Search::parse(&text, &shape()) {
                filter.fits(&item());
            }
            let _ = crate::order_by::OrderBy::parse(&text, &shape()).map(|order| order.key(&item()));
        }
    }
}
