//! Messages got, listed and searched in a mailbox of 1,000, each answer made anew.

use std::process::Command;

use serde_json::Value;

use super::emulate;
use crate::args::Plan;
use crate::canned::Canned;
use crate::child::{Cores, Server};
use crate::dak::Dak;
use crate::failure::Failure;
use crate::fetch;
use crate::mailbox::{self, MAILBOX, OWNER, OWNER_NUMBERED};
use crate::place::Place;
use crate::rows::{Goal, Numbers, Row};
use crate::turns::{self, Contestant};

const UNIT: &str = "requests per CPU-second";
const MAILS: u64 = 1000;
const CALLS_IN_BATCH: usize = 50;
/// A message of about so many bytes is got.
const MESSAGE_BYTES: i64 = 5000;
/// Where the target has the id of a message.
const ID: &str = "ID";

/// A name, and what is asked: the request's number stands for `{}`.
const READS: [(&str, &str); 4] = [
    ("messages.get, full", "messages/ID?format=full&quotaUser={}"),
    ("messages.get, metadata", "messages/ID?format=metadata&quotaUser={}"),
    ("messages.list of 100", "messages?maxResults=100&labelIds=INBOX&quotaUser={}"),
    ("messages.list, q", "messages?maxResults=50&q=invoice&quotaUser={}"),
];
const BATCH: &str = "batch of 50 gets";

/// Our server and the other, each with the same mails and the id of the same one of them.
struct Stage<'a> {
    place: &'a Place,
    plan: &'a Plan,
    dak: Dak,
    id: String,
    peer: Option<(Server, String)>,
}

pub(super) fn measure(place: &Place, plan: &Plan) -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    if !READS.iter().map(|(name, _)| *name).chain([BATCH]).any(|name| plan.wants(name)) {
        return Ok(rows);
    }
    let stage = Stage::set(place, plan)?;
    for (name, target) in READS.into_iter().filter(|(name, _)| plan.wants(name)) {
        rows.extend(stage.read(name, target)?);
    }
    if plan.wants(BATCH) {
        rows.push(stage.batch()?);
    }
    Ok(rows)
}

impl<'a> Stage<'a> {
    fn set(place: &'a Place, plan: &'a Plan) -> Result<Stage<'a>, Failure> {
        let dak = Dak::start(place, Cores::First)?;
        mailbox::fill(&dak.server.address, MAILS)?;
        let id = message(&dak.server.address)?;
        let peer = match emulate::start(place, Cores::First)? {
            None => None,
            Some(server) => {
                mailbox::fill(&server.address, MAILS)?;
                let id = message(&server.address)?;
                Some((server, id))
            }
        };
        Ok(Stage { place, plan, dak, id, peer })
    }

    /// Ours beside raw hyper that sends the same bytes, and beside the other server.
    fn read(&self, name: &'static str, target: &str) -> Result<[Row; 2], Failure> {
        let target = format!("{MAILBOX}/{target}");
        let request = |server: &Server, id: &str| get(&server.address, &target.replace(ID, id));
        let hyper = self.hyper(&request(&self.dak.server, &self.id))?;
        let ours = request(&self.dak.server, &self.id);
        let mut contestants =
            vec![Contestant::new(&self.dak.server, 200, &ours)?, Contestant::new(&hyper, 200, &ours)?];
        if let Some((peer, id)) = &self.peer {
            contestants.push(Contestant::new(peer, 200, &request(peer, id))?);
        }
        let numbers = turns::per_cpu_second(&mut contestants, self.plan)?;
        let against = |who: usize| numbers.get(who).map(|floor| Numbers::of(&numbers[0], floor));
        let row = |floor_name, numbers| Row { name, floor_name, unit: UNIT, numbers, goal: Goal::None };
        Ok([row("raw hyper", against(1)), row(emulate::NAME, against(2))])
    }

    /// emulate knows no batches.
    fn batch(&self) -> Result<Row, Failure> {
        let body: String = (0..CALLS_IN_BATCH).map(|number| self.call(number)).collect();
        let body = format!("{body}--batch--\r\n");
        let address = &self.dak.server.address;
        let mut request = format!("POST /batch/gmail/v1 HTTP/1.1\r\nHost: {address}\r\n{OWNER}");
        request.push_str("Content-Type: multipart/mixed; boundary=batch\r\n");
        request.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
        let single = get(address, &format!("{MAILBOX}/messages/{}?format=metadata", self.id));
        let mut contestants = [
            Contestant::new(&self.dak.server, 200, request.as_bytes())?,
            Contestant::new(&self.dak.server, 200, &single)?,
        ];
        let numbers = turns::per_cpu_second(&mut contestants, self.plan)?;
        let calls: Vec<f64> = numbers[0].iter().map(|batches| batches * CALLS_IN_BATCH as f64).collect();
        let numbers = Some(Numbers::of(&calls, &numbers[1]));
        Ok(Row { name: BATCH, floor_name: "one by one", unit: "calls per CPU-second", numbers, goal: Goal::None })
    }

    fn call(&self, number: usize) -> String {
        let id = &self.id;
        format!(
            "--batch\r\nContent-Type: application/http\r\nContent-ID: <{number}>\r\n\r\n\
             GET {MAILBOX}/messages/{id}?format=metadata HTTP/1.1\r\n\r\n\r\n"
        )
    }

    /// Raw hyper with what ours answers to a request.
    fn hyper(&self, request: &[u8]) -> Result<Server, Failure> {
        let answer = exchange(&self.dak.server.address, request)?;
        let canned = self.dak.folder.path().join("canned");
        answer.write(&canned)?;
        Server::start(Command::new(&self.place.bench).arg("floor-hyper").arg(canned), Cores::First)
    }
}

fn get(address: &str, target: &str) -> Vec<u8> {
    fetch::request("GET", address, target, OWNER_NUMBERED, "")
}

/// The answer to a request that was written for [`Contestant::new`].
fn exchange(address: &str, request: &[u8]) -> Result<Canned, Failure> {
    let text = String::from_utf8_lossy(request);
    let target = text.split(' ').nth(1).unwrap_or_default().replace("{}", "0");
    fetch::fetch_ok("GET", address, &target, OWNER, "")
}

/// The id of the newest message of the size that is wanted, or of one that comes near.
fn message(address: &str) -> Result<String, Failure> {
    let list = mailbox::get(address, "messages?maxResults=100")?;
    let ids = list["messages"].as_array().into_iter().flatten().filter_map(|message| message["id"].as_str());
    let mut best: Option<(i64, &str)> = None;
    for id in ids {
        let message: Value = mailbox::get(address, &format!("messages/{id}?format=minimal"))?;
        let distance = (message["sizeEstimate"].as_i64().unwrap_or_default() - MESSAGE_BYTES).abs();
        if best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, id));
        }
    }
    best.map(|(_, id)| id.to_owned()).ok_or_else(|| Failure::new("a mailbox that was filled is empty"))
}
