//! Memory of the server with a mailbox of 100,000 messages.

use crate::args::Plan;
use crate::child::Cores;
use crate::dak::Dak;
use crate::failure::Failure;
use crate::mailbox;
use crate::place::Place;
use crate::rows::{Goal, Numbers, Row};

const NAME: &str = "memory with 100,000 mails";
const NAME_QUICK: &str = "memory with 10,000 mails";
const MIB: f64 = 1048576.0;

pub(super) fn measure(place: &Place, plan: &Plan) -> Result<Vec<Row>, Failure> {
    if !plan.wants(NAME) {
        return Ok(Vec::new());
    }
    let dak = Dak::start(place, Cores::All)?;
    mailbox::fill(&dak.server.address, plan.writes)?;
    mailbox::get(&dak.server.address, "messages?maxResults=500&q=report")?;
    let resident = dak.server.resident_bytes()? / MIB;
    let name = if plan.writes >= 100_000 { NAME } else { NAME_QUICK };
    let numbers = Some(Numbers { ours: resident, floor: None, ratio: resident });
    Ok(vec![Row { name, floor_name: "", unit: "MiB resident", numbers, goal: Goal::None }])
}
