//! The wire: the only place that knows hyper's types.
//!
//! Accepts connections, hands each request to the [pipeline](crate::pipeline), sends its answer, and stops gently.

mod arrivals;
mod connection;
mod incoming;
mod listener;
mod outgoing;
mod pulse;
mod tls;

pub(crate) use arrivals::Arrivals;
pub use listener::{Listening, StartError};
