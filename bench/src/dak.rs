//! The measured program as a server, with data in it.

use std::process::Command;

use tempfile::TempDir;

use crate::child::{Cores, Server};
use crate::failure::Failure;
use crate::fetch::fetch_ok;
use crate::place::Place;

/// Where the demo API is.
pub(crate) const ITEMS: &str = "/demo/v1";

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
        let folder = tempfile::Builder::new().prefix("data-").tempdir_in(&place.out)?;
        let mut command = Command::new(&place.dak);
        command.args(["serve", "--listen", "127.0.0.1:0", "--log", "off", "--data"]).arg(folder.path());
        Ok(Dak { server: Server::start(&mut command, cores)?, folder })
    }

    /// Adds an item; gives its path.
    pub(crate) fn insert(&self, item: &str) -> Result<String, Failure> {
        let answer = fetch_ok("POST", &self.server.address, ITEMS, "", item)?;
        let item: serde_json::Value = serde_json::from_slice(&answer.body)?;
        item["id"].as_str().map(|id| format!("{ITEMS}/{id}")).ok_or_else(|| Failure::new("a new item has no id"))
    }
}
