use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Layout, Mask, any_mask, any_value};
use crate::json::canonical;

fn project(mask: &Mask, value: &Value, layout: Layout) -> String {
    let mut out = Vec::new();
    mask.project(&canonical(value), layout, &mut out);
    String::from_utf8(out).unwrap()
}

fn union(one: &Mask, other: &Mask) -> Mask {
    one.clone().union(other.clone()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn what_is_printed_parses_to_the_same_mask(mask in any_mask()) {
        prop_assert_eq!(Mask::parse(&mask.to_string()), Ok(mask));
    }

    #[test]
    fn bytes_and_trees_are_narrowed_alike(mask in any_mask(), value in any_value()) {
        let expected = mask.apply(value.clone());
        let compact = project(&mask, &value, Layout::Compact);
        prop_assert_eq!(&compact, &expected.to_string());
        prop_assert_eq!(project(&mask, &value, Layout::Pretty), format!("{expected:#}"));
    }

    #[test]
    fn everything_is_a_copy(value in any_value()) {
        prop_assert_eq!(project(&Mask::all(), &value, Layout::Compact), value.to_string());
        prop_assert_eq!(project(&Mask::all(), &value, Layout::Pretty), format!("{value:#}"));
    }

    #[test]
    fn narrowing_twice_changes_nothing(mask in any_mask(), value in any_value()) {
        let once = mask.apply(value);
        prop_assert_eq!(mask.apply(once.clone()), once);
    }

    #[test]
    fn a_union_has_no_order_and_takes_no_second_copy(one in any_mask(), other in any_mask()) {
        let both = union(&one, &other);
        prop_assert_eq!(&both, &union(&other, &one));
        prop_assert_eq!(&both, &union(&both, &one));
        prop_assert_eq!(&one, &union(&one, &one));
        prop_assert_eq!(both, Mask::parse(&format!("{one},{other}")).unwrap());
    }

    #[test]
    fn a_union_keeps_what_either_keeps(one in any_mask(), other in any_mask(), value in any_value()) {
        let value = json!({ "a": value });
        let kept = union(&one, &other).apply(value.clone());
        let leaves = leaves(&kept);
        let mut expected = self::leaves(&one.apply(value.clone()));
        expected.extend(self::leaves(&other.apply(value)));
        expected.sort();
        expected.dedup();
        prop_assert_eq!(leaves, expected);
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in r"[ab*,/.()`\\ \n]{0,24}|.{0,24}") {
        if let Err(error) = Mask::parse(&text) {
            let fault = error.fault(&text);
            prop_assert_eq!(fault.message, format!("Invalid field selection {text}"));
        }
    }

    #[test]
    fn no_bytes_make_the_projector_panic(mask in any_mask(), json in r#"[{}\[\]",:\\anull10 ]{0,40}"#) {
        for layout in [Layout::Compact, Layout::Pretty] {
            mask.project(json.as_bytes(), layout, &mut Vec::new());
            Mask::all().project(json.as_bytes(), layout, &mut Vec::new());
        }
    }

    #[test]
    fn a_cut_document_is_narrowed_without_panic(mask in any_mask(), value in any_value(), cut in any::<prop::sample::Index>()) {
        let json = canonical(&value);
        let cut = &json[..cut.index(json.len())];
        mask.project(cut, Layout::Pretty, &mut Vec::new());
    }
}

/// The paths of all members of all objects, in order. Positions in arrays are left out: masks drop scalars there.
fn leaves(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect(value, "", &mut found);
    found.sort();
    found.dedup();
    found
}

fn collect(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let path = format!("{path}/{name}");
                found.push(path.clone());
                collect(member, &path, found);
            }
        }
        Value::Array(elements) => elements.iter().for_each(|element| collect(element, path, found)),
        scalar => found.push(format!("{path}={scalar}")),
    }
}
