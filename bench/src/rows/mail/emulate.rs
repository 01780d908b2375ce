//! emulate's Gmail, which keeps all of a mailbox in memory.

use std::net::TcpListener;

use crate::child::{Cores, Server};
use crate::failure::Failure;
use crate::fetch;
use crate::place::Place;
use crate::rivals;

/// What it is called in the table.
pub(super) const NAME: &str = "emulate";

/// Starts it; `None` where it cannot be had.
pub(super) fn start(place: &Place, cores: Cores) -> Result<Option<Server>, Failure> {
    let Some(mut command) = rivals::emulate(&place.out) else { return Ok(None) };
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    command.args(["start", "--service", "google", "--port"]).arg(port.to_string());
    let server = Server::start_at(&mut command, cores, format!("127.0.0.1:{port}"))?;
    fetch::wait_for(&server.address)?;
    Ok(Some(server))
}
