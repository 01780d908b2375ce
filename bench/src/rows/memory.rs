//! Memory of the server: after its start, and after many writes.

use crate::args::Plan;
use crate::child::Cores;
use crate::dak::{Dak, ITEMS};
use crate::data;
use crate::failure::Failure;
use crate::fetch;
use crate::load::{Load, Until};
use crate::place::Place;
use crate::rows::{Goal, Numbers, Row};

const CONNECTIONS: usize = 32;
const ITEM_BYTES: usize = 850;
const MIB: f64 = 1048576.0;
const IDLE_MIB_MAX: f64 = 20.0;

pub(super) fn measure(place: &Place, plan: &Plan) -> Result<Vec<Row>, Failure> {
    if !plan.wants("memory") {
        return Ok(Vec::new());
    }
    let dak = Dak::start(place, Cores::All)?;
    fetch::fetch_ok("GET", &dak.server.address, "/healthz", "", "")?;
    let idle = dak.server.resident_bytes()? / MIB;
    let insert = |_, number: u64, out: &mut Vec<u8>| {
        let item = data::item(usize::try_from(number).unwrap_or_default(), ITEM_BYTES);
        out.extend(fetch::request("POST", &dak.server.address, ITEMS, "", &item));
    };
    let mut load = Load::open(&dak.server.address, CONNECTIONS, 200)?;
    let (_, time) = load.run(insert, Until::Count(plan.writes))?;
    eprintln!("  {} items of 1 KB were added in {:.1} s", plan.writes, time.as_secs_f64());
    let busy = dak.server.resident_bytes()? / MIB;
    let row = |name, floor_name, megabytes, goal| Row {
        name,
        floor_name,
        unit: "MiB resident",
        numbers: Some(Numbers { ours: megabytes, floor: None, ratio: megabytes }),
        goal,
    };
    Ok(vec![
        row("memory, idle", "", idle, Goal::AtMost(IDLE_MIB_MAX)),
        row(
            if plan.writes >= 100_000 { "memory after 100,000 writes" } else { "memory after 10,000 writes" },
            "",
            busy,
            Goal::None,
        ),
    ])
}
