//! Cuts at any byte, of which any part was kept.

use dak_client::Way;
use dak_proto::media::hash::crc32c_append;
use dak_testkit::{Play, Random, Scripted};

use super::{BOTH, CHUNK_BYTES, Wish, media};

const SEEDS: u64 = 20;
const LENGTH: u64 = 700_000;

/// A cut: so many bytes were read of the request's body, and so many of those were kept.
struct Cut {
    read: u64,
    kept: u64,
}

/// A script of cuts, each followed by the question what was kept, and then of what it takes to end.
fn script(cuts: &[Cut], media: &[u8], chunk_bytes: Option<u64>) -> Vec<Play> {
    let mut plays = vec![Play::new(200, &[("Location", "/s")], "")];
    let mut offset = 0;
    for cut in cuts {
        offset += cut.kept;
        plays.extend([Play::CloseWithin(cut.read), kept(media, offset)]);
    }
    while let Some(chunk_bytes) = chunk_bytes.filter(|chunk_bytes| offset + chunk_bytes < LENGTH) {
        offset += chunk_bytes;
        plays.push(kept(media, offset));
    }
    let whole = base64_of(media);
    plays.push(Play::json(201, &serde_json::json!({"id": "1", "crc32c": whole})));
    plays
}

fn kept(media: &[u8], offset: u64) -> Play {
    let hash = format!("crc32c={}", base64_of(&media[..offset as usize]));
    let range = format!("bytes=0-{}", offset.saturating_sub(1));
    let headers = [("X-Goog-Running-Hash", &*hash), ("Range", &*range)];
    Play::new(308, if offset == 0 { &headers[..1] } else { &headers }, "")
}

fn base64_of(bytes: &[u8]) -> String {
    base64_simd::STANDARD.encode_to_string(crc32c_append(0, bytes).to_be_bytes())
}

#[test]
fn any_cuts_bring_the_same_bytes() {
    let media = media(LENGTH as usize);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("media.bin");
    std::fs::write(&path, &media).unwrap();
    for seed in 0..SEEDS {
        let mut random = Random::new(seed);
        let cuts: Vec<Cut> = (0..4)
            .map(|_| {
                let read = random.below(CHUNK_BYTES / 2);
                Cut { read, kept: random.below(read + 1) }
            })
            .collect();
        let chunk_bytes = seed.is_multiple_of(2).then_some(CHUNK_BYTES);
        let wishes = [
            Wish { file: Some(path.clone()), ..Wish::default() },
            Wish { bytes: Some(media.clone()), ..Wish::default() },
        ];
        for (wish, by) in wishes.into_iter().zip(BOTH) {
            let server = Scripted::start(script(&cuts, &media, chunk_bytes));
            let wish = Wish { way: Some(Way::Resumable), chunk_bytes, ..wish };
            let (result, _) = wish.send(by, &server.url("/demo/v1"));
            assert_eq!(result.unwrap()["id"], "1", "seed {seed}");
            let bodies = server.requests().into_iter().map(|request| request.body);
            let bodies: Vec<Vec<u8>> = bodies.filter(|body| !body.is_empty()).collect();
            let mut cuts = cuts.iter().filter(|cut| cut.read > 0);
            let arrived: Vec<u8> = bodies
                .into_iter()
                .flat_map(|mut body| {
                    body.truncate(cuts.next().map_or(body.len(), |cut| cut.kept as usize));
                    body
                })
                .collect();
            assert!(arrived == media, "seed {seed}");
        }
    }
}
