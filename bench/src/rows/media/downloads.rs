//! A file got from the server, beside nginx, whose system gives it without copying it.

use std::time::Instant;

use crate::child::Cores;
use crate::dak::{Dak, ITEMS};
use crate::failure::Failure;
use crate::line::Line;
use crate::media::Media;
use crate::nginx;
use crate::rows::media::{RATE, Stage};
use crate::rows::{Goal, Numbers, Row};
use crate::turns;

pub(super) const NAME: &str = "download";
const FLOOR: &str = "nginx, sendfile";

/// A place where the file can be got.
struct Source<'a> {
    address: &'a str,
    target: String,
}

pub(super) fn measure(stage: &Stage<'_>) -> Result<Vec<Row>, Failure> {
    let dak = Dak::start(stage.place, Cores::All)?;
    let nginx = nginx::start_with_media(stage.folder.path(), &stage.media)?;
    let item = store(&dak, &stage.media)?;
    let ours = Source { address: &dak.server.address, target: format!("{ITEMS}/{item}?alt=media") };
    let floor = nginx.as_ref().map(|nginx| Source { address: &nginx.address, target: nginx::GIVEN.to_owned() });
    let mut sources: Vec<Source<'_>> = Some(ours).into_iter().chain(floor).collect();
    turns::in_turns(&mut sources, 1, |source| source.rate(&stage.media))?;
    let rates = turns::in_turns(&mut sources, stage.plan.media_turns, |source| source.rate(&stage.media))?;
    let numbers = rates.get(1).map(|floor| Numbers::of(&rates[0], floor));
    Ok(vec![Row { name: NAME, floor_name: FLOOR, unit: RATE, numbers, goal: Goal::AtLeast(0.8) }])
}

/// Sends the file; gives its item's id.
fn store(dak: &Dak, media: &Media) -> Result<String, Failure> {
    let session = dak.begin_upload(media.bytes)?;
    let answer = Line::open(&dak.server.address)?.send("PUT", &session, "", media, 0..media.bytes)?;
    let item: serde_json::Value = serde_json::from_slice(&answer.body)?;
    item["id"].as_str().map(str::to_owned).ok_or_else(|| Failure::new("an item with media has no id"))
}

impl Source<'_> {
    fn rate(&self, media: &Media) -> Result<f64, Failure> {
        let started = Instant::now();
        let length = Line::open(self.address)?.get(&self.target)?;
        let seconds = started.elapsed().as_secs_f64();
        if length != media.bytes {
            return Err(Failure::new(format!("{} gave {length} of {} bytes", self.target, media.bytes)));
        }
        Ok(media.mebibytes() / seconds)
    }
}
