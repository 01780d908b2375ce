//! The client against a server that plays a script, over real sockets.

#![allow(clippy::unwrap_used, reason = "what fails here fails its test")]

mod answers;
mod downloads;
mod examples;
mod failures;
mod http2;
mod recipes;
mod streams;
mod support;
mod threads;
mod tls;
mod uploads;
