use super::*;

fn tag(tag: &str) -> Filter {
    Filter::Tag(tag.to_owned())
}

fn not(filter: Filter) -> Filter {
    Filter::Not(Box::new(filter))
}

fn word() -> Filter {
    Filter::word("word")
}

fn time() -> Filter {
    Filter::Range { order: "time".into(), from: None, to: None }
}

#[test]
fn what_can_be_followed_is_and_the_rest_is_left() {
    let any = |parts: &[Filter]| Filter::Or(parts.to_vec());
    let all = |parts: &[Filter]| Filter::And(parts.to_vec());
    let near = Filter::near("a", "b c", 3).within("f");
    let cases: [(&[Filter], &str, usize); 20] = [
        (&[], "", 0),
        (&[tag("a")], "a", 0),
        (&[tag("a"), tag("b")], "a, b", 0),
        (&[word()], "(\"word\")", 0),
        (&[tag("a"), word(), Filter::prefix("x y")], "(\"word\" AND \"x y\" *), a", 0),
        (&[not(Filter::prefix("x y")), word()], "((\"word\") NOT (\"x y\" *))", 0),
        (&[not(word())], "", 1),
        (&[not(word()), tag("a")], "a", 1),
        (&[tag("a"), not(tag("b")), time()], "a", 2),
        (&[any(&[tag("a"), tag("b")])], "any(a b)", 0),
        (&[any(&[tag("a"), word(), Filter::word("x")])], "any(a (\"word\" OR \"x\"))", 0),
        (&[any(&[word(), Filter::word("x")])], "((\"word\" OR \"x\"))", 0),
        (&[any(&[tag("a"), not(tag("b"))])], "", 1),
        (&[any(&[tag("a"), time()]), tag("c")], "c", 1),
        (&[any(&[all(&[tag("a"), word()]), tag("b")])], "any(either(a (\"word\")) b)*", 0),
        (&[any(&[all(&[tag("a"), not(tag("c"))]), tag("b")])], "any(either(a) b)*", 0),
        (&[any(&[all(&[not(tag("c"))]), tag("b")])], "", 1),
        (&[any(&[])], "any()", 0),
        (&[Filter::word("..."), tag("a")], "any(), a", 0),
        (&[near], "(NEAR(\"\u{e080}f\u{e080}a\" \"\u{e080}f\u{e080}b \u{e080}f\u{e080}c\", 3))", 0),
    ];
    for (parts, expected, left_count) in cases {
        let plans = Plans::new(&parts.iter().collect::<Vec<_>>(), true);
        let star = |plan: &Plan| if plan.is_exact() { shown(plan) } else { shown(plan) + "*" };
        let all: Vec<String> = plans.texts.into_iter().chain(plans.parts.iter().map(|(plan, _)| star(plan))).collect();
        assert_eq!((all.join(", "), plans.left.len()), (expected.to_owned(), left_count), "{parts:?}");
    }
}

#[test]
fn texts_are_left_where_documents_are_not_in_order() {
    let filters = [tag("a"), word(), Filter::Or(vec![tag("b"), word()])];
    let plans = Plans::new(&filters.iter().collect::<Vec<_>>(), false);
    assert_eq!((plans.texts, plans.parts.len(), plans.left.len()), (None, 1, 2));
}

#[test]
fn what_indexes_alone_tell_is_planned_exactly() {
    let any = |parts: &[Filter]| Filter::Or(parts.to_vec());
    let all = |parts: &[Filter]| Filter::And(parts.to_vec());
    let either = any(&[all(&[tag("a"), word()]), tag("b")]);
    let cases: [(&[Filter], &str); 16] = [
        (&[], "every"),
        (&[tag("a")], "a"),
        (&[tag("a"), tag("b")], "all(a b)"),
        (&[tag("a"), word(), Filter::word("x")], "all((\"word\" AND \"x\") a)"),
        (&[tag("a"), not(any(&[tag("b"), tag("c")]))], "a except any(any(b c))"),
        (&[word(), not(Filter::word("x"))], "((\"word\") NOT (\"x\"))"),
        (&[tag("a"), not(word())], "a except any(\"word\")"),
        (&[not(word()), not(tag("a"))], "every except any(a \"word\")"),
        (&[either.clone(), not(tag("c"))], "any(all((\"word\") a) b) except any(c)"),
        (&[any(&[tag("a"), not(tag("b"))])], "any(a every except any(b))"),
        (&[any(&[tag("a"), word(), Filter::word("x")])], "any(a (\"word\" OR \"x\"))"),
        (&[any(&[])], "any()"),
        (&[Filter::word("..."), tag("a")], "all(any() a)"),
        (&[not(Filter::All)], "every except any(every)"),
        (&[tag("a"), time()], "none"),
        (&[any(&[tag("a"), all(&[tag("b"), not(time())])])], "none"),
    ];
    for (parts, expected) in cases {
        let plan = Plan::exact(&parts.iter().collect::<Vec<_>>(), true);
        assert!(plan.iter().all(Plan::is_exact));
        assert_eq!(plan.map_or("none".to_owned(), |plan| shown(&plan)), expected, "{parts:?}");
    }
    assert_eq!(Plan::exact(&[&word()], false), None);
    assert_eq!(Plan::exact(&[&tag("a"), &not(word())], false), None);
}

fn shown(plan: &Plan) -> String {
    let each = |plans: &[Plan]| plans.iter().map(shown).collect::<Vec<_>>().join(" ");
    match plan {
        Plan::All(plans) => format!("all({})", each(plans)),
        Plan::Every => "every".to_owned(),
        Plan::Except(of, but) => format!("{} except {}", shown(of), shown(but)),
        Plan::Any(plans) => format!("any({})", each(plans)),
        Plan::Either(plans) => format!("either({})", each(plans)),
        Plan::Tag(text) | Plan::Texts(text) => text.clone(),
    }
}
