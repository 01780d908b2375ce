use super::Best;

/// Keys with a size each, how many and how many bytes there may be; what is kept, and whether there was more.
#[test]
fn the_first_in_whatever_order_they_come() {
    for (items, limit, bytes_max, expected, is_more) in [
        ("", 3, 9, "", false),
        ("b1 a1", 3, 9, "ab", false),
        ("d1 b1 c1 a1", 2, 9, "ab", true),
        // Nothing behind what found no room is kept, though it would find some.
        ("c1 a1 b9 d1", 3, 5, "a", true),
        ("a9", 3, 5, "a", false),
        ("b9 a9", 3, 5, "a", true),
    ] {
        let mut best = Best::new(limit, bytes_max);
        for item in items.split_whitespace() {
            let (key, size) = item.split_at(1);
            best.push(key.as_bytes().to_vec(), size.parse().unwrap(), key);
        }
        let (kept, more) = best.finish();
        assert_eq!((kept.concat().as_str(), more), (expected, is_more), "{items}");
    }
}
