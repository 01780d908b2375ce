//! The wire: the only place that knows hyper's types.
//!
//! Accepts connections, hands each request to the [pipeline](crate::pipeline), sends its answer, and stops gently.

mod connection;
mod incoming;
mod listener;
mod outgoing;
mod pulse;
mod tls;

pub use listener::{Listening, StartError};
