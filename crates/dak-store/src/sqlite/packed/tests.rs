use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn what_was_packed_is_read(
        tags in vec(".{0,8}", 0..4), sort in vec((".{0,8}", any::<Vec<u8>>()), 0..4), group in option::of(".{0,8}"),
    ) {
        let entries = Entries { tags, sort, group };
        let bytes = pack(&entries);
        let packed = Packed(&bytes);
        prop_assert_eq!(packed.tags().collect::<Vec<_>>(), entries.tags.clone());
        let sort: Vec<_> = packed.sort().map(|(name, key)| (name.to_owned(), key.to_vec())).collect();
        prop_assert_eq!(sort, entries.sort.clone());
        prop_assert_eq!(packed.group(), entries.group.as_deref());
        prop_assert_eq!(packed.list_key(), entries.sort.first().map(|(_, key)| key.as_slice()).unwrap_or_default());
    }

    #[test]
    fn damaged_bytes_are_read_without_harm(bytes in any::<Vec<u8>>()) {
        let packed = Packed(&bytes);
        let _ = (packed.tags().count(), packed.sort().count(), packed.group(), packed.sort_key("time"), packed.list_key());
    }
}
