//! A resource of 1 KB: read, and found unchanged.

use crate::canned::Canned;
use crate::failure::Failure;
use crate::fetch;
use crate::nginx;
use crate::rows::reading::Stage;
use crate::rows::{Goal, Numbers, Row};
use crate::turns::{self, Contestant};

const UNIT: &str = "requests per CPU-second";

pub(super) fn measure(stage: &Stage<'_>) -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    if stage.plan.wants("GET 1 KB") {
        rows.extend(get(stage)?);
    }
    if stage.plan.wants("304") {
        rows.push(unchanged(stage)?);
    }
    Ok(rows)
}

fn get(stage: &Stage<'_>) -> Result<[Row; 2], Failure> {
    let target = format!("{}?prettyPrint=false", stage.resource);
    let answer = stage.answer(&target, "")?;
    let request = stage.get(&target, "");
    let hyper = stage.floor_hyper(&answer)?;
    let nginx = nginx::start(stage.dak.folder.path(), &stage.resource, &answer)?;
    let mut contestants =
        vec![Contestant::new(&stage.dak.server, 200, &request)?, Contestant::new(&hyper, 200, &request)?];
    if let Some(nginx) = &nginx {
        same_body(&answer, &fetch::fetch_ok("GET", &nginx.address, &target, "", "")?)?;
        contestants.push(Contestant::new(nginx, 200, &request)?);
    }
    let numbers = turns::per_cpu_second(&mut contestants, stage.plan)?;
    let against = |who: usize| numbers.get(who).map(|floor| Numbers::of(&numbers[0], floor));
    let row = |floor_name, goal, numbers| Row { name: "GET 1 KB", floor_name, unit: UNIT, numbers, goal };
    Ok([row("raw hyper", Goal::AtLeast(0.65), against(1)), row("nginx, a file", Goal::AtLeast(1.2), against(2))])
}

fn unchanged(stage: &Stage<'_>) -> Result<Row, Failure> {
    let target = format!("{}?prettyPrint=false", stage.resource);
    let etag = stage.answer(&target, "")?.header("etag").to_owned();
    let fields = format!("If-None-Match: {etag}\r\n");
    let answer = fetch::fetch("GET", &stage.dak.server.address, &target, &fields, "")?;
    let hyper = stage.floor_hyper(&answer)?;
    let request = stage.get(&target, &fields);
    let mut contestants = [Contestant::new(&stage.dak.server, 304, &request)?, Contestant::new(&hyper, 304, &request)?];
    let numbers = turns::per_cpu_second(&mut contestants, stage.plan)?;
    Ok(Row {
        name: "304 for If-None-Match",
        floor_name: "raw hyper",
        unit: UNIT,
        numbers: Some(Numbers::of(&numbers[0], &numbers[1])),
        goal: Goal::AtLeast(0.8),
    })
}

/// A comparison is one only if both do the same.
pub(super) fn same_body(ours: &Canned, floor: &Canned) -> Result<(), Failure> {
    if ours.body == floor.body { Ok(()) } else { Err(Failure::new("a floor does not send what ours sends")) }
}
