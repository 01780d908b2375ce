use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::json;

use super::{Failure, Plan, Sender, Step};
use crate::media::hash::crc32c_append;
use crate::retry::{GiveUp, Outcome, Policy};

const SOURCE: &[u8] = b"123456789";

fn headers(fields: &[(&'static str, &str)]) -> HeaderMap {
    let fields =
        fields.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap()));
    fields.collect()
}

/// What the other side does: `200`, `308 0-2`, `308 0-2 crc32c=…`, `503`, `broken`, `ends 7`.
fn play(length: Option<u64>, chunk_bytes: Option<u64>, script: &[&str]) -> String {
    let mut sender = Sender::new(Plan { length, chunk_bytes }, Policy::google());
    let mut said = Vec::new();
    for line in script {
        said.push(carry_out(&mut sender));
        told(&mut sender, line);
    }
    said.push(carry_out(&mut sender));
    said.join(", ")
}

/// Carries out what needs no answer, and says in short what does.
fn carry_out(sender: &mut Sender) -> String {
    loop {
        let step = sender.step();
        let range = step.content_range().map(|range| range.to_string().replace("bytes ", ""));
        match step {
            Step::Start => return "start".into(),
            Step::Send { first, length, .. } => {
                let end = first.saturating_add(length).min(SOURCE.len() as u64);
                sender.passed(&SOURCE[first as usize..end as usize]);
                return format!("send {}", range.unwrap());
            }
            Step::Ask { .. } => return format!("ask {}", range.unwrap()),
            Step::Wait { .. } => sender.waited(),
            Step::Hash { first, length, crc32c } => {
                sender.hashed(crc32c_append(crc32c, &SOURCE[first as usize..(first + length) as usize]));
            }
            Step::Done => return "done".into(),
            Step::Failed(failure) => return format!("{failure:?}"),
        }
    }
}

fn told(sender: &mut Sender, line: &str) {
    let mut words = line.split(' ');
    let first = words.next().unwrap();
    match first {
        "broken" => return sender.broke(Outcome::Broken, 0, 0),
        "ends" => return sender.source_ended(words.next().unwrap().parse().unwrap()),
        _ => {}
    }
    let mut fields = headers(&[("location", "http://h/s")]);
    if let Some(range) = words.next().filter(|range| *range != "-") {
        fields.insert("range", HeaderValue::from_str(range).unwrap());
    }
    if let Some(crc32c) = words.next() {
        let name = if first == "308" { "x-goog-running-hash" } else { "x-goog-hash" };
        fields.insert(name, HeaderValue::from_str(crc32c).unwrap());
    }
    sender.answered(first.parse().unwrap(), &fields, b"", 0, 0);
}

/// `U9`, `U10`, `U12` to `U14`: (length, chunk, what came back, what was done)
const UPLOADS: &[(Option<u64>, Option<u64>, &[&str], &str)] = &[
    (Some(9), None, &["200", "201"], "start, send 0-8/9, done"),
    (Some(0), None, &["200", "201"], "start, send */0, done"),
    // In chunks.
    (Some(9), Some(4), &["200", "308 0-3", "308 0-7", "200"], "start, send 0-3/9, send 4-7/9, send 8-8/9, done"),
    (
        None,
        Some(4),
        &["200", "308 0-3", "308 0-7", "ends 9", "200"],
        "start, send 0-3/*, send 4-7/*, send 8-11/*, send 8-8/9, done",
    ),
    (None, Some(9), &["200", "308 0-8", "ends 9", "200"], "start, send 0-8/*, send 9-17/*, send */9, done"),
    // A cut, a 5xx: the server is asked, and only the rest is sent.
    (Some(9), None, &["200", "broken", "308 0-2", "200"], "start, send 0-8/9, ask */9, send 3-8/9, done"),
    (Some(9), None, &["200", "503", "308 bytes=0-2", "200"], "start, send 0-8/9, ask */9, send 3-8/9, done"),
    (Some(9), None, &["200", "broken", "308", "200"], "start, send 0-8/9, ask */9, send 0-8/9, done"),
    (Some(9), None, &["503", "200", "200"], "start, start, send 0-8/9, done"),
    // The last answer was lost.
    (Some(9), None, &["200", "broken", "201"], "start, send 0-8/9, ask */9, done"),
    (Some(9), None, &["200", "broken", "308 0-8", "201"], "start, send 0-8/9, ask */9, send */9, done"),
    // The session has ended.
    (Some(9), None, &["200", "404", "200", "200"], "start, send 0-8/9, start, send 0-8/9, done"),
    (Some(9), None, &["200", "broken", "410", "200", "200"], "start, send 0-8/9, ask */9, start, send 0-8/9, done"),
    (
        Some(9),
        None,
        &["200", "404", "200", "404", "200", "404", "200", "404"],
        "start, send 0-8/9, start, send 0-8/9, start, send 0-8/9, start, send 0-8/9, Restarted",
    ),
    (Some(9), None, &["404"], "start, Refused(404)"),
    // A range is missing in the midst of it: asked once more, then believed.
    (
        Some(9),
        Some(4),
        &["200", "308 0-3", "308", "308 0-7", "200"],
        "start, send 0-3/9, send 4-7/9, ask */9, send 8-8/9, done",
    ),
    (
        Some(9),
        Some(4),
        &["200", "308 0-3", "308", "308", "308 0-3"],
        "start, send 0-3/9, send 4-7/9, ask */9, send 0-3/9, send 4-7/9",
    ),
    (Some(9), None, &["200", "308 nonsense", "308 0-2", "200"], "start, send 0-8/9, ask */9, send 3-8/9, done"),
    // An end before all was sent: believed when it is said twice.
    (Some(9), Some(4), &["200", "200", "200"], "start, send 0-3/9, ask */9, done"),
    (Some(9), Some(4), &["200", "200", "308 0-3"], "start, send 0-3/9, ask */9, send 4-7/9"),
    // The session goes on elsewhere.
    (Some(9), None, &["200", "307"], "start, send 0-8/9, Refused(307)"),
    // Bytes nobody sent.
    (Some(9), None, &["200", "308 0-9"], "start, send 0-8/9, Excess"),
    // What cannot get better.
    (Some(9), None, &["200", "400"], "start, send 0-8/9, Refused(400)"),
    (Some(9), None, &["401"], "start, Refused(401)"),
    (Some(9), None, &["200", "302"], "start, send 0-8/9, Refused(302)"),
    // Nothing moves on though all is answered well.
    (
        Some(9),
        None,
        &["200", "308 0-8", "308 0-8", "308 0-8", "200"],
        "start, send 0-8/9, send */9, ask */9, send */9, done",
    ),
    // Checksums: at the end of what was sent, within it, and another.
    (Some(9), None, &["200", "broken", "308 0-8 crc32c=4waSgw==", "200"], "start, send 0-8/9, ask */9, send */9, done"),
    (
        Some(9),
        None,
        &["200", "broken", "308 0-2 crc32c=EHs6Lw==", "200"],
        "start, send 0-8/9, ask */9, start, send 0-8/9",
    ),
    (Some(9), None, &["200", "200 - crc32c=4waSgw=="], "start, send 0-8/9, done"),
    (Some(9), None, &["200", "200 - crc32c=AAAAAA=="], "start, send 0-8/9, Corrupted"),
    // The source is another.
    (Some(12), None, &["200", "ends 9", "200", "200"], "start, send 0-11/12, start, send 0-8/9, done"),
];

#[test]
fn every_answer_has_its_next_step() {
    for (length, chunk_bytes, script, wanted) in UPLOADS {
        assert_eq!(play(*length, *chunk_bytes, script), *wanted, "{script:?}");
    }
}

#[test]
fn retries_end_and_can_be_resumed_later() {
    let mut script = vec!["200", "308 0-3"];
    script.extend(["503"; 6]);
    assert!(play(Some(9), Some(4), &script).ends_with(&format!("{:?}", Failure::GaveUp(GiveUp::Exhausted))));
    // Progress gives the whole budget again.
    let script = ["200", "503", "503", "503", "308 0-3", "503", "503", "503", "503", "308 0-4", "200"];
    assert!(play(Some(9), None, &script).ends_with("send 5-8/9, done"));
}

#[test]
fn an_upload_goes_on_in_another_process() {
    let mut sender = Sender::new(Plan { length: Some(9), chunk_bytes: Some(4) }, Policy::google());
    let begun = Sender::from_json(&sender.to_json(), Policy::google()).unwrap();
    assert_eq!(begun, sender);
    told(&mut sender, "200");
    carry_out(&mut sender);
    told(&mut sender, "308 0-3");
    let mut later = Sender::from_json(&sender.to_json(), Policy::google()).unwrap();
    assert_eq!((later.uri(), later.offset()), (Some("http://h/s"), 4));
    assert_eq!(carry_out(&mut later), "ask */9");
    told(&mut later, "308 0-4");
    assert_eq!(carry_out(&mut later), "send 5-8/9");
    for token in [json!(null), json!({}), json!({"uri": 7, "length": 9, "chunkBytes": null, "offset": 0, "crc32c": 0})]
    {
        assert_eq!(Sender::from_json(&token, Policy::google()), None);
    }
}
