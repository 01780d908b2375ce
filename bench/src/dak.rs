//! The measured program as a server, with data in it.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::child::{Cores, Server};
use crate::failure::Failure;
use crate::fetch::{fetch, fetch_ok};
use crate::place::Place;

/// Where the demo API is.
pub(crate) const ITEMS: &str = "/demo/v1";
/// Where uploads to it begin.
pub(crate) const UPLOADS: &str = "/upload/demo/v1";

/// How long the bytes of a deleted item may stay.
const DELETION_MAX: Duration = Duration::from_secs(60);

/// A server over a folder of its own, which goes with it.
#[derive(Debug)]
pub(crate) struct Dak {
    /// The process; it ends before its folder goes.
    pub(crate) server: Server,
    /// The data.
    pub(crate) folder: TempDir,
}

impl Dak {
    pub(crate) fn start(place: &Place, cores: Cores) -> Result<Dak, Failure> {
        Dak::start_over(place, Dak::folder(place)?, cores, &[])
    }

    /// Starts a server that keeps no answers.
    pub(crate) fn start_forgetful(place: &Place, cores: Cores) -> Result<Dak, Failure> {
        Dak::start_over(place, Dak::folder(place)?, cores, &["--cache-bytes-max", "0"])
    }

    fn folder(place: &Place) -> Result<TempDir, Failure> {
        Ok(tempfile::Builder::new().prefix("data-").tempdir_in(&place.out)?)
    }

    /// Starts a server over data that are there.
    pub(crate) fn start_over(place: &Place, folder: TempDir, cores: Cores, options: &[&str]) -> Result<Dak, Failure> {
        let mut command = Command::new(&place.dak);
        // Some clients know no other success of an upload than 200.
        command.arg("serve").args(options);
        command.args(["--listen", "127.0.0.1:0", "--log", "off", "--upload-created-status", "200", "--data"]);
        command.arg(folder.path());
        Ok(Dak { server: Server::start(&mut command, cores)?, folder })
    }

    /// Adds an item; gives its path.
    pub(crate) fn insert(&self, item: &str) -> Result<String, Failure> {
        let answer = fetch_ok("POST", &self.server.address, ITEMS, "", item)?;
        let item: serde_json::Value = serde_json::from_slice(&answer.body)?;
        item["id"].as_str().map(|id| format!("{ITEMS}/{id}")).ok_or_else(|| Failure::new("a new item has no id"))
    }

    /// Begins an upload of so many bytes; gives the session's path and query.
    pub(crate) fn begin_upload(&self, bytes: u64) -> Result<String, Failure> {
        let target = format!("{UPLOADS}?uploadType=resumable");
        let fields = format!("X-Upload-Content-Length: {bytes}\r\nContent-Length: 0\r\n");
        let begun = fetch_ok("POST", &self.server.address, &target, &fields, "")?;
        let (_, path) = begun
            .header("location")
            .split_once(&self.server.address)
            .ok_or_else(|| Failure::new("an upload that began has no session"))?;
        Ok(path.to_owned())
    }

    /// Deletes every item that has media, and waits until their bytes are gone, so that the next file does not pay for it.
    pub(crate) fn delete_media(&self) -> Result<(), Failure> {
        let list = fetch_ok("GET", &self.server.address, &format!("{ITEMS}?fields=items(id,size)"), "", "")?;
        let list: serde_json::Value = serde_json::from_slice(&list.body)?;
        let items = list["items"].as_array().into_iter().flatten();
        for id in items.filter(|item| item.get("size").is_some()).filter_map(|item| item["id"].as_str()) {
            fetch("DELETE", &self.server.address, &format!("{ITEMS}/{id}"), "", "")?;
        }
        let started = Instant::now();
        while self.media_file()?.is_some() {
            if started.elapsed() > DELETION_MAX {
                return Err(Failure::new("the bytes of a deleted item are still there"));
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        self.await_room()
    }

    /// A file's entry goes before its room does: the next upload must not wait for the file system that frees a GiB.
    fn await_room(&self) -> Result<(), Failure> {
        let free = || Ok::<_, Failure>(rustix::fs::statvfs(self.folder.path()).map_err(std::io::Error::from)?.f_bfree);
        let started = Instant::now();
        let (mut before, mut now) = (0, free()?);
        while before < now && started.elapsed() < DELETION_MAX {
            std::thread::sleep(Duration::from_millis(50));
            (before, now) = (now, free()?);
        }
        Ok(())
    }

    /// A file with bytes of media; `None` when there are none.
    pub(crate) fn media_file(&self) -> Result<Option<PathBuf>, Failure> {
        for folder in fs::read_dir(self.folder.path().join("media"))? {
            if let Some(file) = fs::read_dir(folder?.path())?.next() {
                return Ok(Some(file?.path()));
            }
        }
        Ok(None)
    }
}
