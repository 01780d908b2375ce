//! A file sent by `dak upload`, beside other clients that send it to the same server, and a protocol of others from end
//! to end.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::child::{Cores, Server};
use crate::dak::{Dak, ITEMS, UPLOADS};
use crate::failure::Failure;
use crate::rivals;
use crate::rows::media::{RATE, Stage};
use crate::rows::{Goal, Numbers, Row};
use crate::{tools, turns};

pub(super) const NAME: &str = "dak upload, a process";

/// Who takes turns.
enum Client<'a> {
    Ours(&'a Dak),
    Curl(&'a Dak, PathBuf),
    Google(&'a Dak, Command),
    Tus(&'a Server, PathBuf),
}

pub(super) fn measure(stage: &Stage<'_>) -> Result<Vec<Row>, Failure> {
    let dak = Dak::start(stage.place, Cores::All)?;
    let tus = tus(stage)?;
    let mut clients = vec![Client::Ours(&dak)];
    clients.extend(tools::find("curl").map(|curl| Client::Curl(&dak, curl)));
    clients.extend(rivals::google_resumable_media(&stage.place.out).map(|python| Client::Google(&dak, python)));
    clients.extend(tus.as_ref().map(|(server, taken)| Client::Tus(server, taken.clone())));
    turns::in_turns(&mut clients, 1, |client| client.rate(stage))?;
    let rates = turns::in_turns(&mut clients, stage.plan.media_turns, |client| client.rate(stage))?;
    let row = |(client, rates_of): (&Client<'_>, &Vec<f64>)| Row {
        name: NAME,
        floor_name: client.name(),
        unit: RATE,
        numbers: Some(Numbers::of(&rates[0], rates_of)),
        goal: if matches!(client, Client::Curl(..)) { Goal::AtLeast(0.95) } else { Goal::None },
    };
    Ok(clients.iter().zip(&rates).skip(1).map(row).collect())
}

impl Client<'_> {
    fn name(&self) -> &'static str {
        match self {
            Client::Ours(_) => NAME,
            Client::Curl(..) => "curl -T",
            Client::Google(..) => "google-resumable-media",
            Client::Tus(..) => "tus, both ends",
        }
    }

    /// MiB a second; what came of the file is taken away.
    fn rate(&mut self, stage: &Stage<'_>) -> Result<f64, Failure> {
        let seconds = match self {
            Client::Ours(dak) => ours(stage, dak)?,
            Client::Curl(dak, curl) => by_curl(stage, dak, curl)?,
            Client::Google(dak, python) => by_google(stage, dak, python)?,
            Client::Tus(server, taken) => by_tus(stage, server, taken)?,
        };
        if let Client::Ours(dak) | Client::Curl(dak, _) | Client::Google(dak, _) = self {
            dak.delete_media()?;
        }
        Ok(stage.media.mebibytes() / seconds)
    }
}

fn ours(stage: &Stage<'_>, dak: &Dak) -> Result<f64, Failure> {
    let mut command = Command::new(&stage.place.dak);
    let url = format!("http://{}{ITEMS}", dak.server.address);
    command.args(["upload", "--quiet"]).arg(&stage.media.path).args([&url, "title=A file"]);
    command.env("XDG_STATE_HOME", stage.folder.path());
    process(&mut command)
}

/// To a session that was begun beforehand.
fn by_curl(stage: &Stage<'_>, dak: &Dak, curl: &Path) -> Result<f64, Failure> {
    let session = dak.begin_upload(stage.media.bytes)?;
    let url = format!("http://{}{session}", dak.server.address);
    let mut command = Command::new(curl);
    command.args(["--silent", "--fail", "--header", "Expect:", "--upload-file"]).arg(&stage.media.path).arg(url);
    process(&mut command)
}

fn by_google(stage: &Stage<'_>, dak: &Dak, python: &Command) -> Result<f64, Failure> {
    let url = format!("http://{}{UPLOADS}?uploadType=resumable", dak.server.address);
    rivals::seconds(again(python).arg(url).arg(&stage.media.path))
}

/// Its server leaves the file unsynced; the sync is counted as ours is.
fn by_tus(stage: &Stage<'_>, server: &Server, taken: &Path) -> Result<f64, Failure> {
    let client = rivals::tus(&stage.place.out, "tus_client.mjs");
    let mut client = client.ok_or_else(|| Failure::new("the client of tus is gone"))?;
    let sent = rivals::seconds(client.arg(format!("http://{}/files", server.address)).arg(&stage.media.path))?;
    let started = Instant::now();
    for file in fs::read_dir(taken)? {
        let path = file?.path();
        fs::File::open(&path)?.sync_data()?;
    }
    let seconds = sent + started.elapsed().as_secs_f64();
    for file in fs::read_dir(taken)? {
        fs::remove_file(file?.path())?;
    }
    Ok(seconds)
}

/// The server of tus, and where it puts files; `None` where it cannot be had.
fn tus(stage: &Stage<'_>) -> Result<Option<(Server, PathBuf)>, Failure> {
    let Some(mut command) = rivals::tus(&stage.place.out, "tus_server.mjs") else { return Ok(None) };
    let taken = stage.folder.path().join("tus");
    fs::create_dir_all(&taken)?;
    let server = Server::start(command.arg(&taken), Cores::All)?;
    Ok(Some((server, taken)))
}

fn again(command: &Command) -> Command {
    let mut again = Command::new(command.get_program());
    again.args(command.get_args());
    again
}

/// From a process's start to its end, in seconds.
fn process(command: &mut Command) -> Result<f64, Failure> {
    let started = Instant::now();
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit()).status()?;
    let seconds = started.elapsed().as_secs_f64();
    if status.success() { Ok(seconds) } else { Err(Failure::new(format!("{command:?} failed: {status}"))) }
}
