use super::*;
use crate::Filter;

/// Whether the filter, which is one of texts, finds something in these entries.
fn finds(filter: &Filter, entries: &[(&str, &str)]) -> bool {
    let entries: Vec<TextField> = entries.iter().map(|(name, text)| TextField::new(*name, *text)).collect();
    let Filter::Text(filter) = filter else { panic!("{filter:?} is not about text") };
    Words::new(&entries).has(filter)
}

#[test]
fn entries_of_a_field_are_beside_each_other_with_a_place_between() {
    let entries = [("b", "one two"), ("", "x"), ("b", "..."), ("a", "y"), ("b", "three")];
    let entries = entries.map(|(name, text)| TextField::new(name, text));
    let fields = Words::new(&entries).fields;
    let shown: Vec<String> = fields.iter().map(|field| format!("{}:{}", field.name, field.words.join(","))).collect();
    assert_eq!(shown, [":x", "a:y", "b:one,two,,three"]);
    assert_eq!(Words::new(&[]), Words::default());
}

#[test]
fn filters_look_at_their_field_alone() {
    let entries = [("", "lunch at noon"), ("subject", "Lunch"), ("subject", "party")];
    let cases = [
        (Filter::word("LUNCH"), true),
        (Filter::word("party"), false),
        (Filter::word("party").within("subject"), true),
        (Filter::phrase("lunch party").within("subject"), false),
        (Filter::near("party", "lunch", 1).within("subject"), true),
        (Filter::near("party", "lunch", 0).within("subject"), false),
        (Filter::near("lunch", "noon", 1), true),
        (Filter::near("noon", "lunch", 0), false),
        (Filter::prefix("no"), true),
        (Filter::word("no"), false),
        (Filter::word(""), false),
        (Filter::word("lunch").within("nowhere"), false),
    ];
    for (filter, expected) in cases {
        assert_eq!(finds(&filter, &entries), expected, "{filter:?}");
    }
}
