//! The same data served by json-server, a server of a file of JSON that many use for tests.
//!
//! Each is as durable as it is: Dak answers a PATCH once it is synced to disk, json-server once it has written its whole
//! file anew, which it does not sync.

use std::fs;
use std::net::TcpListener;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::args::Plan;
use crate::child::{Cores, Server};
use crate::dak::{Dak, ITEMS};
use crate::data;
use crate::failure::Failure;
use crate::fetch;
use crate::load::{Load, Until};
use crate::place::Place;
use crate::rivals;
use crate::rows::{Goal, Numbers, Row};
use crate::turns::{self, Contestant};

const FLOOR: &str = "json-server";
const READS: [&str; 2] = ["GET 1 KB, anew", "list of 43 KB, anew"];
const WRITES: [(&str, usize); 2] = [("PATCH, 1 connection", 1), ("PATCH, 32 connections", 32)];
/// With the two of the demo data as many as the other rows have.
const ITEMS_LISTED: usize = 50;
const ITEM_BYTES: usize = 660;

/// Both servers with the same items.
struct Stage<'a> {
    plan: &'a Plan,
    dak: Dak,
    /// The paths of Dak's items behind the two of the demo data.
    items: Vec<String>,
    peer: Option<(Server, TempDir)>,
}

pub(super) fn measure(place: &Place, plan: &Plan) -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    if READS.iter().any(|name| plan.wants(name)) {
        let stage = Stage::set(place, plan, Cores::First)?;
        for (name, path) in READS.iter().zip([stage.items[0].as_str(), ITEMS]).filter(|(name, _)| plan.wants(name)) {
            rows.push(row(name, "requests per CPU-second", stage.read(path)?));
        }
    }
    for (name, connections) in WRITES.into_iter().filter(|(name, _)| plan.wants(name)) {
        let stage = Stage::set(place, plan, Cores::All)?;
        rows.push(row(name, "writes per second", stage.write(connections)?));
    }
    Ok(rows)
}

fn row(name: &'static str, unit: &'static str, numbers: Option<Numbers>) -> Row {
    Row { name, floor_name: FLOOR, unit, numbers, goal: Goal::None }
}

impl<'a> Stage<'a> {
    fn set(place: &Place, plan: &'a Plan, cores: Cores) -> Result<Stage<'a>, Failure> {
        let dak = Dak::start(place, cores)?;
        let inserted = (0..ITEMS_LISTED).map(|number| dak.insert(&data::item(number, ITEM_BYTES)));
        let items = inserted.collect::<Result<_, _>>()?;
        let list = fetch::fetch_ok("GET", &dak.server.address, &format!("{ITEMS}?maxResults=500"), "", "")?;
        let list: Value = serde_json::from_slice(&list.body)?;
        let peer = start(place, cores, &list["items"])?;
        Ok(Stage { plan, dak, items, peer })
    }

    /// Requests for a second of CPU, of which none can be answered with what was sent before.
    fn read(&self, path: &str) -> Result<Option<Numbers>, Failure> {
        let Some((peer, _)) = &self.peer else { return Ok(None) };
        let ours = ask(&self.dak.server, &format!("{path}?quotaUser={{}}"))?;
        let mut contestants = [ours, ask(peer, &of_peer(path))?];
        let numbers = turns::per_cpu_second(&mut contestants, self.plan)?;
        Ok(Some(Numbers::of(&numbers[0], &numbers[1])))
    }

    /// Each connection changes an item of its own again and again.
    fn write(&self, connections: usize) -> Result<Option<Numbers>, Failure> {
        let Some((peer, _)) = &self.peer else { return Ok(None) };
        let ours = self.items.clone();
        let theirs = ours.iter().map(|path| of_peer(path)).collect();
        let open = |address: &str, paths: Vec<String>| {
            Ok::<_, Failure>((Load::open(address, connections, 200)?, address.to_owned(), paths))
        };
        let mut sides = [open(&self.dak.server.address, ours)?, open(&peer.address, theirs)?];
        let numbers = turns::in_turns(&mut sides, self.plan.turns, |(load, address, paths)| {
            let request = |connection: usize, number: u64, out: &mut Vec<u8>| {
                let body = format!("{{\"comment\":\"This is change {number}.\"}}");
                out.extend(fetch::request("PATCH", address, &paths[connection], "", &body));
            };
            let (written, time) = load.run(request, Until::Time(self.plan.turn))?;
            Ok(written as f64 / time.as_secs_f64())
        })?;
        Ok(Some(Numbers::of(&numbers[0], &numbers[1])))
    }
}

fn ask<'s>(server: &'s Server, target: &str) -> Result<Contestant<'s>, Failure> {
    Contestant::new(server, 200, &fetch::request("GET", &server.address, target, "", ""))
}

/// json-server over a file of these items; `None` where it cannot be had.
fn start(place: &Place, cores: Cores, items: &Value) -> Result<Option<(Server, TempDir)>, Failure> {
    let Some(mut command) = rivals::peers(&place.out, "node_modules/json-server/lib/bin.js") else { return Ok(None) };
    let folder = tempfile::Builder::new().prefix("json-server-").tempdir_in(&place.out)?;
    let file = folder.path().join("db.json");
    fs::write(&file, json!({ "items": items }).to_string())?;
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    command
        .args([file.as_path(), Path::new("--host"), Path::new("127.0.0.1"), Path::new("--port")])
        .arg(port.to_string());
    let server = Server::start_at(&mut command, cores, format!("127.0.0.1:{port}"))?;
    fetch::wait_for(&server.address)?;
    Ok(Some((server, folder)))
}

/// Where the peer has what Dak has there.
fn of_peer(path: &str) -> String {
    path.replacen(ITEMS, "/items", 1)
}
