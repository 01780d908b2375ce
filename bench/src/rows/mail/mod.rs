//! The rows of mail: a mailbox that is read, searched, filled, and grows.

mod emulate;
mod importing;
mod memory;
mod reads;
mod size;
mod writes;

use crate::args::Plan;
use crate::failure::Failure;
use crate::place::Place;
use crate::rows::Row;

/// Measures the rows of mail that are asked for.
pub(super) fn measure(place: &Place, plan: &Plan) -> Result<Vec<Row>, Failure> {
    let mut rows = reads::measure(place, plan)?;
    rows.extend(writes::measure(place, plan)?);
    rows.extend(size::measure(place, plan)?);
    rows.extend(memory::measure(place, plan)?);
    rows.extend(importing::measure(place, plan)?);
    Ok(rows)
}
