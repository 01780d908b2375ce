//! The `dak` command.

fn main() {}
