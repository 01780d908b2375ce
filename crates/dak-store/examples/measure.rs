//! Measures the store beside the disk's floor, in one run: `cargo run --release -p dak-store --example measure [FOLDER]`.
//!
//! The floor is what a program without a store can do: write 4 KiB over a file that is there, and wait for the disk. Rates
//! of one run say little about another; ratios do. Rounds are interleaved, the median counts.

#![allow(clippy::unwrap_used, reason = "a measurement that fails is none")]

use std::error::Error;
use std::fs::File;
use std::hint::black_box;
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use dak_store::conformance::{Fixture, Sample, block_on, key};
use dak_store::sqlite::{Options, Sqlite};
use dak_store::{Batch, Filter, Key, Query, Records, Tag};

const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(2);
const RECORDS: i64 = 200_000;
const WAITING: usize = 32;

fn main() -> Result<(), Box<dyn Error>> {
    let parent = std::env::args_os().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = tempfile::TempDir::new_in(parent)?;
    let store = Sqlite::open(&folder.path().join("data"), &Options::default(), Arc::new(Fixture))?;
    let loading = Instant::now();
    fill(&store)?;
    report("load, 1,000 a batch", &format!("{:.0} records/s", RECORDS as f64 / loading.elapsed().as_secs_f64()));
    writes(&store, &folder.path().join("floor"))?;
    lookups(&store)?;
    queries(&store)?;
    store.check()?.problems.iter().for_each(|problem| report("problem", problem));
    Ok(())
}

fn report(what: &str, value: &str) {
    let _ = writeln!(std::io::stdout(), "{what:<44} {value}");
}

fn sample(number: i64) -> Sample {
    let filler = "and so on with some more words of a letter ".repeat(15);
    let rare = if number % 1000 == 7 { "বাংলা" } else { "বলা" };
    let text = format!("common {rare} subject{} {filler}", number % 5000);
    let tag = if number % 10 == 0 { "tenth" } else { "other" };
    Sample::at(&format!("id{number}"), 1_700_000_000_000 + number * 1000).saying(&text).tagged(tag)
}

/// The same without text: what a PATCH of a record that is not searched writes, about 1 KB.
fn plain(number: i64) -> Batch {
    let body = format!("{{\"filler\":\"{}\"}}", "x".repeat(900));
    let head = Sample::at("", number).head();
    Batch::new([0; 16], Tag([1; 12])).put(Key::new("plain", "notes", format!("id{}", number % 50_000)), head, body)
}

fn fill(store: &Sqlite) -> Result<(), dak_store::Error> {
    for start in (0..RECORDS).step_by(1000) {
        let batch =
            (start..start + 1000).fold(Batch::new([0; 16], Tag([1; 12])), |batch, number| sample(number).put_in(batch));
        block_on(store.commit(batch))?;
    }
    for start in (0..50_000).step_by(1000) {
        let batches = (start..start + 1000).flat_map(|number| plain(number).operations).collect();
        block_on(store.commit(Batch { operations: batches, ..Batch::new([0; 16], Tag([1; 12])) }))?;
    }
    Ok(())
}

/// How often a second `act` can be done by so many threads; each gets numbers of its own.
fn rate(threads: usize, act: &(dyn Fn(i64) + Sync)) -> f64 {
    let start = Instant::now();
    let count: usize = thread::scope(|scope| {
        let work = |thread: usize| {
            scope.spawn(move || {
                let numbers = (thread..).step_by(threads).take_while(|_| start.elapsed() < ROUND);
                numbers.map(|number| act(i64::try_from(number).unwrap_or(0).wrapping_mul(7919) % 50_000)).count()
            })
        };
        let running: Vec<_> = (0..threads).map(work).collect();
        running.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    count as f64 / start.elapsed().as_secs_f64()
}

struct Measured<'a> {
    what: &'static str,
    threads: usize,
    act: &'a (dyn Fn(i64) + Sync),
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn writes(store: &Sqlite, path: &std::path::Path) -> Result<(), Box<dyn Error>> {
    let mut file = File::create(path)?;
    file.write_all(&vec![0; 16 << 20])?;
    file.sync_all()?;
    let overwrite = |number: i64| {
        file.write_all_at(&[1; 4096], number.unsigned_abs() % 4096 * 4096).unwrap();
        file.sync_data().unwrap();
    };
    let put = |number: i64| drop(block_on(store.commit(plain(number))).unwrap());
    let put_text = |number: i64| {
        drop(block_on(store.commit(sample(RECORDS + number).put_in(Batch::new([0; 16], Tag([2; 12]))))).unwrap())
    };
    let measured = [
        Measured { what: "floor: 4 KiB over a file and fdatasync", threads: 1, act: &overwrite },
        Measured { what: "put of 1 KB, one at a time", threads: 1, act: &put },
        Measured { what: "put of 1 KB, 32 waiting", threads: WAITING, act: &put },
        Measured { what: "put of a searched text, one at a time", threads: 1, act: &put_text },
        Measured { what: "put of a searched text, 32 waiting", threads: WAITING, act: &put_text },
    ];
    let mut rates = vec![Vec::new(); measured.len()];
    for _ in 0..ROUNDS {
        for (measured, rates) in measured.iter().zip(&mut rates) {
            rates.push(rate(measured.threads, measured.act));
        }
    }
    let floor = median(rates[0].clone());
    for (measured, rates) in measured.iter().zip(rates) {
        let rate = median(rates);
        report(measured.what, &format!("{rate:.0}/s, {:.2} of the floor", rate / floor));
    }
    Ok(())
}

/// How long `act` takes: the middle one of many runs, and one of the longest.
fn timed(runs: i64, mut act: impl FnMut(i64) -> Result<(), dak_store::Error>) -> Result<String, dak_store::Error> {
    let mut times = Vec::new();
    for number in 0..runs {
        let start = Instant::now();
        act(number)?;
        times.push(start.elapsed().as_nanos());
    }
    times.sort_unstable();
    Ok(format!(
        "{:.1} us (median), {:.1} us (99 %)",
        times[times.len() / 2] as f64 / 1e3,
        times[times.len() * 99 / 100] as f64 / 1e3
    ))
}

fn lookups(store: &Sqlite) -> Result<(), dak_store::Error> {
    let one = key("id777");
    let begin = Instant::now();
    for _ in 0..1_000_000 {
        black_box(block_on(store.lookup(&one, None))?);
    }
    report("lookup, cached", &format!("{} ns", begin.elapsed().as_nanos() / 1_000_000));
    let keys: Vec<Key> = (0..100_000).map(|number| key(&format!("id{}", number * 7919 % RECORDS))).collect();
    let begin = Instant::now();
    for key in &keys {
        black_box(block_on(store.lookup(key, None))?);
    }
    report("lookup, read from the file", &format!("{} ns", begin.elapsed().as_nanos() / 100_000));
    let begin = Instant::now();
    for _ in 0..1_000_000 {
        black_box(block_on(store.version("space"))?);
    }
    report("version of a space", &format!("{} ns", begin.elapsed().as_nanos() / 1_000_000));
    Ok(())
}

fn queries(store: &Sqlite) -> Result<(), dak_store::Error> {
    let word = |word: &str| Filter::word(word);
    let cases = [
        ("newest 50 of 200,000", Filter::All),
        ("newest 50 with a tag (one in ten)", Filter::Tag("tenth".into())),
        ("newest 50 with a common word", word("common")),
        ("newest 50 with a rare word (one in 1,000)", word("বাংলা")),
        ("newest 50 with two words", Filter::And(vec![word("common"), word("letter")])),
        ("newest 50 with a common word and a tag", Filter::And(vec![word("common"), Filter::Tag("tenth".into())])),
        ("newest 50 without a rare word", Filter::Not(Box::new(word("বাংলা")))),
        ("newest 50 with a beginning of 5,000 words", Filter::prefix("subject")),
        ("newest 50 with a phrase", Filter::phrase("words of a letter")),
    ];
    for (what, filter) in cases {
        let query = Query { filter, ..Query::new("space", "notes", "time") };
        report(what, &timed(300, |_| block_on(store.query(&query)).map(|page| assert_eq!(page.records.len(), 50)))?);
    }
    Ok(())
}
