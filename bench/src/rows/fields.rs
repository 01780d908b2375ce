//! A tenth of a list of 40 KB, with and without gzip, made anew and asked for again.

use crate::failure::Failure;
use crate::fetch;
use crate::rows::reading::Stage;
use crate::rows::reads::same_body;
use crate::rows::{Goal, Numbers, Row};
use crate::turns::{self, Contestant};

const UNIT: &str = "requests per CPU-second";
/// A tenth of the list.
const MASK: &str = "nextPageToken,items(id,author/email,status)";
const GZIP: &str = "Accept-Encoding: gzip\r\n";
/// A parameter that means nothing to the answer, but makes each request's target another: nothing is on the shelf.
const ANEW: &str = "quotaUser={}";

/// A name, and what measures it.
struct Measured {
    name: &'static str,
    floor_name: &'static str,
    goal: Goal,
    measure: fn(&Stage<'_>) -> Result<Numbers, Failure>,
}

const ROWS: [Measured; 4] = [
    Measured { name: "fields, made anew", floor_name: "serde_json's tree", goal: Goal::AtLeast(6.0), measure: anew },
    Measured { name: "fields, asked again", floor_name: "raw hyper", goal: Goal::AtLeast(0.6), measure: again },
    Measured {
        name: "gzip of fields, made anew",
        floor_name: "gzip of the whole",
        goal: Goal::AtLeast(4.0),
        measure: gzip_anew,
    },
    Measured { name: "gzip, asked again", floor_name: "raw hyper", goal: Goal::AtLeast(0.7), measure: gzip_again },
];

pub(super) fn measure(stage: &Stage<'_>) -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    for row in ROWS.iter().filter(|row| stage.plan.wants(row.name)) {
        let numbers = Some((row.measure)(stage)?);
        rows.push(Row { name: row.name, floor_name: row.floor_name, unit: UNIT, numbers, goal: row.goal });
    }
    Ok(rows)
}

fn anew(stage: &Stage<'_>) -> Result<Numbers, Failure> {
    let target = stage.list(&format!("fields={MASK}"));
    let ours = stage.answer(&target, "")?;
    let whole = stage.answer(&stage.list(""), "")?;
    let zipped = stage.answer(&stage.list(""), GZIP)?;
    let bytes = [&whole, &ours, &zipped].map(|answer| answer.body.len());
    eprintln!("  the list has {} bytes, its masked part {}; with gzip the list has {}", bytes[0], bytes[1], bytes[2]);
    let tree = stage.floor_tree(&whole, MASK)?;
    same_body(&ours, &fetch::fetch_ok("GET", &tree.address, &target, "", "")?)?;
    let request = stage.get(&format!("{target}&{ANEW}"), "");
    let mut contestants = [Contestant::new(&stage.dak.server, 200, &request)?, Contestant::new(&tree, 200, &request)?];
    let numbers = turns::per_cpu_second(&mut contestants, stage.plan)?;
    Ok(Numbers::of(&numbers[0], &numbers[1]))
}

fn again(stage: &Stage<'_>) -> Result<Numbers, Failure> {
    against_hyper(stage, &stage.list(&format!("fields={MASK}")), "")
}

fn gzip_anew(stage: &Stage<'_>) -> Result<Numbers, Failure> {
    let part = stage.get(&stage.list(&format!("fields={MASK}&{ANEW}")), GZIP);
    let whole = stage.get(&stage.list(ANEW), GZIP);
    let mut contestants =
        [Contestant::new(&stage.dak.server, 200, &part)?, Contestant::new(&stage.dak.server, 200, &whole)?];
    let numbers = turns::per_cpu_second(&mut contestants, stage.plan)?;
    Ok(Numbers::of(&numbers[0], &numbers[1]))
}

fn gzip_again(stage: &Stage<'_>) -> Result<Numbers, Failure> {
    against_hyper(stage, &stage.list(""), GZIP)
}

/// Ours beside raw hyper with the same bytes.
fn against_hyper(stage: &Stage<'_>, target: &str, fields: &str) -> Result<Numbers, Failure> {
    let hyper = stage.floor_hyper(&stage.answer(target, fields)?)?;
    let request = stage.get(target, fields);
    let mut contestants = [Contestant::new(&stage.dak.server, 200, &request)?, Contestant::new(&hyper, 200, &request)?];
    let numbers = turns::per_cpu_second(&mut contestants, stage.plan)?;
    Ok(Numbers::of(&numbers[0], &numbers[1]))
}
