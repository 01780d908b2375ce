//! The server's memory while several files come at once, in one request each and then in chunks.

use std::thread;

use crate::child::Cores;
use crate::dak::Dak;
use crate::failure::Failure;
use crate::media::Media;
use crate::rows::media::uploads::{CHUNK_BYTES, put};
use crate::rows::media::{MIB, Stage};
use crate::rows::{Goal, Numbers, Row};

pub(super) const NAME: &str = "memory, 8 uploads at once";
const UPLOADS: usize = 8;
const MIB_MAX: f64 = 64.0;

pub(super) fn measure(stage: &Stage<'_>) -> Result<Vec<Row>, Failure> {
    let dak = Dak::start(stage.place, Cores::All)?;
    for chunk_bytes in [stage.media.bytes, CHUNK_BYTES] {
        at_once(&dak, &stage.media, chunk_bytes)?;
    }
    let mebibytes = dak.server.resident_bytes_max()? / MIB;
    let numbers = Some(Numbers { ours: mebibytes, floor: None, ratio: mebibytes });
    let (unit, goal) = ("MiB resident at most", Goal::AtMost(MIB_MAX));
    Ok(vec![Row { name: NAME, floor_name: "", unit, numbers, goal }])
}

fn at_once(dak: &Dak, media: &Media, chunk_bytes: u64) -> Result<(), Failure> {
    thread::scope(|scope| {
        let senders: Vec<_> = (0..UPLOADS).map(|_| scope.spawn(|| put(dak, media, chunk_bytes))).collect();
        let mut ended = senders.into_iter().map(|sender| sender.join());
        ended.try_for_each(|ended| ended.unwrap_or_else(|_| Err(Failure::new("a sender broke down"))))
    })?;
    dak.delete_media()
}
