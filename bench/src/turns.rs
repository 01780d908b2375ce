//! Contestants that take turns.

use std::time::Duration;

use crate::args::Plan;
use crate::child::{OnSecondCore, Server};
use crate::failure::Failure;
use crate::load::{Load, Until};

/// How many connections a server is asked on.
const CONNECTIONS: usize = 64;

/// A server and what it is asked.
pub(crate) struct Contestant<'a> {
    server: &'a Server,
    load: Load,
    asked: Asked,
}

/// A request as it stands on the wire, cut where its number stands.
pub(crate) struct Asked(Vec<Vec<u8>>);

impl Asked {
    pub(crate) fn new(request: &[u8]) -> Asked {
        const NUMBER: &[u8] = b"{}";
        let mut start = 0;
        let mut parts = Vec::new();
        for at in memchr::memmem::find_iter(request, NUMBER) {
            parts.push(request[start..at].to_vec());
            start = at + NUMBER.len();
        }
        parts.push(request[start..].to_vec());
        Asked(parts)
    }

    pub(crate) fn write(&self, number: u64, out: &mut Vec<u8>) {
        for (place, part) in self.0.iter().enumerate() {
            if place > 0 {
                out.extend_from_slice(number.to_string().as_bytes());
            }
            out.extend_from_slice(part);
        }
    }
}

impl<'a> Contestant<'a> {
    /// A server that is asked a request; wherever `{}` stands in it, the request's number is sent.
    pub(crate) fn new(server: &'a Server, status: u16, request: &[u8]) -> Result<Contestant<'a>, Failure> {
        let asked = Asked::new(request);
        Ok(Contestant { server, load: Load::open(&server.address, CONNECTIONS, status)?, asked })
    }

    /// Requests answered for a second of the server's CPU time.
    fn per_cpu_second(&mut self, time: Duration) -> Result<f64, Failure> {
        let before = self.server.cpu_seconds()?;
        let (answered, _) = self.load.run(|_, number, out| self.asked.write(number, out), Until::Time(time))?;
        Ok(answered as f64 / (self.server.cpu_seconds()? - before))
    }
}

/// Each contestant's requests for a second of CPU, turn by turn.
pub(crate) fn per_cpu_second(contestants: &mut [Contestant<'_>], plan: &Plan) -> Result<Vec<Vec<f64>>, Failure> {
    let _pinned = OnSecondCore::new()?;
    for contestant in &mut *contestants {
        contestant.per_cpu_second(plan.turn / 4)?;
    }
    in_turns(contestants, plan.turns, |contestant| contestant.per_cpu_second(plan.turn))
}

/// Measures each contestant so many times, forwards and backwards by turns; gives each one's numbers.
pub(crate) fn in_turns<T, N>(
    contestants: &mut [T],
    turns: usize,
    mut measure: impl FnMut(&mut T) -> Result<N, Failure>,
) -> Result<Vec<Vec<N>>, Failure> {
    let mut numbers: Vec<Vec<N>> = contestants.iter().map(|_| Vec::with_capacity(turns)).collect();
    for turn in 0..turns {
        for place in 0..contestants.len() {
            let who = if turn % 2 == 0 { place } else { contestants.len() - 1 - place };
            numbers[who].push(measure(&mut contestants[who])?);
        }
    }
    Ok(numbers)
}
