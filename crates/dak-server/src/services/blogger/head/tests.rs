use serde_json::json;

use super::{Head, Status};
use crate::services::blogger::kind::Kind;

const NOW_MS: i64 = 1000;

fn head(status: Status, published_ms: Option<i64>) -> Head {
    Head { status, published_ms, ..Head::new(json!({"id": "7"}), 0) }
}

#[test]
fn publishing() {
    use Kind::{Page, Post};
    use Status::{Draft, Live, Scheduled, SoftTrashed};
    for (kind, before, date_ms, after) in [
        (Post, head(Draft, None), None, (Live, NOW_MS)),
        (Post, head(Draft, None), Some(500), (Live, 500)),
        (Post, head(Draft, None), Some(NOW_MS), (Live, NOW_MS)),
        (Post, head(Draft, None), Some(2000), (Scheduled, 2000)),
        (Post, head(Draft, Some(2000)), None, (Scheduled, 2000)),
        (Post, head(Draft, Some(2000)), Some(900), (Live, 900)),
        (Post, head(Scheduled, Some(2000)), None, (Scheduled, 2000)),
        (Post, head(Live, Some(500)), None, (Live, 500)),
        (Post, head(SoftTrashed, Some(500)), None, (Live, 500)),
        (Page, head(Draft, None), None, (Live, NOW_MS)),
        (Page, head(Draft, Some(2000)), None, (Live, 2000)),
    ] {
        let mut found = before.clone();
        found.publish(kind, date_ms, NOW_MS);
        assert_eq!((found.status, found.published_ms), (after.0, Some(after.1)), "{before:?} {date_ms:?}");
        assert_eq!(found.trashed_ms, None);
        assert_eq!(Head::parse(&found.to_bytes()), Ok(found));
    }
}

#[test]
fn reverting_keeps_a_schedule() {
    use Status::{Draft, Live, Scheduled, SoftTrashed};
    for (status, kept_ms) in [(Live, None), (Scheduled, Some(2000)), (Draft, Some(2000)), (SoftTrashed, Some(2000))] {
        let mut found = head(status, Some(2000));
        found.revert();
        assert_eq!((found.status, found.published_ms), (Draft, kept_ms), "{status:?}");
    }
}

#[test]
fn a_date_moves_what_is_published() {
    use Status::{Draft, Live, Scheduled};
    for (before, date_ms, after) in [
        (head(Live, Some(500)), Some(2000), (Scheduled, Some(2000))),
        (head(Live, Some(500)), None, (Live, Some(500))),
        (head(Scheduled, Some(2000)), Some(500), (Live, Some(500))),
        (head(Draft, Some(2000)), None, (Draft, None)),
        (head(Draft, None), Some(2000), (Draft, Some(2000))),
    ] {
        let mut found = before.clone();
        found.date(Kind::Post, date_ms, NOW_MS);
        assert_eq!((found.status, found.published_ms), after, "{before:?} {date_ms:?}");
    }
}
