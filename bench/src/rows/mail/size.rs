//! The same questions to a mailbox of 1,000 messages and to one of 200,000: 99 of 100 answers come within how long.

use crate::args::Plan;
use crate::child::Cores;
use crate::dak::Dak;
use crate::failure::Failure;
use crate::mailbox::{self, Caller};
use crate::place::Place;
use crate::rows::{Goal, Numbers, Row};
use crate::turns;

const FLOOR: &str = "1,000 messages";
const MAILS_FEW: u64 = 1000;
const CALLS: u64 = 300;
/// History is asked for from so many changes ago.
const CHANGES: u64 = 50;
const RATIO_MAX: f64 = 2.0;
const HISTORY: &str = "HISTORY";
const THREAD: &str = "THREAD";

/// A name, what is asked (the number of the call stands for `{}`), and whether a bound was promised.
///
/// What is promised of a search is promised where both mailboxes find as much: it is paid by what it finds, up to the 1,000
/// matches that `resultSizeEstimate` counts.
const ROWS: [(&str, &str, bool); 13] = [
    ("grown: messages.list", "messages?maxResults=100&quotaUser={}", true),
    ("grown: messages.list, INBOX", "messages?maxResults=100&labelIds=INBOX&quotaUser={}", true),
    ("grown: search, a word", "messages?maxResults=50&q=invoice&quotaUser={}", true),
    ("grown: search, subject, as much found", "messages?q=subject%3Areport+before%3A2020%2F01%2F05&quotaUser={}", true),
    ("grown: search, unread, as much found", "messages?q=is%3Aunread+before%3A2020%2F01%2F05&quotaUser={}", true),
    ("grown: search by size, nothing", "messages?q=has%3Aattachment+larger%3A1M&quotaUser={}", true),
    ("grown: threads.get", "threads/THREAD?format=metadata&quotaUser={}", true),
    ("grown: history.list", "history?startHistoryId=HISTORY&quotaUser={}", true),
    ("grown: labels.get", "labels/INBOX?quotaUser={}", true),
    (
        "grown: unread by subject, 1,000 and 8",
        "messages?maxResults=50&q=is%3Aunread+subject%3Areport&quotaUser={}",
        false,
    ),
    ("grown: larger than 20 KiB, 1,000 and 47", "messages?maxResults=50&q=larger%3A20K&quotaUser={}", false),
    ("grown: threads by a word", "threads?maxResults=50&q=invoice&quotaUser={}", false),
    ("grown: SENT and SPAM, nothing", "messages?labelIds=SENT&labelIds=SPAM&quotaUser={}", false),
];

/// A mailbox, and what of it is asked for.
struct Side {
    dak: Dak,
    history: String,
    threads: Vec<String>,
}

pub(super) fn measure(place: &Place, plan: &Plan) -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    if !ROWS.iter().any(|(name, ..)| plan.wants(name)) {
        return Ok(rows);
    }
    let mut sides = [Side::fill(place, plan.mails)?, Side::fill(place, MAILS_FEW)?];
    for (name, target, is_promised) in ROWS.into_iter().filter(|(name, ..)| plan.wants(name)) {
        let numbers = turns::in_turns(&mut sides, plan.turns, |side| side.slowest(target))?;
        let numbers = Some(Numbers::of(&numbers[0], &numbers[1]));
        let goal = if is_promised { Goal::AtMost(RATIO_MAX) } else { Goal::None };
        rows.push(Row { name, floor_name: FLOOR, unit: "milliseconds, 99 of 100", numbers, goal });
    }
    Ok(rows)
}

impl Side {
    fn fill(place: &Place, mails: u64) -> Result<Side, Failure> {
        // What was answered before would be answered again without a question to the store.
        let dak = Dak::start_forgetful(place, Cores::All)?;
        let address = &dak.server.address;
        mailbox::fill(address, mails)?;
        let profile = mailbox::get(address, "profile")?;
        let now: u64 = profile["historyId"].as_str().and_then(|id| id.parse().ok()).unwrap_or_default();
        let list = mailbox::get(address, "threads?maxResults=100")?;
        let ids = list["threads"].as_array().into_iter().flatten().filter_map(|thread| thread["id"].as_str());
        let threads = ids.map(str::to_owned).collect();
        Ok(Side { history: (now - CHANGES).to_string(), threads, dak })
    }

    /// How many milliseconds the slowest of the quickest 99 of 100 answers takes.
    fn slowest(&self, target: &str) -> Result<f64, Failure> {
        let mut caller = Caller::new(&self.dak.server.address)?;
        let mut times = Vec::new();
        for number in 0..CALLS {
            let thread = self.threads.get(number as usize % self.threads.len()).map_or("", String::as_str);
            let target = target.replace("{}", &number.to_string()).replace(HISTORY, &self.history);
            times.push(caller.seconds(&target.replace(THREAD, thread))? * 1000.0);
        }
        times.sort_by(f64::total_cmp);
        Ok(times.get(times.len() * 99 / 100).copied().unwrap_or(f64::NAN))
    }
}
