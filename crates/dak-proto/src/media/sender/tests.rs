use http::{HeaderMap, HeaderValue};
use serde_json::{Value, json};

use super::{Failure, MOVES_MAX, Plan, Sender, Step};
use crate::media::hash::crc32c_append;
use crate::retry::{GiveUp, Outcome, Policy};

const SOURCE: &[u8] = b"123456789";

/// What the other side does: `200`, `308 0-2`, `308 0-2 crc32c=…`, `307 to=/t`, `403 rateLimitExceeded`, `503`, `broken`,
/// `ends 7`, `changes 7`.
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
        "changes" => return sender.source_changed(words.next().unwrap().parse().unwrap()),
        _ => {}
    }
    let mut fields = HeaderMap::new();
    let (mut body, mut text) = (Value::Null, String::new());
    for word in words {
        let value = HeaderValue::from_str(word.split_once("to=").map_or(word, |(_, uri)| uri)).unwrap();
        match (first, word) {
            (_, "-") => {}
            (_, word) if word.starts_with("to=") => drop(fields.insert("location", value)),
            ("308", word) if word.starts_with("crc32c=") => drop(fields.insert("x-goog-running-hash", value)),
            (_, word) if word.starts_with("crc32c=") => drop(fields.insert("x-goog-hash", value)),
            (_, word) if word.starts_with("size=") => {
                body = json!({"size": serde_json::from_str::<Value>(&word[5..]).unwrap(), "mimeType": "image/png"})
            }
            (_, word) if word.starts_with("shoe=") => {
                body = json!({"size": serde_json::from_str::<Value>(&word[5..]).unwrap(), "mimeType": null})
            }
            (_, "page") => {
                fields.insert("content-type", HeaderValue::from_static("text/html"));
                text = "<html>".to_owned();
            }
            (_, word) if word.starts_with("stored=") => {
                drop(fields.insert("x-goog-stored-content-length", HeaderValue::from_str(&word[7..]).unwrap()))
            }
            (_, word) if word.starts_with("resource=") => body = json!({"crc32c": &word[9..]}),
            ("308", _) => drop(fields.insert("range", value)),
            ("403", reason) => body = json!({"error": {"code": 403, "errors": [{"reason": reason}]}}),
            ("200", _) => drop(fields.insert("x-http-status-code-override", value)),
            _ => panic!("{line}"),
        }
    }
    if first == "200" && sender.step() == Step::Start && !line.contains("nowhere") {
        fields.insert("location", HeaderValue::from_static("http://h/s"));
    }
    if text.is_empty() {
        text = body.to_string();
    }
    sender.answered(first.parse().unwrap(), &fields, text.as_bytes(), 0, 0);
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
    // A range is missing in the midst of it: asked once more, then believed, which counts as a failure.
    (
        Some(9),
        Some(4),
        &["200", "308 0-3", "308", "308 0-7", "200"],
        "start, send 0-3/9, send 4-7/9, ask */9, send 8-8/9, done",
    ),
    (
        Some(9),
        Some(4),
        &["200", "308 0-3", "308", "308", "308", "308 0-3"],
        "start, send 0-3/9, send 4-7/9, ask */9, ask */9, send 0-3/9, send 4-7/9",
    ),
    (Some(9), None, &["200", "308 nonsense", "308 0-2", "200"], "start, send 0-8/9, ask */9, send 3-8/9, done"),
    // An end before all was sent: believed when it is said twice, with something that tells what is there.
    (Some(9), Some(4), &["200", "200", "200"], "start, send 0-3/9, ask */9, ask */9"),
    (Some(9), Some(4), &["200", "200", "200 size=9"], "start, send 0-3/9, ask */9, done"),
    (Some(9), Some(4), &["200", "200", "200 size=\"8\""], "start, send 0-3/9, ask */9, Incomplete(8)"),
    (Some(9), Some(4), &["200", "200", "200 - crc32c=4waSgw=="], "start, send 0-3/9, ask */9, done"),
    (Some(9), Some(4), &["200", "200", "200 stored=9"], "start, send 0-3/9, ask */9, done"),
    (Some(9), Some(4), &["200", "200", "308 0-3"], "start, send 0-3/9, ask */9, send 4-7/9"),
    // A page: no resource looks so.
    (Some(9), None, &["200", "200 page"], "start, send 0-8/9, ask */9"),
    (
        Some(9),
        None,
        &["200", "200 page", "200 page", "308 0-3", "200"],
        "start, send 0-8/9, ask */9, ask */9, send 4-8/9, done",
    ),
    // The session goes on elsewhere: a redirect, or what old servers say with each 308.
    (Some(9), None, &["200", "307"], "start, send 0-8/9, Refused(307)"),
    (Some(9), None, &["200", "307 to=/t", "308 0-3"], "start, send 0-8/9, ask */9, send 4-8/9"),
    (Some(9), None, &["200", "308 to=/t", "308 0-3"], "start, send 0-8/9, ask */9, send 4-8/9"),
    (Some(9), Some(4), &["200", "308 0-3 to=/t", "308 0-7 to=/t"], "start, send 0-3/9, send 4-7/9, send 8-8/9"),
    (Some(9), None, &["200", "307 to=/t", "307 to=/t"], "start, send 0-8/9, ask */9, Refused(307)"),
    (Some(9), None, &["200 nowhere"], "start, Homeless"),
    // Google's other words for 308 and 429.
    (Some(9), Some(4), &["200", "200 308"], "start, send 0-3/9, ask */9"),
    (Some(9), None, &["403 rateLimitExceeded", "200"], "start, start, send 0-8/9"),
    (Some(9), None, &["200", "403 userRateLimitExceeded"], "start, send 0-8/9, ask */9"),
    (Some(9), None, &["200", "403 forbidden"], "start, send 0-8/9, Refused(403)"),
    // Bytes nobody sent.
    (Some(9), None, &["200", "308 0-9"], "start, send 0-8/9, Excess"),
    // More than was sent: somebody else may have sent it, if its checksum is that of what is here.
    (Some(9), Some(4), &["200", "308 0-7"], "start, send 0-3/9, Excess"),
    (Some(9), Some(4), &["200", "308 0-8 crc32c=4waSgw==", "200"], "start, send 0-3/9, send */9, done"),
    (Some(9), Some(4), &["200", "308 0-7 crc32c=AAAAAA==", "200"], "start, send 0-3/9, start, send 0-3/9"),
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
    (Some(9), None, &["200", "200 resource=4waSgw=="], "start, send 0-8/9, done"),
    (Some(9), None, &["200", "200 resource=AAAAAA=="], "start, send 0-8/9, Corrupted"),
    (Some(9), None, &["200", "200 resource=nonsense"], "start, send 0-8/9, done"),
    // A size, which is compared where there is no checksum.
    (Some(9), None, &["200", "200 size=9"], "start, send 0-8/9, done"),
    (Some(9), None, &["200", "200 size=\"9\""], "start, send 0-8/9, done"),
    (Some(9), None, &["200", "200 size=8"], "start, send 0-8/9, Incomplete(8)"),
    (Some(9), None, &["200", "200 size=\"0\""], "start, send 0-8/9, Incomplete(0)"),
    (Some(9), None, &["200", "200 size=\"large\""], "start, send 0-8/9, done"),
    (Some(9), None, &["200", "200 shoe=42"], "start, send 0-8/9, done"),
    (Some(9), Some(4), &["200", "200", "200 shoe=9"], "start, send 0-3/9, ask */9, ask */9"),
    (Some(9), None, &["200", "200 - crc32c=4waSgw== size=8"], "start, send 0-8/9, done"),
    (Some(9), None, &["200", "broken", "200 size=4"], "start, send 0-8/9, ask */9, Incomplete(4)"),
    // What was kept is counted though the server does not say what it comes to, and the end is compared.
    (
        Some(9),
        None,
        &["200", "broken", "308 0-2", "200 crc32c=AAAAAA=="],
        "start, send 0-8/9, ask */9, send 3-8/9, Corrupted",
    ),
    // The source is another.
    (Some(12), None, &["200", "ends 9", "200", "200"], "start, send 0-11/12, start, send 0-8/9, done"),
    (Some(9), None, &["200", "changes 9", "200", "200"], "start, send 0-8/9, start, send 0-8/9, done"),
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

/// Answers to bytes and to the question what is kept that lead in a circle.
const CIRCLES: &[(Option<u64>, &str, &str, &str)] = &[
    (Some(4), "200", "308", "GaveUp(Exhausted)"),
    (Some(4), "200 size=9", "308", "GaveUp(Exhausted)"),
    (None, "308 0-8", "308", "GaveUp(Exhausted)"),
    (Some(4), "308", "308 0-3", "GaveUp(Exhausted)"),
    (Some(4), "308 0-3", "308", "GaveUp(Exhausted)"),
    (Some(4), "308", "308", "GaveUp(Exhausted)"),
    (Some(4), "broken", "308 0-3", "GaveUp(Exhausted)"),
    (Some(4), "429", "308", "GaveUp(Exhausted)"),
    (Some(4), "404", "308", "Restarted"),
    (Some(4), "308 0-3 crc32c=AAAAAA==", "308", "Altered"),
    (Some(4), "200", "308 0-2 crc32c=AAAAAA==", "Altered"),
];

/// `U12`, `U13`: what brings the upload no further than it was counts, by whatever way it comes about.
#[test]
fn what_goes_round_ends() {
    for (chunk_bytes, to_bytes, to_questions, end) in CIRCLES {
        let mut sender = Sender::new(Plan { length: Some(9), chunk_bytes: *chunk_bytes }, Policy::google());
        let ended = (0..100).find_map(|_| {
            let step = carry_out(&mut sender);
            let answer = match sender.step() {
                Step::Start => "200",
                Step::Ask { .. } | Step::Send { length: 0, .. } => to_questions,
                Step::Send { .. } => to_bytes,
                _ => return Some(step),
            };
            told(&mut sender, answer);
            None
        });
        assert_eq!(ended.as_deref(), Some(*end), "{to_bytes}, {to_questions}");
    }
}

#[test]
fn a_source_that_never_rests_ends_the_upload() {
    // Each time more has arrived than ever before, which pardons restarts for other reasons.
    let script = ["200", "308 0-0", "changes 7", "200", "308 0-1", "changes 8", "200", "308 0-2", "changes 9", "200"];
    assert!(play(Some(6), Some(4), &script).ends_with("send 0-3/9"));
    let script = [&script[..], &["308 0-3", "changes 8"]].concat();
    assert!(play(Some(6), Some(4), &script).ends_with("SourceChanged"));
}

#[test]
fn a_session_that_moves_for_ever_is_refused() {
    let moves: Vec<String> = (0..=MOVES_MAX).map(|number| format!("307 to=/{number}")).collect();
    let script: Vec<&str> = ["200"].into_iter().chain(moves.iter().map(String::as_str)).collect();
    assert!(play(Some(9), None, &script).ends_with("Refused(307)"));
    assert!(play(Some(9), None, &script[..script.len() - 1]).ends_with("ask */9"));
}

/// What is kept is compared from the last mark on, not from the beginning; also in another process.
#[test]
fn little_is_read_again() {
    const MIB: u64 = 1 << 20;
    let piece = vec![7; MIB as usize];
    let mut sender = Sender::new(Plan { length: Some(100 * MIB), chunk_bytes: None }, Policy::google());
    told(&mut sender, "200");
    for _ in 0..90 {
        sender.passed(&piece);
    }
    let kept = |sender: &mut Sender| {
        let range = format!("308 0-{}", 70 * MIB - 1);
        sender.broke(Outcome::Broken, 0, 0);
        sender.waited();
        told(sender, &range);
        sender.step()
    };
    let mut later = Sender::from_json(&sender.to_json(), Policy::google()).unwrap();
    let step = later.step();
    assert!(matches!(step, Step::Hash { first, length, .. } if (first, length) == (80 * MIB, 10 * MIB)), "{step:?}");
    for sender in [&mut sender, &mut later] {
        let step = kept(sender);
        assert!(matches!(step, Step::Hash { first, length, .. } if (first, length) == (64 * MIB, 6 * MIB)), "{step:?}");
    }
}

/// What an earlier process has sent is read again, whether the server had said that it keeps it or not.
#[test]
fn what_is_no_more_what_was_sent_begins_again() {
    for (sent, heard, wanted) in [
        (SOURCE, "308 0-8", "ask */9"),
        (SOURCE, "308 0-4", "ask */9"),
        (SOURCE, "broken", "ask */9"),
        (b"something", "308 0-8", "start"),
        (b"something", "broken", "start"),
        (b"12345678.", "broken", "start"),
    ] {
        let mut before = Sender::new(Plan { length: Some(9), chunk_bytes: None }, Policy::google());
        told(&mut before, "200");
        before.passed(sent);
        told(&mut before, heard);
        let context = format!("{} {heard}", String::from_utf8_lossy(sent));
        let later = Sender::from_json(&before.to_json(), Policy::google()).unwrap();
        for mut sender in [later.clone(), later.recounted()] {
            assert_eq!(carry_out(&mut sender), wanted, "{context}");
            assert_eq!(sender.restarted(), (wanted == "start").then_some(Failure::SourceChanged), "{context}");
        }
    }
}

/// As far as it was sent it is the same, and what the server has beyond that is compared with what it states.
#[test]
fn what_another_process_sent_is_read_again() {
    for (crc32c, wanted) in [("4waSgw==", "send */9"), ("AAAAAA==", "start")] {
        let mut before = Sender::new(Plan { length: Some(9), chunk_bytes: None }, Policy::google());
        told(&mut before, "200");
        before.passed(&SOURCE[..5]);
        let mut sender = Sender::from_json(&before.to_json(), Policy::google()).unwrap().recounted();
        assert_eq!(carry_out(&mut sender), "ask */9");
        told(&mut sender, &format!("308 0-8 crc32c={crc32c}"));
        assert_eq!(carry_out(&mut sender), wanted, "{crc32c}");
    }
}

#[test]
fn what_can_be_resumed() {
    let cases = [
        (Failure::GaveUp(GiveUp::Exhausted), true),
        (Failure::Refused(401), true),
        (Failure::Refused(403), true),
        (Failure::Refused(303), true),
        (Failure::Refused(400), false),
        (Failure::Refused(413), false),
        (Failure::Restarted, false),
        (Failure::Altered, false),
        (Failure::Corrupted, false),
        (Failure::Incomplete(7), false),
        (Failure::SourceChanged, false),
    ];
    for (failure, is_resumable) in cases {
        assert_eq!(failure.is_resumable(), is_resumable, "{failure:?}");
    }
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
    let stored = |uri: Value, offset: u64, sent: u64, marks: Value| json!({"uri": uri, "length": 9, "chunkBytes": null, "offset": offset, "crc32c": 0, "sent": sent, "marks": marks});
    assert!(Sender::from_json(&stored(json!("http://h/s"), 9, 9, json!([[9, 0]])), Policy::google()).is_some());
    for token in [
        json!(null),
        json!({}),
        stored(json!(7), 0, 0, json!([])),
        stored(json!("http://h/s"), 10, 0, json!([])),
        stored(json!("http://h/s"), 0, 10, json!([])),
        stored(json!("http://h/s"), 0, 0, json!([[10, 0]])),
    ] {
        assert_eq!(Sender::from_json(&token, Policy::google()), None, "{token}");
    }
}

/// `U16`: (bytes that an earlier process sent, what comes back in a later one, what is done)
const ENDS_ELSEWHERE: &[(usize, &[&str], &str)] = &[
    // What was never sent whole is not done, whoever says so, unless it is told what is there.
    (4, &["200"], "ask */9, ask */9"),
    (8, &["200", "200", "200", "200", "200", "200"], "GaveUp(Exhausted)"),
    (4, &["200", "308 0-3", "200"], "ask */9, ask */9, send 4-8/9, done"),
    (4, &["200 size=9"], "ask */9, done"),
    (4, &["200 size=8"], "ask */9, Incomplete(8)"),
    (4, &["200 - crc32c=4waSgw=="], "ask */9, done"),
    (9, &["200"], "ask */9, done"),
    (9, &["200 page", "200"], "ask */9, ask */9, done"),
    // A redirect may lead to such a page: then the session is where it was.
    (4, &["302 to=/login", "200 page", "302 to=/login", "200", "308 0-3"], "ask */9, send 4-8/9"),
    (4, &["302 to=/login", "405"], "ask */9, GaveUp(Permanent)"),
    (4, &["302 to=/new", "308 0-3", "400"], "send 4-8/9, Refused(400)"),
];

#[test]
fn in_another_process_no_end_is_believed_that_cannot_be() {
    for (sent, script, wanted) in ENDS_ELSEWHERE {
        let mut sender = Sender::new(Plan { length: Some(9), chunk_bytes: None }, Policy::google());
        told(&mut sender, "200");
        sender.passed(&SOURCE[..*sent]);
        let mut later = Sender::from_json(&sender.to_json(), Policy::google()).unwrap();
        let mut said = vec![carry_out(&mut later)];
        for line in *script {
            told(&mut later, line);
            said.push(carry_out(&mut later));
        }
        assert!(said.join(", ").ends_with(wanted), "{sent} {script:?}: {said:?}");
    }
}

/// A session that was sent whole stays so, also once it is known that a part was lost; a new one is not.
#[test]
fn whether_all_was_sent_is_put_away() {
    for (script, wanted) in [(&["200"][..], true), (&["200", "308 0-3"], true), (&["200", "404", "200"], false)] {
        let mut sender = Sender::new(Plan { length: Some(9), chunk_bytes: None }, Policy::google());
        for line in script {
            told(&mut sender, line);
            if line == &"200" && sender.offset() == 0 && sender.restarted().is_none() {
                sender.passed(SOURCE);
            }
        }
        for _ in 0..2 {
            let token = sender.to_json();
            assert_eq!(token["isAllSent"], wanted, "{script:?}");
            sender = Sender::from_json(&token, Policy::google()).unwrap();
        }
    }
}

/// A redirect leads elsewhere for once: what is put away is where the session was.
#[test]
fn a_redirect_is_not_put_away() {
    for (line, wanted) in [("302 to=/login", "http://h/s"), ("308 to=/login", "http://h/s"), ("308 0-3 to=/t", "/t")] {
        let mut sender = Sender::new(Plan { length: Some(9), chunk_bytes: None }, Policy::google());
        told(&mut sender, "200");
        carry_out(&mut sender);
        told(&mut sender, line);
        assert_eq!(sender.to_json()["uri"], wanted, "{line}");
    }
}

/// A source that may be another goes on with what was counted or is proven, and with nothing else.
#[test]
fn what_nobody_counted_must_be_proven() {
    for (kept, is_recounted, wanted) in [
        ("308 0-7", false, "send 8-8/9"),
        ("308 0-7", true, "start"),
        ("308 0-3", true, "send 4-8/9"),
        ("308 0-2", true, "send 3-8/9"),
        ("308 0-8 crc32c=4waSgw==", true, "send */9"),
    ] {
        let mut before = Sender::new(Plan { length: Some(9), chunk_bytes: None }, Policy::google());
        told(&mut before, "200");
        before.passed(&SOURCE[..4]);
        let later = Sender::from_json(&before.to_json(), Policy::google()).unwrap();
        let mut later = if is_recounted { later.recounted() } else { later };
        assert_eq!(carry_out(&mut later), "ask */9");
        told(&mut later, kept);
        assert_eq!(carry_out(&mut later), wanted, "{kept} {is_recounted}");
    }
}

/// What was sent is not forgotten until the server says what it keeps.
#[test]
fn how_much_was_sent_is_known_in_another_process() {
    let mut sender = Sender::new(Plan { length: Some(9), chunk_bytes: None }, Policy::google());
    told(&mut sender, "200");
    carry_out(&mut sender);
    assert_eq!((sender.offset(), sender.passed_offset()), (0, 9));
    let mut later = Sender::from_json(&sender.to_json(), Policy::google()).unwrap();
    assert_eq!((later.offset(), later.passed_offset()), (0, 9));
    assert_eq!(carry_out(&mut later), "ask */9");
    told(&mut later, "308 0-4");
    later.hashed(0);
    assert_eq!((later.offset(), later.passed_offset()), (5, 5));
}
