//! Helpers for Dak's own tests: the program as a process, raw HTTP over plain sockets, a server that
//! plays prepared answers, a proxy that spoils requests, random numbers and mail from a seed, and patience.
//!
//! Everything here blocks, listens on 127.0.0.1 only, and panics with a plain sentence where a test
//! could not go on anyway. Nothing here knows Dak's rules: a helper that shared code with what it
//! tests would share its mistakes.

#![allow(clippy::expect_used, clippy::panic)] // A test helper reports by panicking; the test fails with its words.

mod mail;
mod patience;
mod process;
mod proxy;
mod random;
mod scripted;
mod wire;

pub use mail::{Mail, Mails};
pub use patience::{run, wait_for};
pub use process::{Launch, Server, binary, is_long};
pub use proxy::{Aim, Fault, Proxy};
pub use random::Random;
pub use scripted::{Play, Recorded, Scripted, answer};
pub use wire::{Answer, Call, Connection, raw};
