use super::{Meter, STEP_MS, WINDOW_MS};

fn rate(samples: &[(u64, u64)]) -> Option<u64> {
    let mut meter = Meter::default();
    for (now_ms, bytes) in samples {
        meter.add(*now_ms, *bytes);
    }
    meter.rate()
}

#[test]
fn the_rate_is_of_the_last_seconds() {
    let cases = [
        (vec![], None),
        (vec![(0, 500)], None),
        (vec![(0, 0), (100, 50)], None),
        (vec![(0, 0), (1_000, 500)], Some(500)),
        // What was there before this run does not count.
        (vec![(0, 9_000_000), (2_000, 9_001_000)], Some(500)),
        // Old samples are forgotten, but for the last before the window.
        (vec![(0, 0), (10_000, 1_000), (20_000, 1_000), (30_000, 1_000)], Some(0)),
        // It began again.
        (vec![(0, 0), (1_000, 900), (1_100, 0), (2_100, 300)], Some(300)),
    ];
    for (samples, wanted) in cases {
        assert_eq!(rate(&samples), wanted, "{samples:?}");
    }
}

#[test]
fn many_calls_are_few_samples() {
    let mut meter = Meter::default();
    for now_ms in 0..60_000 {
        meter.add(now_ms, now_ms * 7);
    }
    assert_eq!(meter.rate(), Some(7_000));
    assert!(meter.samples.len() as u64 <= WINDOW_MS / STEP_MS + 2, "{}", meter.samples.len());
}
