//! Uploads of clients that others wrote, through a proxy that spoils one request of each.
//!
//! What becomes of each is in one table, which is also a file below `target/` and a part of docs/uploads.md.
//! Whatever a client makes of a fault, the server must be right: each item whole, none half there, and a
//! session that its client gave up good for another (U3, U4, U6 to U10, U12).

mod table;
mod worker;

use std::cell;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use dak_testkit::{Aim, Answer, Call, Fault, Launch, Proxy, Random, Server};
use serde_json::Value;
use tempfile::TempDir;

use self::table::{CLIENTS, Client, Content, Outcome, Row};
use self::worker::{Reported, Worker};

/// The faults, as columns of the table. Each strikes once; [`Row::nth`] says where, except for the last.
const FAULTS: [(&str, Option<Fault>); 7] = [
    ("none", None),
    ("503", Some(Fault::Unavailable)),
    ("reset", Some(Fault::Reset)),
    ("partial", Some(Fault::Partial { bytes: 100_000 })),
    ("commit, then 503", Some(Fault::CommitThenUnavailable)),
    ("commit, then reset", Some(Fault::CommitThenReset)),
    (FINAL_ANSWER_LOST, Some(Fault::CommitThenReset)),
];

const FINAL_ANSWER_LOST: &str = "final answer lost";

/// The item that updates change.
const UPDATED: &str = "325";

#[test]
fn each_client_through_each_fault() {
    let found: Vec<(&Client, Vec<Vec<Cell>>)> = thread::scope(|scope| {
        let running: Vec<_> = CLIENTS.iter().map(|client| (client, scope.spawn(|| through_faults(client)))).collect();
        let found = running.into_iter().map(|(client, rows)| (client, rows.join().expect("no thread panics")));
        found.filter_map(|(client, rows)| Some((client, rows?))).collect()
    });
    let printed = table::printed(&found);
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it lies in the target folder");
    fs::write(target.join("upload-clients.md"), &printed).expect("the table can be written");
    let wrong = table::differences(&found);
    assert!(wrong.is_empty(), "{}\n{printed}", wrong.join("\n"));
    if found.len() == CLIENTS.len() {
        let page = include_str!("../../../../docs/uploads.md");
        assert!(page.contains(table::rows(&found).trim()), "docs/uploads.md does not quote the table:\n{printed}");
    }
}

/// What became of one upload.
struct Cell {
    outcome: Outcome,
    why: Option<String>,
}

/// All uploads of a client, row by row; `None` if what it needs is not installed.
fn through_faults(client: &Client) -> Option<Vec<Vec<Cell>>> {
    let command = client.command()?;
    let bench = Bench::new(client, command);
    Some(client.rows.iter().map(|row| bench.row(row)).collect())
}

/// A server, the proxy before it, and the client that goes through it.
struct Bench {
    server: Server,
    proxy: Proxy,
    worker: Worker,
    folder: TempDir,
    seed: cell::Cell<u64>,
}

impl Bench {
    fn new(client: &Client, command: std::process::Command) -> Bench {
        let arguments = [&["--log", "off"], client.server].concat();
        let server = Launch::new(env!("CARGO_BIN_EXE_dak")).arguments(&arguments).start();
        let proxy = Proxy::start(server.address());
        let folder = TempDir::new().expect("a temporary folder");
        let worker = Worker::start(command, &proxy.url(""), folder.path());
        Bench { server, proxy, worker, folder, seed: cell::Cell::default() }
    }

    fn row(&self, row: &Row) -> Vec<Cell> {
        FAULTS.iter().map(|(name, fault)| self.cell(row, name, *fault)).collect()
    }

    /// One upload, and what must hold after it.
    fn cell(&self, row: &Row, name: &str, fault: Option<Fault>) -> Cell {
        let (content, path) = self.content(row);
        let before = self.items();
        match fault {
            None => self.proxy.pass(),
            Some(fault) if name == FINAL_ANSWER_LOST => self.proxy.plan(fault, Aim::Finishing),
            Some(fault) => self.proxy.plan(fault, Aim::Nth(row.nth)),
        }
        let reported = self.worker.upload(row.upload, &path);
        let case = format!("{}, {name}: {reported:?}", row.upload);
        assert_eq!(self.proxy.has_struck(), fault.is_some(), "the fault did not happen: {case}");
        let made: Vec<String> = self.items().difference(&before).cloned().collect();
        let stored = if row.updates { self.holds(UPDATED, &content).into() } else { made.len() };
        assert!(made.iter().all(|id| self.holds(id, &content)), "an item is not what was sent: {case}");
        if let Reported { session: Some(session), .. } = &reported {
            self.finish(session, &content, &case);
        }
        Cell { outcome: Outcome::of(&reported.outcome, stored, &case), why: reported.why }
    }

    /// What is sent: different each time, and ending in what a careless multipart parser would take away.
    fn content(&self, row: &Row) -> (Vec<u8>, PathBuf) {
        let seed = self.seed.get();
        self.seed.set(seed + 1);
        let mut bytes = match row.content {
            Content::Bytes(length) => Random::new(seed).bytes(length.saturating_sub(1)),
            Content::Text(lines) => format!("{seed}: Öffne den Brief, ডাক\n").repeat(lines).into_bytes(),
        };
        if row.content != Content::Bytes(0) {
            bytes.push(b'\r');
        }
        let path = self.folder.path().join("content");
        fs::write(&path, &bytes).expect("the file can be written");
        (bytes, path)
    }

    fn items(&self) -> BTreeSet<String> {
        let listed = self.server.get("/demo/v1?maxResults=500&fields=items(id),nextPageToken").expect(200).json();
        assert_eq!(listed["nextPageToken"], Value::Null, "one page holds all items of this test");
        listed["items"].as_array().into_iter().flatten().filter_map(|item| Some(item["id"].as_str()?.into())).collect()
    }

    /// True if the item has these bytes and says so.
    fn holds(&self, id: &str, content: &[u8]) -> bool {
        let media = self.server.get(&format!("/demo/v1/{id}?alt=media"));
        let item = self.server.get(&format!("/demo/v1/{id}")).expect(200).json();
        media.status == 200 && media.body == content && item["size"].as_str() == Some(&content.len().to_string())
    }

    /// Ends a session that its client gave up, as another client would: asks how far it is, and sends the rest.
    fn finish(&self, session: &str, content: &[u8], case: &str) {
        let target = session.strip_prefix(&self.proxy.url("")).expect("the session leads through the proxy");
        let asked = self.server.send(&put(target, "bytes */*".into(), &[]));
        let answer = if asked.status == 308 { self.server.send(&rest(target, &asked, content)) } else { asked };
        assert!(matches!(answer.status, 200 | 201), "{}: {case}", answer.text());
        let id = answer.json()["id"].as_str().expect("an item has an id").to_owned();
        assert!(self.holds(&id, content), "an item is not what was sent: {case}");
    }
}

/// The request with all that is missing after the answer to a status query.
fn rest(target: &str, asked: &Answer, content: &[u8]) -> Call {
    let last = asked.header("range").and_then(|range| range.strip_prefix("bytes=0-"));
    let kept = last.map_or(0, |last| last.parse::<usize>().expect("the position of a byte") + 1);
    let bytes = content.get(kept..).expect("no more is kept than was sent");
    put(target, format!("bytes {kept}-{}/{}", content.len() - 1, content.len()), bytes)
}

fn put(target: &str, range: String, bytes: &[u8]) -> Call {
    Call::new("PUT", target).header("Content-Range", &range).body(bytes)
}
