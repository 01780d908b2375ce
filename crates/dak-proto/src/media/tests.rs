//! Both ends of an upload over a made-up link.

mod liar;
mod link;
mod world;

use std::panic::{AssertUnwindSafe, catch_unwind};

use link::Run;

/// One upload, whose steps it puts into the trace.
#[allow(clippy::type_complexity, reason = "this is the name for it")]
struct Play(fn(u64, Option<&mut Vec<String>>) -> Result<Run, String>);

/// Plays seeds until so many steps were taken. A seed that fails is played again for its trace.
fn steps(play: &Play, first_seed: u64, steps_min: u64) {
    let (mut steps, mut seed) = (0, first_seed);
    while steps < steps_min {
        let outcome = catch_unwind(AssertUnwindSafe(|| (play.0)(seed, None)));
        match outcome {
            Ok(Ok(Run { steps: more })) => steps += more,
            Ok(Err(what)) => fail(play, seed, &what),
            Err(_) => fail(play, seed, "it panicked"),
        }
        seed += 2;
    }
}

fn fail(play: &Play, seed: u64, what: &str) -> ! {
    let mut trace = Vec::new();
    let _ = catch_unwind(AssertUnwindSafe(|| (play.0)(seed, Some(&mut trace))));
    panic!("seed {seed}: {what}\n{}", trace.join("\n"));
}

/// `U9` to `U15`: whatever the link does, the same bytes once, and no range beyond what is durable.
#[test]
fn any_link_brings_the_same_bytes_once() {
    steps(&Play(link::run), 0, 500_000);
}

/// The same on other seeds, on the other processor.
#[test]
fn any_link_brings_the_same_bytes_once_more() {
    steps(&Play(link::run), 1, 500_000);
}

/// `U12`, `U13`: whatever a server says, and however often, the client comes further, waits, or gives up.
#[test]
fn no_lie_is_believed_for_ever() {
    steps(&Play(liar::run), 0, 500_000);
}
