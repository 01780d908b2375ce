//! The server's memory while several files come at once.

use std::thread;

use crate::child::Cores;
use crate::dak::Dak;
use crate::failure::Failure;
use crate::line::Line;
use crate::rows::media::{MIB, Stage};
use crate::rows::{Goal, Numbers, Row};

pub(super) const NAME: &str = "memory, 8 uploads at once";
const UPLOADS: usize = 8;
const MIB_MAX: f64 = 64.0;

pub(super) fn measure(stage: &Stage<'_>) -> Result<Vec<Row>, Failure> {
    let dak = Dak::start(stage.place, Cores::All)?;
    let sent: Result<(), Failure> = thread::scope(|scope| {
        let senders: Vec<_> = (0..UPLOADS).map(|_| scope.spawn(|| send(&dak, stage))).collect();
        let mut ended = senders.into_iter().map(|sender| sender.join());
        ended.try_for_each(|ended| ended.unwrap_or_else(|_| Err(Failure::new("a sender broke down"))))
    });
    sent?;
    let mebibytes = dak.server.resident_bytes_max()? / MIB;
    dak.delete_media()?;
    let numbers = Some(Numbers { ours: mebibytes, floor: None, ratio: mebibytes });
    let (unit, goal) = ("MiB resident at most", Goal::AtMost(MIB_MAX));
    Ok(vec![Row { name: NAME, floor_name: "", unit, numbers, goal }])
}

fn send(dak: &Dak, stage: &Stage<'_>) -> Result<(), Failure> {
    let session = dak.begin_upload(stage.media.bytes)?;
    let mut line = Line::open(&dak.server.address)?;
    let answer = line.send("PUT", &session, "", &stage.media, 0..stage.media.bytes)?;
    match answer.status {
        200 => Ok(()),
        status => Err(Failure::new(format!("one of several uploads was answered {status}"))),
    }
}
