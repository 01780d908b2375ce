#![no_main]

#[allow(dead_code, reason = "each target has its own oracle")]
#[path = "../oracles.rs"]
mod oracles;

libfuzzer_sys::fuzz_target!(|input: &[u8]| oracles::batch(input));
