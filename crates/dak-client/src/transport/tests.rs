use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::{allowance, watched};
use crate::outgoing::Progress;

const MIB: u64 = 1 << 20;

/// What happens to a body.
enum Event {
    /// The connection takes a piece of so many bytes.
    Takes(u64),
    /// The connection waits for the body's source.
    Waits,
}

use Event::{Takes, Waits};

/// The patience is 60 s; (what happens when, when it is given up), in seconds, on a clock that jumps.
#[tokio::test(start_paused = true)]
async fn silence_is_as_long_as_it_is_said_to_be() {
    let cases: [(&[(u64, Event)], u64); 9] = [
        (&[], 60),
        (&[(1, Takes(0))], 61),
        (&[(59, Takes(0))], 119),
        (&[(30, Takes(0)), (80, Takes(0))], 140),
        // What was taken may be on its way still.
        (&[(10, Takes(MIB))], 100),
        (&[(10, Takes(MIB)), (95, Takes(MIB))], 215),
        (&[(10, Takes(100 * MIB))], 190),
        // A source that is slow is not the server's silence.
        (&[(10, Waits), (3600, Takes(0))], 3660),
        (&[(10, Waits), (3600, Takes(MIB)), (3650, Waits), (3700, Takes(3 * MIB))], 3880),
    ];
    for (number, (events, wanted_s)) in cases.iter().enumerate() {
        let (began, progress) = (Instant::now(), Progress::default());
        let work = async {
            for (at_s, event) in *events {
                sleep(Duration::from_secs(*at_s) - began.elapsed()).await;
                progress.step(matches!(event, Waits));
                if let Takes(bytes) = event {
                    progress.passed(*bytes);
                }
            }
            std::future::pending::<()>().await;
        };
        watched(work, &progress, Duration::from_secs(60)).await.unwrap_err();
        assert_eq!(began.elapsed().as_secs(), *wanted_s, "{number}");
    }
}

/// However long or short a patience is, it is one.
#[tokio::test(start_paused = true)]
async fn patience_has_no_wrong_length() {
    let progress = Progress::default();
    assert_eq!(watched(std::future::ready(7), &progress, Duration::MAX).await.unwrap(), 7);
    watched(sleep(Duration::from_secs(1)), &progress, Duration::ZERO).await.unwrap_err();
    progress.step(true);
    watched(sleep(Duration::from_secs(1)), &progress, Duration::ZERO).await.unwrap();
}

#[test]
fn more_patience_for_what_may_be_on_its_way() {
    let cases = [(0, 60_000), (1, 60_000), (MIB, 90_000), (2 * MIB, 120_000), (4 * MIB, 180_000), (u64::MAX, 180_000)];
    for (bytes, wanted_ms) in cases {
        assert_eq!(allowance(Duration::from_secs(60), bytes), Duration::from_millis(wanted_ms), "{bytes}");
    }
    assert_eq!(allowance(Duration::ZERO, MIB), Duration::ZERO);
    assert_eq!(allowance(Duration::MAX, 0), Duration::MAX);
}
