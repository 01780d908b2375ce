//! Tests of whole engines. The long ones are ignored unless asked for.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod blobs;
mod engines;
mod faults;
mod files;
mod folder;
mod held;
mod lasting;
mod scale;
mod small_disk;
mod threads;
