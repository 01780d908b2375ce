//! PATCH until it is on disk, beside what the disk can sync.

use crate::args::Plan;
use crate::child::Cores;
use crate::dak::Dak;
use crate::data;
use crate::disk::Disk;
use crate::failure::Failure;
use crate::fetch;
use crate::load::{Load, Until};
use crate::place::Place;
use crate::rows::{Goal, Numbers, Row};
use crate::turns;

const ROWS: [(&str, usize, Goal); 2] =
    [("durable PATCH, 1 connection", 1, Goal::AtLeast(0.5)), ("durable PATCH, 32 connections", 32, Goal::AtLeast(1.2))];
const ITEM_BYTES: usize = 850;

/// Who takes turns.
enum Side {
    Ours(Load),
    Floor(Disk),
}

pub(super) fn measure(place: &Place, plan: &Plan) -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    for (name, connections, goal) in ROWS.into_iter().filter(|(name, ..)| plan.wants(name)) {
        let numbers = Some(patch(place, plan, connections)?);
        rows.push(Row { name, floor_name: "fdatasync", unit: "writes per second", numbers, goal });
    }
    Ok(rows)
}

/// Each connection changes an item of its own again and again.
fn patch(place: &Place, plan: &Plan, connections: usize) -> Result<Numbers, Failure> {
    let dak = Dak::start(place, Cores::All)?;
    let paths: Vec<String> =
        (0..connections).map(|number| dak.insert(&data::item(number, ITEM_BYTES))).collect::<Result<_, _>>()?;
    let request = |connection: usize, number: u64, out: &mut Vec<u8>| {
        let target = format!("{}?prettyPrint=false", paths[connection]);
        let body = format!("{{\"comment\":\"This is change {number}.\"}}");
        out.extend(fetch::request("PATCH", &dak.server.address, &target, "", &body));
    };
    let load = Load::open(&dak.server.address, connections, 200)?;
    let mut sides = [Side::Ours(load), Side::Floor(Disk::prepare(dak.folder.path())?)];
    let numbers = turns::in_turns(&mut sides, plan.turns, |side| match side {
        Side::Ours(load) => {
            let (written, time) = load.run(request, Until::Time(plan.turn))?;
            Ok(written as f64 / time.as_secs_f64())
        }
        Side::Floor(disk) => disk.overwrites_per_second(plan.turn),
    })?;
    Ok(Numbers::of(&numbers[0], &numbers[1]))
}
