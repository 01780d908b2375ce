//! The server without sockets: requests as text down the whole road, over the engine that keeps records in memory.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod access;
mod batches;
mod blogger;
mod control;
mod describe;
mod discovery;
mod documents;
mod examples;
mod gmail;
mod kept;
mod limits;
mod lists;
mod names;
mod narrowed;
mod rooms;
mod rules;
mod said;
mod shapes;
mod stage;
mod upload_disks;
mod upload_refusals;
mod upload_streams;
mod uploads;
mod writes;
