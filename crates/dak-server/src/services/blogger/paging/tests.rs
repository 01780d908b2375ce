use super::*;

/// A place comes back as it was written; other bytes are none.
#[test]
fn places_are_bytes() {
    let edge = Cursor { key: time_key(7).to_vec(), id: "51".to_owned() };
    for place in [
        Place { is_before: false, edge: None },
        Place { is_before: true, edge: None },
        Place { is_before: false, edge: Some(edge.clone()) },
        Place { is_before: true, edge: Some(edge.clone()) },
    ] {
        assert_eq!(Place::from_bytes(&place.to_bytes()), Some(place));
    }
    for bytes in [&[][..], b"x", b">x", b"<\0\0", &edge.to_bytes()] {
        assert_eq!(Place::from_bytes(bytes), None, "{bytes:?}");
    }
}

/// Which pages are beside one that was found so.
#[test]
fn what_is_beside_a_page() {
    let edge = Some(Cursor { key: Vec::new(), id: String::new() });
    for (is_before, edge, has_more, next, previous) in [
        (false, None, false, false, false),
        (false, None, true, true, false),
        (false, edge.clone(), false, false, true),
        (false, edge.clone(), true, true, true),
        (true, edge.clone(), false, true, false),
        (true, edge, true, true, true),
        (true, None, false, true, false),
    ] {
        let place = Place { is_before, edge };
        let part = Part::new(&place, index::PUBLISHED, Vec::new(), has_more);
        assert_eq!((part.next.is_some(), part.previous.is_some()), (next, previous), "{place:?} {has_more}");
    }
}
