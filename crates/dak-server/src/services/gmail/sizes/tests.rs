use super::*;

/// Sizes about which classes begin and end, and the ends of all.
fn sizes() -> Vec<u64> {
    let steps =
        (0..=34).flat_map(|octave| (0..EIGHTHS).map(move |eighth| (1_u64 << octave) / 8 * u64::from(8 + eighth)));
    let about = steps.flat_map(|step| [step.saturating_sub(1), step, step + 1]);
    about.chain([0, 1, u64::MAX - 1, u64::MAX]).collect()
}

/// Whether a message of this size is among those that a filter finds.
fn finds(filter: &Filter, bytes: u64) -> bool {
    match filter {
        Filter::And(parts) => parts.iter().all(|part| finds(part, bytes)),
        Filter::Or(parts) => parts.iter().any(|part| finds(part, bytes)),
        Filter::Range { from, to, .. } => {
            let key = size_key(bytes);
            from.as_ref().is_none_or(|from| key[..] >= from[..]) && to.as_ref().is_none_or(|to| key[..] < to[..])
        }
        Filter::Tag(tag) => tags(bytes).contains(tag),
        other => panic!("{other:?}"),
    }
}

#[test]
fn classes_find_what_the_bounds_say() {
    let sizes = sizes();
    for bound in &sizes {
        let (from, below) = (from(*bound), below(*bound));
        for bytes in &sizes {
            assert_eq!(finds(&from, *bytes), bytes >= bound, "{bytes} from {bound}: {from:?}");
            assert_eq!(finds(&below, *bytes), bytes < bound, "{bytes} below {bound}: {below:?}");
        }
    }
}

#[test]
fn classes_by_name() {
    for (bytes, expected) in [
        (0, ["size=8", "size=8.0"]),
        (287, ["size=8", "size=8.0"]),
        (288, ["size=8", "size=8.1"]),
        (1023, ["size=9", "size=9.7"]),
        (1024, ["size=10", "size=10.0"]),
        (1 << 20, ["size=20", "size=20.0"]),
        (25 << 20, ["size=24", "size=24.4"]),
        (u64::MAX, ["size=27", "size=27.7"]),
    ] {
        assert_eq!(tags(bytes), expected, "{bytes}");
    }
}
