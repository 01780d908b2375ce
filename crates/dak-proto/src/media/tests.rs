//! Both ends of an upload over a made-up link.

mod link;
mod world;

use std::panic::{AssertUnwindSafe, catch_unwind};

use link::{Run, run};

/// Plays seeds until so many steps were taken. A seed that fails is played again for its trace.
fn steps(first_seed: u64, steps_min: u64) {
    let (mut steps, mut seed) = (0, first_seed);
    while steps < steps_min {
        let outcome = catch_unwind(AssertUnwindSafe(|| run(seed, None)));
        match outcome {
            Ok(Ok(Run { steps: more })) => steps += more,
            Ok(Err(what)) => fail(seed, &what),
            Err(_) => fail(seed, "it panicked"),
        }
        seed += 2;
    }
}

fn fail(seed: u64, what: &str) -> ! {
    let mut trace = Vec::new();
    let _ = catch_unwind(AssertUnwindSafe(|| run(seed, Some(&mut trace))));
    panic!("seed {seed}: {what}\n{}", trace.join("\n"));
}

/// `U9` to `U15`: whatever the link does, the same bytes once, and no range beyond what is durable.
#[test]
fn any_link_brings_the_same_bytes_once() {
    steps(0, 500_000);
}

/// The same on other seeds, on the other processor.
#[test]
fn any_link_brings_the_same_bytes_once_more() {
    steps(1, 500_000);
}
