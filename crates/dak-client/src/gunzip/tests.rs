use std::io::Write;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::{Damaged, Gunzip, PIECE_BYTES};

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

/// Decodes what comes in pieces of `step` bytes.
fn decode(encoded: &[u8], step: usize) -> Result<Vec<u8>, Damaged> {
    let mut gunzip = Gunzip::new();
    let mut plain = Vec::new();
    for piece in encoded.chunks(step) {
        gunzip.push(Bytes::copy_from_slice(piece));
        while let Some(piece) = gunzip.next()? {
            assert!(!piece.is_empty() && piece.len() <= PIECE_BYTES);
            plain.extend_from_slice(&piece);
        }
    }
    gunzip.finish().map(|()| plain)
}

#[test]
fn any_cut_into_pieces_gives_the_same_bytes() {
    let text: Vec<u8> = (0..20_000u32).flat_map(|n| (n * n).to_string().into_bytes()).collect();
    for plain in [&b""[..], b"a", &text] {
        let encoded = gzip(plain);
        for step in [1, 7, 1000, encoded.len()] {
            assert_eq!(decode(&encoded, step).as_deref(), Ok(plain), "{} bytes by {step}", plain.len());
        }
    }
}

#[test]
fn members_follow_one_another() {
    let both = [gzip(b"one "), gzip(b"two")].concat();
    for step in [1, 10, both.len()] {
        assert_eq!(decode(&both, step).as_deref(), Ok(&b"one two"[..]));
    }
}

#[test]
fn nothing_is_an_empty_body() {
    assert_eq!(decode(b"", 1).as_deref(), Ok(&b""[..]));
}

#[test]
fn a_bomb_comes_in_bounded_pieces() {
    let bomb = gzip(&vec![0; 4 << 20]);
    assert_eq!(decode(&bomb, bomb.len()).map(|plain| plain.len()), Ok(4 << 20));
}

#[test]
fn every_cut_is_noticed() {
    let encoded = gzip(b"the quick brown fox");
    for end in 1..encoded.len() {
        assert_eq!(decode(&encoded[..end], 5), Err(Damaged::Truncated), "cut after {end}");
    }
}

#[test]
fn damage_is_noticed() {
    let mut checksum = gzip(b"the quick brown fox");
    let at = checksum.len() - 6;
    checksum[at] ^= 1;
    assert_eq!(decode(&checksum, 100), Err(Damaged::Corrupt));
    assert_eq!(decode(b"{\"plain\": \"json\"}", 100), Err(Damaged::Corrupt));
    assert_eq!(decode(&[gzip(b"x"), b"rubbish, and more of it".to_vec()].concat(), 100), Err(Damaged::Corrupt));
}
