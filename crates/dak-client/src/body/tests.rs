use std::io::{Cursor, Read, Write};
use std::sync::{Arc, Mutex};

use http_body_util::BodyExt;

use crate::body::{Body, Tapping};
use crate::error::Error;
use crate::outgoing::PIECE_BYTES;

/// The bytes of a body, piece by piece, and the length it announces.
async fn read(body: &Body) -> Result<(Vec<u8>, Vec<usize>, Option<u64>), String> {
    let mut outgoing = body.open().await.map_err(|error| error.to_string())?;
    let length = http_body::Body::size_hint(&outgoing).exact();
    let (mut all, mut pieces) = (Vec::new(), Vec::new());
    while let Some(frame) = outgoing.frame().await {
        let piece = frame.map_err(|error| error.to_string())?.into_data().unwrap();
        pieces.push(piece.len());
        all.extend_from_slice(&piece);
    }
    Ok((all, pieces, length))
}

fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file
}

#[tokio::test]
async fn every_recipe_gives_its_bytes_again_and_again() {
    let bytes: Vec<u8> = (0..PIECE_BYTES * 2 + 5).map(|n| n as u8).collect();
    let on_disk = file(&bytes);
    let copy = bytes.clone();
    let open = move || -> std::io::Result<Box<dyn Read + Send>> { Ok(Box::new(Cursor::new(copy.clone()))) };
    let whole = Some(bytes.len() as u64);
    let cases = [
        (Body::from(bytes.clone()), whole),
        (Body::file(on_disk.path()), whole),
        (Body::file_range(on_disk.path(), 0, bytes.len() as u64), whole),
        (Body::function(whole, open.clone()), whole),
        (Body::function(None, open), None),
    ];
    for (body, expected) in cases {
        for _ in 0..2 {
            let (all, _, length) = read(&body).await.unwrap();
            assert!(all == bytes && length == expected, "{body:?}");
        }
        assert!(body.is_replayable());
    }
}

#[tokio::test]
async fn files_are_read_in_pieces() {
    let on_disk = file(&vec![1; PIECE_BYTES * 2 + 5]);
    let (_, pieces, _) = read(&Body::file(on_disk.path())).await.unwrap();
    assert_eq!(pieces, [PIECE_BYTES, PIECE_BYTES, 5]);
    let (all, _, length) = read(&Body::file_range(on_disk.path(), PIECE_BYTES as u64 * 2, 3)).await.unwrap();
    assert_eq!((all, length), (vec![1; 3], Some(3)));
}

#[tokio::test]
async fn a_reader_is_read_once() {
    let body = Body::reader(None, Cursor::new(b"once"));
    assert!(!body.is_replayable());
    assert_eq!(read(&body).await.unwrap().0, b"once");
    assert!(read(&body).await.unwrap_err().contains("has been sent already"));
}

#[tokio::test]
async fn a_body_that_is_too_short_is_an_error_and_a_longer_one_is_cut() {
    let short = read(&Body::reader(Some(9), Cursor::new(b"once"))).await.unwrap_err();
    assert_eq!(short, "the request's body ended before its length was reached");
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"once").unwrap();
    let short = read(&Body::file_range(file.path(), 0, 9)).await.unwrap_err();
    assert_eq!(short, "the file became shorter while it was sent");
    assert_eq!(read(&Body::reader(Some(2), Cursor::new(b"once"))).await.unwrap().0, b"on");
}

#[tokio::test]
async fn a_file_that_is_not_there_is_named() {
    let error = Body::file("/no/such/file").open().await.map(drop).unwrap_err();
    assert!(matches!(&error, Error::Source(message) if message.contains("/no/such/file")), "{error}");
}

#[tokio::test]
async fn a_body_is_compressed_on_its_way() {
    let plain = vec![b'a'; PIECE_BYTES * 3];
    let mut outgoing = Body::reader(None, Cursor::new(plain.clone())).open().await.unwrap().compressed();
    assert_eq!(http_body::Body::size_hint(&outgoing).exact(), None);
    let mut encoded = Vec::new();
    while let Some(frame) = outgoing.frame().await {
        encoded.extend_from_slice(&frame.unwrap().into_data().unwrap());
    }
    let mut decoded = Vec::new();
    flate2::read::GzDecoder::new(&encoded[..]).read_to_end(&mut decoded).unwrap();
    assert!(encoded.len() < PIECE_BYTES && decoded == plain);
}

#[tokio::test]
async fn a_piece_that_is_still_held_keeps_its_bytes() {
    let bytes: Vec<u8> = (0..PIECE_BYTES * 6).map(|n| (n ^ (n >> 16)) as u8).collect();
    let on_disk = file(&bytes);
    // All are held until the end, then every other one.
    for keeps in [|_: usize| true, |number: usize| number.is_multiple_of(2)] {
        let mut outgoing = Body::file(on_disk.path()).open().await.unwrap();
        let mut held = Vec::new();
        while let Some(frame) = outgoing.frame().await {
            let number = held.len();
            let piece = frame.unwrap().into_data().unwrap();
            assert!(piece == bytes[number * PIECE_BYTES..(number + 1) * PIECE_BYTES]);
            held.push(keeps(number).then_some(piece));
        }
        for (number, piece) in held.into_iter().enumerate() {
            assert!(piece.is_none_or(|piece| piece == bytes[number * PIECE_BYTES..(number + 1) * PIECE_BYTES]));
        }
    }
}

#[tokio::test]
async fn a_frame_goes_around_and_a_tap_sees_what_is_within() {
    let on_disk = file(b"media");
    let bodies = [
        Body::from("media"),
        Body::file(on_disk.path()),
        Body::reader(None, Cursor::new(b"media")),
        Body::function(Some(5), || Ok(Box::new(Cursor::new(b"media")))),
    ];
    for body in bodies {
        let seen = Arc::new(Mutex::new((Vec::new(), false)));
        let tapped = body.framed(b"<".to_vec(), b">".to_vec()).tapped({
            let seen = seen.clone();
            move || {
                let seen = seen.clone();
                Tapping(Box::new(move |piece| {
                    let mut seen = seen.lock().unwrap();
                    seen.0.extend_from_slice(piece.unwrap_or_default());
                    seen.1 |= piece.is_none();
                    Ok(())
                }))
            }
        });
        let (all, _, length) = read(&tapped).await.unwrap();
        assert_eq!((&*all, length.unwrap_or(7)), (&b"<media>"[..], 7));
        // Of a body whose length is not known the end is told too.
        assert_eq!(seen.lock().unwrap().0, b"media");
        assert!(length.is_some() || seen.lock().unwrap().1);
    }
    let empty = Body::from("").framed(b"<".to_vec(), b">".to_vec());
    assert_eq!(read(&empty).await.unwrap().0, b"<>");
    let refused = Body::from("media").tapped(|| Tapping(Box::new(|_| Err(std::io::Error::other("no")))));
    assert_eq!(read(&refused).await.unwrap_err(), "no");
}
