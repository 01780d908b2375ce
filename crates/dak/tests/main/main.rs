//! The built `dak` against a server that plays prepared answers: what it sends, prints, and how it ends.

#![allow(clippy::expect_used, clippy::panic)] // A test reports by panicking.

mod command;

mod downloads;
mod ends;
mod prints;
mod sends;
mod tools;
mod uploads;
