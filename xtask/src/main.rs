//! The project's own commands: `cargo xtask ci`, `test`, `bench`.

fn main() {}
