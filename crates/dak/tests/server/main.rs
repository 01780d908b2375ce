//! The built `dak serve` as a process: real sockets, signals, disks that fill, kills.

#![allow(clippy::expect_used, clippy::panic)] // A test reports by panicking.

mod apis;
mod blogs;
mod crash;
mod faults;
mod full;
mod large_mailbox;
mod life;
mod mailboxes_killed;
mod mails;
mod race;
mod replica;
mod slow;
mod smuggling;
mod strangers;
mod support;
mod tls;
mod upkeep;
mod uploads_killed;
mod walks;
mod wire;
