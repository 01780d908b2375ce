//! The rows that read: one server with a resource of 1 KB and a list of 40 KB in it.

use std::path::PathBuf;
use std::process::Command;

use crate::args::Plan;
use crate::canned::Canned;
use crate::child::{Cores, Server};
use crate::dak::{Dak, ITEMS};
use crate::data;
use crate::failure::Failure;
use crate::fetch::{self, fetch_ok};
use crate::place::Place;
use crate::rows::{Row, fields, process, reads};

/// Items of the list; with the two of the demo data they make 40 KB.
const ITEMS_LISTED: usize = 50;
const ITEM_BYTES: usize = 660;
/// What the resource is filled with; with what the server computes it has 1 KB.
const RESOURCE_BYTES: usize = 850;

/// A server with data, and the floors beside it.
pub(super) struct Stage<'a> {
    pub(super) place: &'a Place,
    pub(super) plan: &'a Plan,
    pub(super) dak: Dak,
    /// The path of the resource of 1 KB.
    pub(super) resource: String,
}

/// Measures the rows that read.
pub(super) fn measure(place: &Place, plan: &Plan) -> Result<Vec<Row>, Failure> {
    let stage = Stage::set(place, plan)?;
    let mut rows = reads::measure(&stage)?;
    rows.extend(fields::measure(&stage)?);
    rows.extend(process::measure(&stage)?);
    Ok(rows)
}

impl<'a> Stage<'a> {
    fn set(place: &'a Place, plan: &'a Plan) -> Result<Stage<'a>, Failure> {
        let dak = Dak::start(place, Cores::First)?;
        for number in 0..ITEMS_LISTED {
            dak.insert(&data::item(number, ITEM_BYTES))?;
        }
        let resource = dak.insert(&data::item(ITEMS_LISTED, RESOURCE_BYTES))?;
        Ok(Stage { place, plan, dak, resource })
    }

    /// The list, with a query.
    pub(super) fn list(&self, query: &str) -> String {
        format!("{ITEMS}?prettyPrint=false&{query}")
    }

    /// A GET as it stands on the wire; every server gets the same.
    pub(super) fn get(&self, target: &str, fields: &str) -> Vec<u8> {
        fetch::request("GET", &self.dak.server.address, target, fields, "")
    }

    /// What ours answers.
    pub(super) fn answer(&self, target: &str, fields: &str) -> Result<Canned, Failure> {
        fetch_ok("GET", &self.dak.server.address, target, fields, "")
    }

    /// Raw hyper that sends an answer.
    pub(super) fn floor_hyper(&self, answer: &Canned) -> Result<Server, Failure> {
        let canned = self.can(answer)?;
        Server::start(Command::new(&self.place.bench).arg("floor-hyper").arg(canned), Cores::First)
    }

    /// The same server, making the masked part of an answer from a tree.
    pub(super) fn floor_tree(&self, answer: &Canned, mask: &str) -> Result<Server, Failure> {
        let canned = self.can(answer)?;
        Server::start(Command::new(&self.place.bench).arg("floor-tree").arg(canned).arg(mask), Cores::First)
    }

    /// The floor reads the file before it says where it listens, so the next floor may have it.
    fn can(&self, answer: &Canned) -> Result<PathBuf, Failure> {
        let path = self.dak.folder.path().join("canned");
        answer.write(&path)?;
        Ok(path)
    }
}
