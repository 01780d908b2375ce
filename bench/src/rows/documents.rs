//! Every API that Google's client for Python ships a description of, in one server: how long its start takes, and how
//! much memory it then has.

use std::process::Command;
use std::time::Instant;

use crate::args::Plan;
use crate::child::{Cores, Server};
use crate::failure::Failure;
use crate::place::Place;
use crate::rivals;
use crate::rows::{Goal, Numbers, Row};

const STARTED: &str = "start with 600 APIs";
const MEMORY: &str = "memory with 600 APIs";
const MIB: f64 = 1048576.0;
const SECONDS_MAX: f64 = 20.0;
const MIB_MAX: f64 = 1024.0;

pub(super) fn measure(place: &Place, plan: &Plan) -> Result<Vec<Row>, Failure> {
    if !plan.wants(STARTED) && !plan.wants(MEMORY) {
        return Ok(Vec::new());
    }
    let measured = rivals::documents(&place.out).map(|documents| start(place, &documents)).transpose()?;
    let row = |name, unit, number: Option<f64>, max| Row {
        name,
        floor_name: "",
        unit,
        numbers: number.map(|number| Numbers { ours: number, floor: None, ratio: number }),
        goal: Goal::AtMost(max),
    };
    Ok(vec![
        row(STARTED, "seconds", measured.map(|(seconds, _)| seconds), SECONDS_MAX),
        row(MEMORY, "MiB resident", measured.map(|(_, mib)| mib), MIB_MAX),
    ])
}

/// From the start of a server of all documents to the line that says where it listens, and its memory then.
fn start(place: &Place, documents: &str) -> Result<(f64, f64), Failure> {
    let mut command = Command::new(&place.dak);
    command.args(["serve", "--listen", "127.0.0.1:0", "--log", "off", "--ephemeral", "--apart", "--api", documents]);
    let started = Instant::now();
    let server = Server::start(&mut command, Cores::All)?;
    let seconds = started.elapsed().as_secs_f64();
    Ok((seconds, server.resident_bytes()? / MIB))
}
