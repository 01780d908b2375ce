//! A file got from the server, beside nginx, whose system gives it without copying it.

use std::time::Instant;

use crate::child::{Cores, Server, Spent};
use crate::dak::{Dak, ITEMS};
use crate::failure::Failure;
use crate::line::Line;
use crate::media::Media;
use crate::nginx;
use crate::rows::media::{CPU_OF_A_GIB, RATE, Stage};
use crate::rows::{Goal, Numbers, Row};
use crate::turns;

pub(super) const NAMES: [&str; 2] = [NAME, CPU];
const NAME: &str = "download";
const CPU: &str = "download, CPU";
const FLOOR: &str = "nginx, sendfile";

/// A place where the file can be got.
struct Source<'a> {
    server: &'a Server,
    target: String,
}

pub(super) fn measure(stage: &Stage<'_>) -> Result<Vec<Row>, Failure> {
    let dak = Dak::start(stage.place, Cores::All)?;
    let item = store(&dak, &stage.media)?;
    // The very same file: how fast a file is read hangs on which pages of memory it happens to be in.
    let stored = dak.media_file()?.ok_or_else(|| Failure::new("the bytes of an item are in no file"))?;
    let nginx = nginx::start_with_media(stage.folder.path(), &stored)?;
    let ours = Source { server: &dak.server, target: format!("{ITEMS}/{item}?alt=media") };
    let floor = nginx.as_ref().map(|nginx| Source { server: nginx, target: nginx::GIVEN.to_owned() });
    let mut sources: Vec<Source<'_>> = Some(ours).into_iter().chain(floor).collect();
    turns::in_turns(&mut sources, 1, |source| source.get(&stage.media))?;
    let spent = turns::in_turns(&mut sources, stage.plan.media_turns, |source| source.get(&stage.media))?;
    let mebibytes = stage.media.mebibytes();
    let row = |name, unit, goal, number: &dyn Fn(&Spent) -> f64| {
        let of = |who: usize| -> Option<Vec<f64>> { Some(spent.get(who)?.iter().map(number).collect()) };
        let numbers = of(0).zip(of(1)).map(|(ours, floor)| Numbers::of(&ours, &floor));
        Row { name, floor_name: FLOOR, unit, numbers, goal }
    };
    let rows = [
        row(NAME, RATE, Goal::AtLeast(0.8), &|spent| mebibytes / spent.seconds),
        row(CPU, CPU_OF_A_GIB, Goal::None, &|spent| spent.cpu_seconds * 1024.0 / mebibytes),
    ];
    Ok(rows.into_iter().filter(|row| stage.plan.wants(row.name)).collect())
}

/// Sends the file; gives its item's id.
fn store(dak: &Dak, media: &Media) -> Result<String, Failure> {
    let session = dak.begin_upload(media.bytes)?;
    let answer = Line::open(&dak.server.address)?.send("PUT", &session, "", media, 0..media.bytes)?;
    let item: serde_json::Value = serde_json::from_slice(&answer.body)?;
    item["id"].as_str().map(str::to_owned).ok_or_else(|| Failure::new("an item with media has no id"))
}

impl Source<'_> {
    fn get(&self, media: &Media) -> Result<Spent, Failure> {
        let (started, before) = (Instant::now(), self.server.cpu_seconds()?);
        let length = Line::open(&self.server.address)?.get(&self.target)?;
        let seconds = started.elapsed().as_secs_f64();
        if length != media.bytes {
            return Err(Failure::new(format!("{} gave {length} of {} bytes", self.target, media.bytes)));
        }
        Ok(Spent { seconds, cpu_seconds: self.server.cpu_seconds()? - before })
    }
}
