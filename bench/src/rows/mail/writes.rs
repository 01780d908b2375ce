//! Messages put into a mailbox, one at a time. Ours is answered once it is synced to disk; the other keeps it in memory.

use std::time::Duration;

use base64_simd::URL_SAFE;
use serde_json::json;

use super::emulate;
use crate::args::Plan;
use crate::child::Cores;
use crate::dak::Dak;
use crate::data;
use crate::failure::Failure;
use crate::fetch;
use crate::load::{Load, Until};
use crate::mailbox::{MAILBOX, OWNER_NUMBERED};
use crate::place::Place;
use crate::rows::{Goal, Numbers, Row};
use crate::turns::{self, Asked};

/// Few and short turns: what comes in more of them is too much for emulate's memory.
const TURNS_MAX: usize = 5;
const TURN_MAX: Duration = Duration::from_millis(350);
/// A name, and how many bytes a message has.
const SIZES: [(&str, u64); 2] = [("messages.insert, 10 KB", 10_000), ("messages.insert, 1 MB", 1_000_000)];

pub(super) fn measure(place: &Place, plan: &Plan) -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    for (name, bytes) in SIZES.into_iter().filter(|(name, _)| plan.wants(name)) {
        let numbers = insert(place, plan, bytes)?;
        rows.push(Row { name, floor_name: emulate::NAME, unit: "writes per second", numbers, goal: Goal::None });
    }
    Ok(rows)
}

fn insert(place: &Place, plan: &Plan, bytes: u64) -> Result<Option<Numbers>, Failure> {
    let dak = Dak::start(place, Cores::All)?;
    let Some(peer) = emulate::start(place, Cores::All)? else { return Ok(None) };
    let body = json!({ "raw": URL_SAFE.encode_to_string(mail(bytes)) }).to_string();
    let side = |address: &str| {
        let request = fetch::request("POST", address, &format!("{MAILBOX}/messages"), OWNER_NUMBERED, &body);
        Ok::<_, Failure>((Load::open(address, 1, 200)?, Asked::new(&request)))
    };
    let mut sides = [side(&dak.server.address)?, side(&peer.address)?];
    let numbers = turns::in_turns(&mut sides, plan.turns.min(TURNS_MAX), |(load, request)| {
        let (written, time) =
            load.run(|_, number, out| request.write(number, out), Until::Time(plan.turn.min(TURN_MAX)))?;
        Ok(written as f64 / time.as_secs_f64())
    })?;
    Ok(Some(Numbers::of(&numbers[0], &numbers[1])))
}

/// A mail with a file of about so many bytes.
fn mail(bytes: u64) -> String {
    let file: Vec<u8> = data::noise(bytes * 3 / 4).flatten().collect();
    let file = base64_simd::STANDARD.encode_to_string(file);
    let lines: String = file.as_bytes().chunks(76).map(|line| String::from_utf8_lossy(line) + "\r\n").collect();
    let head = "From: a@there.example\r\nTo: me@here.example\r\nSubject: A file\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHere it is.\r\n\
         --b\r\nContent-Type: application/pdf; name=file.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n";
    format!("{head}{lines}--b--\r\n")
}
