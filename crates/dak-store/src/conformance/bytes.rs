//! Blobs: what is written, cut back, read and deleted.

use bytes::Bytes;

use super::{Case, block_on, wait};
use crate::{Blobs, Error, ErrorKind, Reading, Segment};

pub(crate) const CASES: &[Case<dyn Blobs>] = &[
    Case { name: "what was written is read", test: what_was_written_is_read },
    Case { name: "many segments are written at once", test: many_at_once },
    Case { name: "writing goes on while a sync is waited for", test: writing_goes_on },
    Case { name: "a dropped sync is no failure", test: a_dropped_sync_is_no_failure },
    Case { name: "what is appended stands behind what counts", test: appending_cuts_back },
    Case { name: "a segment that is shorter than its length is not there", test: too_short },
    Case { name: "segments are read in order, from any offset", test: reading_from_any_offset },
    Case { name: "only the bytes that count are read", test: only_what_counts_is_read },
    Case { name: "a segment without bytes need not be there", test: segments_without_bytes },
    Case { name: "what does not count is cut off, what counts stays", test: cutting },
    Case { name: "a delete removes, twice without error", test: a_delete_removes },
    Case { name: "a deleted segment may still be read by who had opened it", test: reading_outlives_deleting },
    Case { name: "impossible names are refused", test: impossible_names },
];

/// The segment of a number, of which so many bytes count.
pub fn segment(number: u8, length: u64) -> Segment {
    Segment { name: format!("{:02x}{number:030x}", number.wrapping_mul(37)), length }
}

/// Reads segments to their end.
pub(crate) fn read(blobs: &dyn Blobs, segments: &[Segment], offset: u64, bytes_max: usize) -> Result<Vec<u8>, Error> {
    block_on(async { rest(&mut *blobs.read(segments, offset).await?, bytes_max).await })
}

/// Cuts a segment back to its length, writes pieces and makes them last.
pub(crate) fn append(blobs: &dyn Blobs, segment: &Segment, pieces: &[Vec<u8>]) -> Result<(), Error> {
    block_on(async {
        let mut writing = blobs.append(segment).await?;
        for piece in pieces {
            writing.write(&Bytes::copy_from_slice(piece)).await?;
        }
        writing.sync().await
    })
}

async fn rest(reading: &mut dyn Reading, bytes_max: usize) -> Result<Vec<u8>, Error> {
    let mut all = Vec::new();
    loop {
        let bytes = reading.next(bytes_max).await?;
        assert!(bytes.len() <= bytes_max, "{} bytes, over {bytes_max}", bytes.len());
        if bytes.is_empty() {
            return Ok(all);
        }
        all.extend_from_slice(&bytes);
    }
}

#[expect(clippy::expect_used, reason = "a case fails by panicking")]
fn put(blobs: &dyn Blobs, number: u8, bytes: &[u8]) -> Segment {
    append(blobs, &segment(number, 0), &[bytes.to_vec()]).expect("the store writes");
    segment(number, bytes.len() as u64)
}

fn kind<T>(result: Result<T, Error>) -> Option<ErrorKind> {
    result.err().map(|error| error.kind())
}

fn is_read(blobs: &dyn Blobs, segments: &[Segment], expected: &[u8]) {
    assert_eq!(read(blobs, segments, 0, 1 << 20), Ok(expected.to_vec()), "{segments:?}");
}

fn what_was_written_is_read(blobs: &dyn Blobs) {
    let large: Vec<u8> = (0..5_000_011_u32).map(|number| (number % 251) as u8).collect();
    // The second begins where no disk's sector does.
    let (first, second) = large.split_at(3_000_017);
    let written = [first, second].into_iter().fold(segment(1, 0), |written, part| {
        let pieces: Vec<Vec<u8>> = part.chunks(300_007).map(<[u8]>::to_vec).chain([Vec::new()]).collect();
        assert_eq!(append(blobs, &written, &pieces), Ok(()));
        segment(1, written.length + part.len() as u64)
    });
    assert!(blobs.is_appendable(&written));
    for bytes_max in [1000, 1 << 18, usize::MAX] {
        assert!(read(blobs, std::slice::from_ref(&written), 0, bytes_max) == Ok(large.clone()), "by {bytes_max}");
    }
}

fn many_at_once(blobs: &dyn Blobs) {
    let mut all: Vec<_> = (0..=100).map(|number| (number, wait(blobs.append(&segment(number, 0))))).collect();
    for _ in 0..3 {
        for (number, writing) in &mut all {
            wait(writing.write(&Bytes::from(vec![*number; 5000])));
        }
    }
    let syncs: Vec<_> = all.iter_mut().map(|(_, writing)| writing.sync()).collect();
    syncs.into_iter().for_each(wait);
    for (number, _) in all {
        is_read(blobs, &[segment(number, 15_000)], &[number; 15_000]);
    }
}

fn cutting(blobs: &dyn Blobs) {
    let whole = put(blobs, 1, b"123456");
    let part = segment(1, 4);
    assert_eq!(block_on(blobs.cut(&part)), Ok(()));
    is_read(blobs, std::slice::from_ref(&part), b"1234");
    assert_eq!(kind(read(blobs, &[whole], 0, 100)), Some(ErrorKind::Unavailable));
    assert_eq!(kind(block_on(blobs.cut(&segment(1, 5)))), Some(ErrorKind::Unavailable));
    assert_eq!(block_on(blobs.cut(&segment(1, 0))), Ok(()));
    assert_eq!(kind(read(blobs, &[part], 0, 100)), Some(ErrorKind::Unavailable));
    assert_eq!(block_on(blobs.cut(&segment(1, 0))), Ok(()));
    is_read(blobs, &[put(blobs, 1, b"78")], b"78");
}

fn writing_goes_on(blobs: &dyn Blobs) {
    let mut writing = wait(blobs.append(&segment(1, 0)));
    let mut syncs = Vec::new();
    for byte in b'a'..=b'z' {
        wait(writing.write(&Bytes::copy_from_slice(&[byte])));
        syncs.push(writing.sync());
    }
    syncs.into_iter().rev().for_each(wait);
    is_read(blobs, &[segment(1, 26)], b"abcdefghijklmnopqrstuvwxyz");
}

fn a_dropped_sync_is_no_failure(blobs: &dyn Blobs) {
    let mut writing = wait(blobs.append(&segment(1, 0)));
    wait(writing.write(&Bytes::from_static(b"ab")));
    drop(writing.sync());
    wait(writing.write(&Bytes::from_static(b"c")));
    wait(writing.sync());
    is_read(blobs, &[segment(1, 3)], b"abc");
}

fn appending_cuts_back(blobs: &dyn Blobs) {
    put(blobs, 1, b"abcdef");
    for (length, piece, expected) in [(6, "gh", "abcdefgh"), (3, "x", "abcx"), (4, "", "abcx"), (0, "new", "new")] {
        assert_eq!(append(blobs, &segment(1, length), &[piece.as_bytes().to_vec()]), Ok(()));
        is_read(blobs, &[segment(1, expected.len() as u64)], expected.as_bytes());
        let longer = segment(1, expected.len() as u64 + 1);
        assert_eq!(kind(read(blobs, &[longer], 0, 10)), Some(ErrorKind::Unavailable), "nothing stands behind it");
    }
}

fn too_short(blobs: &dyn Blobs) {
    put(blobs, 1, b"abc");
    for segment in [segment(1, 4), segment(1, u64::MAX), segment(2, 1)] {
        assert_eq!(kind(append(blobs, &segment, &[])), Some(ErrorKind::Unavailable), "{segment:?}");
        assert_eq!(kind(read(blobs, &[segment], 0, 10)), Some(ErrorKind::Unavailable));
    }
    is_read(blobs, &[segment(1, 3)], b"abc");
}

fn reading_from_any_offset(blobs: &dyn Blobs) {
    let whole = b"abcdefghij";
    let segments = [put(blobs, 1, b"abc"), put(blobs, 2, b"d"), segment(9, 0), put(blobs, 3, b"efghij")];
    for offset in 0..=whole.len() + 2 {
        for bytes_max in [1, 2, 3, 100] {
            let expected = whole.get(offset..).unwrap_or_default().to_vec();
            assert_eq!(read(blobs, &segments, offset as u64, bytes_max), Ok(expected), "{offset} by {bytes_max}");
        }
    }
    assert_eq!(read(blobs, &segments, u64::MAX, 100), Ok(Vec::new()));
    assert_eq!(read(blobs, &[], 0, 100), Ok(Vec::new()));
}

fn only_what_counts_is_read(blobs: &dyn Blobs) {
    put(blobs, 1, b"abcdef");
    put(blobs, 2, b"ghi");
    is_read(blobs, &[segment(1, 4), segment(2, 2)], b"abcdgh");
    is_read(blobs, &[segment(2, 1), segment(1, 1), segment(2, 3)], b"gaghi");
}

fn segments_without_bytes(blobs: &dyn Blobs) {
    is_read(blobs, &[segment(1, 0)], b"");
    assert_eq!(append(blobs, &segment(1, 0), &[]), Ok(()));
    is_read(blobs, &[segment(1, 0)], b"");
}

fn a_delete_removes(blobs: &dyn Blobs) {
    let (gone, kept) = (put(blobs, 1, b"abc"), put(blobs, 2, b"def"));
    for _ in 0..2 {
        wait(blobs.delete(&gone.name));
        assert_eq!(kind(read(blobs, std::slice::from_ref(&gone), 0, 10)), Some(ErrorKind::Unavailable));
    }
    is_read(blobs, &[kept], b"def");
}

fn reading_outlives_deleting(blobs: &dyn Blobs) {
    let segments = [put(blobs, 1, b"abc"), put(blobs, 2, b"def")];
    let mut reading = wait(blobs.read(&segments, 1));
    segments.iter().for_each(|segment| wait(blobs.delete(&segment.name)));
    assert_eq!(wait(rest(&mut *reading, 2)), b"bcdef");
}

fn impossible_names(blobs: &dyn Blobs) {
    let good = segment(1, 0).name;
    let names =
        [String::new(), good[1..].to_owned(), format!("{good}0"), "A".repeat(32), "../".repeat(12), "é".repeat(16)];
    for name in names {
        let segment = Segment { name, length: 0 };
        assert_eq!(kind(append(blobs, &segment, &[])), Some(ErrorKind::Invalid), "{segment:?}");
        assert_eq!(kind(read(blobs, std::slice::from_ref(&segment), 0, 10)), Some(ErrorKind::Invalid), "{segment:?}");
        assert_eq!(kind(block_on(blobs.delete(&segment.name))), Some(ErrorKind::Invalid), "{segment:?}");
    }
}
