//! A file sent to the server in one PUT and in chunks, beside a copy of it on the same disk and nginx's PUT. All end when
//! the file is on disk.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::child::{Cores, Server, Spent, spend};
use crate::dak::Dak;
use crate::failure::Failure;
use crate::line::Line;
use crate::media::Media;
use crate::nginx;
use crate::rows::media::{CPU_OF_A_GIB, RATE, Stage};
use crate::rows::{Goal, Numbers, Row};
use crate::turns;

pub(super) const NAMES: [&str; 4] = [ONE, CHUNKS, ONE_CPU, CHUNKS_CPU];
const ONE: &str = "upload, one PUT";
const CHUNKS: &str = "upload, 8 MiB chunks";
const ONE_CPU: &str = "upload, one PUT, CPU";
const CHUNKS_CPU: &str = "upload, 8 MiB chunks, CPU";

pub(super) const CHUNK_BYTES: u64 = 8 << 20;
const COPY: &str = "cp and fsync";
const NGINX: &str = "nginx's PUT and fsync";
const NGINX_UNSYNCED: &str = "nginx's PUT, not synced";

/// Who takes turns.
enum Side<'a> {
    One(&'a Dak),
    Chunks(&'a Dak),
    Copy(PathBuf),
    Nginx(&'a Server, PathBuf),
}

/// What a file took.
#[derive(Clone, Copy)]
struct Took {
    all: Spent,
    /// By the clock, before the file was synced; the same as all where that cannot be told apart.
    unsynced_seconds: f64,
}

pub(super) fn measure(stage: &Stage<'_>) -> Result<Vec<Row>, Failure> {
    let dak = Dak::start(stage.place, Cores::All)?;
    let folder = stage.folder.path();
    let nginx = nginx::start_with_media(folder, &stage.media.path)?;
    let mut sides = vec![Side::One(&dak), Side::Chunks(&dak), Side::Copy(folder.join("copy"))];
    sides.extend(nginx.as_ref().map(|nginx| Side::Nginx(nginx, folder.join("taken/media"))));
    turns::in_turns(&mut sides, 1, |side| side.send(&stage.media))?;
    let took = turns::in_turns(&mut sides, stage.plan.media_turns, |side| side.send(&stage.media))?;
    let rows = Rows { took, mebibytes: stage.media.mebibytes() };
    Ok(rows.all().into_iter().filter(|row| stage.plan.wants(row.name)).collect())
}

impl Side<'_> {
    /// Sends the file, then takes away what came of it.
    fn send(&mut self, media: &Media) -> Result<Took, Failure> {
        match self {
            Side::One(dak) => send(dak, media, media.bytes),
            Side::Chunks(dak) => send(dak, media, CHUNK_BYTES),
            Side::Copy(copy) => {
                let copied = spend(Command::new("cp").arg(&media.path).arg(&*copy))?;
                synced(copied, copy, media)
            }
            Side::Nginx(nginx, taken) => {
                let (started, before) = (Instant::now(), nginx.cpu_seconds()?);
                let answer = Line::open(&nginx.address)?.send("PUT", "/taken/media", "", media, 0..media.bytes)?;
                let seconds = started.elapsed().as_secs_f64();
                if answer.status != 201 {
                    return Err(Failure::new(format!("nginx answered {}", answer.status)));
                }
                synced(Spent { seconds, cpu_seconds: nginx.cpu_seconds()? - before }, taken, media)
            }
        }
    }
}

/// Sends the file and takes it away again; only the first is counted.
fn send(dak: &Dak, media: &Media, chunk_bytes: u64) -> Result<Took, Failure> {
    let (started, before) = (Instant::now(), dak.server.cpu_seconds()?);
    put(dak, media, chunk_bytes)?;
    let seconds = started.elapsed().as_secs_f64();
    let all = Spent { seconds, cpu_seconds: dak.server.cpu_seconds()? - before };
    dak.delete_media()?;
    Ok(Took { all, unsynced_seconds: seconds })
}

/// Sends the file over one connection, in chunks of so many bytes, each acknowledged.
pub(super) fn put(dak: &Dak, media: &Media, chunk_bytes: u64) -> Result<(), Failure> {
    let session = dak.begin_upload(media.bytes)?;
    let mut line = Line::open(&dak.server.address)?;
    let mut first = 0;
    while first < media.bytes {
        let end = media.bytes.min(first + chunk_bytes);
        let range = format!("Content-Range: bytes {first}-{}/{}\r\n", end - 1, media.bytes);
        let answer = line.send("PUT", &session, &range, media, first..end)?;
        let expected = if end == media.bytes { 200 } else { 308 };
        if answer.status != expected {
            let text = String::from_utf8_lossy(&answer.body);
            return Err(Failure::new(format!("the bytes up to {end} were answered {}: {text}", answer.status)));
        }
        first = end;
    }
    Ok(())
}

/// Syncs what was written, as part of what it took, and removes it.
fn synced(written: Spent, path: &Path, media: &Media) -> Result<Took, Failure> {
    media.same_length(path)?;
    let synced = spend(Command::new("sync").arg("--data").arg(path))?;
    fs::remove_file(path)?;
    let all =
        Spent { seconds: written.seconds + synced.seconds, cpu_seconds: written.cpu_seconds + synced.cpu_seconds };
    Ok(Took { all, unsynced_seconds: written.seconds })
}

/// What everybody took, turn by turn: our one PUT, our chunks, the copy, nginx.
struct Rows {
    took: Vec<Vec<Took>>,
    mebibytes: f64,
}

impl Rows {
    fn all(&self) -> Vec<Row> {
        let rate = |took: Took| self.mebibytes / took.all.seconds;
        let rate_unsynced = |took: Took| self.mebibytes / took.unsynced_seconds;
        let cpu = |took: Took| took.all.cpu_seconds * 1024.0 / self.mebibytes;
        let row = |name, floor_name, unit, numbers, goal| Row { name, floor_name, unit, numbers, goal };
        let mut rows = Vec::new();
        for (who, name, cpu_name) in [(0, ONE, ONE_CPU), (1, CHUNKS, CHUNKS_CPU)] {
            rows.extend([
                row(name, COPY, RATE, self.numbers(who, 2, rate), Goal::AtLeast(0.8)),
                row(cpu_name, COPY, CPU_OF_A_GIB, self.numbers(who, 2, cpu), Goal::AtMost(1.5)),
                row(name, NGINX, RATE, self.numbers(who, 3, rate), Goal::AtLeast(0.9)),
                row(cpu_name, NGINX, CPU_OF_A_GIB, self.numbers(who, 3, cpu), Goal::None),
                row(name, NGINX_UNSYNCED, RATE, self.numbers(who, 3, rate_unsynced), Goal::None),
            ]);
        }
        rows
    }

    fn numbers(&self, who: usize, floor: usize, number: impl Fn(Took) -> f64) -> Option<Numbers> {
        let of =
            |who: usize| -> Option<Vec<f64>> { Some(self.took.get(who)?.iter().map(|took| number(*took)).collect()) };
        Some(Numbers::of(&of(who)?, &of(floor)?))
    }
}
