use std::time::Duration;

use super::{View, amount, columns, line, of, summary};

fn view() -> View<'static> {
    View { name: "holiday.mp4", bytes: 12_345_678, length: Some(27_000_000), rate: Some(4_100_000), ..View::default() }
}

#[test]
fn a_state_and_a_width_make_a_line() {
    let retried = View { retries: 2, ..view() };
    let waiting = View { doing: Some("waiting 2 s: the server answered 503".into()), retries: 1, ..view() };
    let unknown = View { length: None, ..view() };
    let begun = View { bytes: 0, rate: None, ..view() };
    let done = View { bytes: 27_000_000, ..view() };
    let empty = View { name: "empty", bytes: 0, length: Some(0), ..View::default() };
    let named =
        View { name: "ছুটির দিনের একটি খুব লম্বা নাম.mp4", ..view() };
    // (what is to be seen, columns, the line)
    let cases: [(&View<'_>, usize, &str); 16] = [
        (&view(), 80, "holiday.mp4  [=========>            ]   45%  12.3 of 27.0 MB  4.1 MB/s  4 s left"),
        (
            &view(),
            120,
            "holiday.mp4  [==================>                     ]   45%  12.3 of 27.0 MB  4.1 MB/s  4 s left",
        ),
        (&view(), 60, "holiday.mp4   45%  12.3 of 27.0 MB  4.1 MB/s  4 s left"),
        (&view(), 46, "holiday.mp4   45%  12.3 of 27.0 MB  4.1 MB/s"),
        (&view(), 20, "holiday.mp4   45%"),
        (&view(), 12, "holi..   45%"),
        (&view(), 3, " .."),
        (&view(), 0, ""),
        (&retried, 90, "holiday.mp4  [=========>           ]   45%  12.3 of 27.0 MB  4.1 MB/s  4 s left  2 retries"),
        (&waiting, 90, "holiday.mp4   45%  12.3 of 27.0 MB  1 retry  waiting 2 s: the server answered 503"),
        (&waiting, 70, "holiday.mp4   45%  12.3 of 27.0 MB  1 retry  waiting 2 s: the server.."),
        (&unknown, 80, "holiday.mp4  12.3 MB  4.1 MB/s"),
        (&begun, 60, "holiday.mp4  [>                      ]    0%  0.0 of 27.0 MB"),
        (&done, 70, "holiday.mp4  [======================]  100%  27.0 of 27.0 MB  4.1 MB/s"),
        (&empty, 60, "empty  0 of 0 B"),
        (&named, 90, "ছুটির দিনের একটি..  [====>      ]   45%  12.3 of 27.0 MB  4.1 MB/s  4 s left"),
    ];
    for (view, width, wanted) in cases {
        let text = line(view, width);
        assert_eq!(text, wanted, "{width}");
        assert!(columns(&text) <= width, "{width}: {text:?}");
    }
}

#[test]
fn amounts_have_a_unit_that_fits() {
    let cases = [
        (0, "0 B"),
        (999, "999 B"),
        (1_000, "1.0 kB"),
        (999_999, "999.9 kB"),
        (12_345_678, "12.3 MB"),
        (5_000_000_000, "5.00 GB"),
        (u64::MAX, "18446744.07 TB"),
    ];
    for (bytes, text) in cases {
        assert_eq!(amount(bytes), text);
    }
    assert_eq!(of(5_000, Some(27_000_000)), "0.0 of 27.0 MB");
    assert_eq!(of(5_000, None), "5.0 kB");
}

#[test]
fn a_summary_tells_how_long_it_took() {
    let cases = [
        (0, 20, "0 B in less than 1 s"),
        (5_000_000, 500, "5.0 MB in less than 1 s (10.0 MB/s)"),
        (27_000_000, 6_000, "27.0 MB in 6 s (4.5 MB/s)"),
        (1_000_000_000, 1_000_000, "1.00 GB in 16 min (1.0 MB/s)"),
        (1_000_000_000, 10_000_000, "1.00 GB in 2 h 46 min (100.0 kB/s)"),
        (1, 900_000_000, "1 B in 10 days (0 B/s)"),
    ];
    for (bytes, ms, text) in cases {
        assert_eq!(summary(bytes, Duration::from_millis(ms)), text);
    }
}
