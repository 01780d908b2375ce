use super::{MARKS_MAX, Mark, SPACING_BYTES_MIN, Trail};

/// A trail after so many bytes, given piece by piece.
fn trail(end: u64, piece_bytes: u64) -> Trail {
    let mut trail = Trail::default();
    for number in 1..=end / piece_bytes {
        trail.passed(Mark { offset: number * piece_bytes, crc32c: Some(number as u32) });
    }
    trail
}

#[test]
fn marks_are_few_and_near() {
    for shift in 24..36 {
        let end = 1 << shift;
        let offsets: Vec<u64> = trail(end, SPACING_BYTES_MIN / 2).marks().map(|mark| mark.offset).collect();
        assert!(offsets.len() <= MARKS_MAX && offsets.is_sorted(), "{end}");
        let farthest = offsets.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or_default();
        let last = end - offsets.last().unwrap();
        // Every other one goes when they are too many, so half of them are left at the least.
        let apart_max = SPACING_BYTES_MIN.max(end / (MARKS_MAX as u64 / 2));
        assert!(farthest <= apart_max && last <= apart_max, "{end}: {farthest} {last}");
    }
}

#[test]
fn a_place_that_was_not_counted_is_no_mark() {
    let mut trail = Trail::default();
    trail.passed(Mark { offset: SPACING_BYTES_MIN, crc32c: None });
    trail.passed(Mark { offset: SPACING_BYTES_MIN - 1, crc32c: Some(1) });
    assert_eq!(trail.marks().count(), 0);
}

#[test]
fn a_trail_goes_on_as_it_was() {
    let before = trail(1 << 34, SPACING_BYTES_MIN);
    let marks = || before.marks().map(|mark| (mark.offset, mark.crc32c.unwrap()));
    assert_eq!(Trail::of(marks()), Some(before.clone()));
    assert_eq!(Trail::of((0..=MARKS_MAX as u64).map(|number| (number, 0))), None);
}
