//! Counts of what the server did, as Prometheus text.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

/// The upper bounds of the duration buckets, in microseconds.
const BUCKETS_US: [u64; 10] = [50, 100, 250, 1_000, 2_500, 10_000, 25_000, 100_000, 1_000_000, 10_000_000];

/// All counters.
#[derive(Debug, Default)]
pub struct Metrics {
    methods: RwLock<BTreeMap<String, Arc<PerMethod>>>,
    /// Connections open now.
    pub connections: AtomicI64,
    /// Bytes of response bodies sent.
    pub sent_bytes: AtomicU64,
    /// Bytes of media that came.
    received_bytes: AtomicU64,
}

/// The counters of one method.
#[derive(Debug, Default)]
struct PerMethod {
    /// Answers by the first digit of their status.
    by_class: [AtomicU64; 6],
    /// Answers by duration, each counted in its own bucket only; the last is beyond all bounds.
    by_duration: [AtomicU64; BUCKETS_US.len() + 1],
    total_us: AtomicU64,
    /// Units of a quota that its calls cost; 0 for methods that have none.
    units: AtomicU64,
}

impl Metrics {
    /// Counts an answer. `method_id` is empty for requests that found no method.
    pub fn count(&self, method_id: &str, status: u16, duration: Duration, body_bytes: u64) {
        let counters = self.of(method_id);
        let microseconds = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        let class = usize::from(status / 100).min(counters.by_class.len() - 1);
        let bucket = BUCKETS_US.partition_point(|bound| *bound < microseconds);
        counters.by_class[class].fetch_add(1, Ordering::Relaxed);
        counters.by_duration[bucket].fetch_add(1, Ordering::Relaxed);
        counters.total_us.fetch_add(microseconds, Ordering::Relaxed);
        self.sent_bytes.fetch_add(body_bytes, Ordering::Relaxed);
    }

    /// Counts units of a quota.
    pub fn count_units(&self, method_id: &str, units: u64) {
        self.of(method_id).units.fetch_add(units, Ordering::Relaxed);
    }

    /// Counts bytes of media as they come.
    pub fn count_received(&self, bytes: usize) {
        self.received_bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Method ids come from descriptions, so there are few of them.
    fn of(&self, method_id: &str) -> Arc<PerMethod> {
        if let Some(found) = self.methods.read().unwrap_or_else(PoisonError::into_inner).get(method_id) {
            return Arc::clone(found);
        }
        let mut methods = self.methods.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(methods.entry(method_id.to_owned()).or_default())
    }

    /// The counters in Prometheus' text format.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::new();
        let methods = self.methods.read().unwrap_or_else(PoisonError::into_inner);
        head(&mut out, "dak_requests_total", "counter", "Answers by method and class of status.");
        for (id, counters) in methods.iter() {
            counters.write_classes(&mut out, id);
        }
        head(&mut out, "dak_request_duration_seconds", "histogram", "Time from a request's head to its answer.");
        for (id, counters) in methods.iter() {
            counters.write_durations(&mut out, id);
        }
        head(&mut out, "dak_quota_units_total", "counter", "Units of a quota that calls cost.");
        for (id, counters) in methods.iter() {
            counters.write_units(&mut out, id);
        }
        head(&mut out, "dak_response_body_bytes_total", "counter", "Bytes of response bodies.");
        let _ = writeln!(out, "dak_response_body_bytes_total {}", self.sent_bytes.load(Ordering::Relaxed));
        head(&mut out, "dak_upload_bytes_total", "counter", "Bytes of media that came.");
        let _ = writeln!(out, "dak_upload_bytes_total {}", self.received_bytes.load(Ordering::Relaxed));
        head(&mut out, "dak_connections", "gauge", "Connections open now.");
        let _ = writeln!(out, "dak_connections {}", self.connections.load(Ordering::Relaxed));
        out
    }
}

impl PerMethod {
    fn write_classes(&self, out: &mut String, id: &str) {
        for (class, count) in self.by_class.iter().enumerate() {
            let count = count.load(Ordering::Relaxed);
            if count > 0 {
                let _ = writeln!(out, "dak_requests_total{{method=\"{id}\",status=\"{class}xx\"}} {count}");
            }
        }
    }

    fn write_units(&self, out: &mut String, id: &str) {
        let units = self.units.load(Ordering::Relaxed);
        if units > 0 {
            let _ = writeln!(out, "dak_quota_units_total{{method=\"{id}\"}} {units}");
        }
    }

    fn write_durations(&self, out: &mut String, id: &str) {
        let mut seen = 0;
        for (bucket, count) in self.by_duration.iter().enumerate() {
            seen += count.load(Ordering::Relaxed);
            let bound = BUCKETS_US.get(bucket).map_or("+Inf".to_owned(), |us| seconds(*us).to_string());
            let _ = writeln!(out, "dak_request_duration_seconds_bucket{{method=\"{id}\",le=\"{bound}\"}} {seen}");
        }
        let sum = seconds(self.total_us.load(Ordering::Relaxed));
        let _ = writeln!(out, "dak_request_duration_seconds_sum{{method=\"{id}\"}} {sum}");
        let _ = writeln!(out, "dak_request_duration_seconds_count{{method=\"{id}\"}} {seen}");
    }
}

#[allow(clippy::cast_precision_loss, reason = "a metric may be off by a part in 2^52")]
fn seconds(microseconds: u64) -> f64 {
    microseconds as f64 / 1e6
}

fn head(out: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
}
