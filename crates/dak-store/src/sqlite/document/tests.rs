use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::time_key;

proptest! {
    #[test]
    fn buckets_follow_keys(a in any::<i64>(), b in any::<i64>()) {
        let key = |time: i64| time_key(time);
        let (low, high) = if key(a) <= key(b) { (a, b) } else { (b, a) };
        prop_assert!(bucket(OrderKind::Time, &key(low)) <= bucket(OrderKind::Time, &key(high)));
    }

    #[test]
    fn buckets_follow_bytes(a in any::<Vec<u8>>(), b in any::<Vec<u8>>()) {
        let (low, high) = if a <= b { (a, b) } else { (b, a) };
        for kind in [OrderKind::Bytes, OrderKind::Sequence, OrderKind::Time] {
            prop_assert!(bucket(kind, &low) <= bucket(kind, &high));
        }
    }

    #[test]
    fn a_bucket_begins_at_its_lowest_key(key in vec(any::<u8>(), 0..9), other in any::<u32>()) {
        for kind in [OrderKind::Bytes, OrderKind::Sequence, OrderKind::Time] {
            let bucket = bucket(kind, &key);
            prop_assert!(lowest_key(kind, bucket) <= key);
            prop_assert!(bucket == u32::MAX || key < lowest_key(kind, bucket + 1));
            prop_assert_eq!(super::bucket(kind, &lowest_key(kind, other)), other);
            let number = *bucket_range(7, other).end();
            prop_assert_eq!(bucket_in_list(number), other);
        }
    }
}

#[test]
fn ranges_of_lists_are_apart_and_in_order() {
    for list in [1, 2, 1000, (1 << 19) - 1, 1 << 19, (1 << 20) - 2] {
        let whole = list_range(list);
        assert!(whole.start() < whole.end());
        let (first, last) = (bucket_range(list, 0), bucket_range(list, u32::MAX));
        assert_eq!((*first.start(), *last.end()), (*whole.start(), *whole.end()));
        assert!(bucket_range(list, 7).end() < bucket_range(list, 8).start());
        assert!(!whole.contains(stray_range().start()) && !list_range(list + 2).contains(whole.start()));
        assert!(has_range(list));
    }
    assert!(!has_range((1 << 20) - 1) && !has_range(1 << 20));
}
