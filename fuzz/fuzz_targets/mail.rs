#![no_main]

#[allow(dead_code, reason = "each target has its own oracle")]
#[path = "../mail_oracles.rs"]
mod mail_oracles;

libfuzzer_sys::fuzz_target!(|input: &[u8]| mail_oracles::mail(input));
