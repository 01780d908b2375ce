//! How long it takes until an upload goes on after the server was killed: it must not hang on how much is there.

use std::time::{Duration, Instant};

use crate::child::Cores;
use crate::dak::Dak;
use crate::failure::Failure;
use crate::line::Line;
use crate::rows::media::Stage;
use crate::rows::{Goal, Numbers, Row};
use crate::turns;

pub(super) const NAMES: [&str; 4] = [HALF_ASKED, HALF_WENT_ON, MOST_ASKED, MOST_WENT_ON];
const HALF_ASKED: &str = "killed, half there: status";
const HALF_WENT_ON: &str = "killed, half there: next chunk";
const MOST_ASKED: &str = "killed, 0.9 there: status";
const MOST_WENT_ON: &str = "killed, 0.9 there: next chunk";
const FLOOR: &str = "a tenth there";
/// In tenths of the file: the floor first.
const THERE: [u64; 3] = [1, 5, 9];
/// More than the scatter of some milliseconds is growth.
const GROWTH_MAX: f64 = 1.5;

const CHUNK_BYTES: u64 = 8 << 20;
/// What the server may have taken and not yet made last.
const CHECKPOINT_BYTES: u64 = 16 << 20;
/// How long the server may take to say that it has what was sent.
const PATIENCE: Duration = Duration::from_secs(60);

/// From the start of the server, in milliseconds.
#[derive(Clone, Copy)]
struct Resumed {
    asked: f64,
    went_on: f64,
}

pub(super) fn measure(stage: &Stage<'_>) -> Result<Vec<Row>, Failure> {
    let mut there = THERE.map(|tenths| stage.media.bytes / 10 * tenths);
    let resumed = turns::in_turns(&mut there, stage.plan.media_turns, |there| resume(stage, *there))?;
    let row = |name, who: usize, milliseconds: fn(&Resumed) -> f64| {
        let of = |who: usize| resumed[who].iter().map(milliseconds).collect::<Vec<_>>();
        let numbers = Some(Numbers::of(&of(who), &of(0)));
        Row { name, floor_name: FLOOR, unit: "milliseconds", numbers, goal: Goal::AtMost(GROWTH_MAX) }
    };
    let rows = [
        row(HALF_ASKED, 1, |resumed| resumed.asked),
        row(HALF_WENT_ON, 1, |resumed| resumed.went_on),
        row(MOST_ASKED, 2, |resumed| resumed.asked),
        row(MOST_WENT_ON, 2, |resumed| resumed.went_on),
    ];
    Ok(rows.into_iter().filter(|row| stage.plan.wants(row.name)).collect())
}

/// Kills a server that has so many bytes of an upload and is taking more, starts it again, and goes on.
fn resume(stage: &Stage<'_>, there: u64) -> Result<Resumed, Failure> {
    let media = &stage.media;
    let dak = Dak::start(stage.place, Cores::All)?;
    let session = dak.begin_upload(media.bytes)?;
    let mut line = Line::open(&dak.server.address)?;
    line.head("PUT", &session, &format!("Content-Length: {}\r\n", media.bytes))?;
    line.bytes(media, 0..there)?;
    await_kept(&dak, &session, media.bytes, there)?;
    let Dak { server, folder } = dak;
    drop(server);

    let started = Instant::now();
    let dak = Dak::start_over(stage.place, folder, Cores::All, &[])?;
    let mut line = Line::open(&dak.server.address)?;
    let first = kept(&mut line, &session, media.bytes)?;
    let asked = started.elapsed();
    let end = media.bytes.min(first + CHUNK_BYTES);
    let range = format!("Content-Range: bytes {first}-{}/{}\r\n", end - 1, media.bytes);
    let answer = line.send("PUT", &session, &range, media, first..end)?;
    let went_on = started.elapsed();
    if answer.status != 308 {
        return Err(Failure::new(format!("a chunk after a kill was answered {}", answer.status)));
    }
    Ok(Resumed { asked: asked.as_secs_f64() * 1e3, went_on: went_on.as_secs_f64() * 1e3 })
}

/// Waits until nearly all that was sent lasts.
fn await_kept(dak: &Dak, session: &str, bytes: u64, sent: u64) -> Result<(), Failure> {
    let started = Instant::now();
    let mut line = Line::open(&dak.server.address)?;
    while kept(&mut line, session, bytes)? + CHECKPOINT_BYTES < sent {
        if started.elapsed() > PATIENCE {
            return Err(Failure::new("what was sent to an upload is not kept"));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

/// How many bytes of an upload the server has.
fn kept(line: &mut Line, session: &str, bytes: u64) -> Result<u64, Failure> {
    let answer = line.ask("PUT", session, &format!("Content-Range: bytes */{bytes}\r\n"))?;
    if answer.status != 308 {
        return Err(Failure::new(format!("the question how far an upload is was answered {}", answer.status)));
    }
    let last = answer.header("range").rsplit_once('-').and_then(|(_, last)| last.parse::<u64>().ok());
    Ok(last.map_or(0, |last| last + 1))
}
