//! Media on its way: what is sent, after what, by both clients.

mod cancel;
mod changes;
mod cuts;
mod journal;
mod networks;
mod whole;

use std::io::Cursor;
use std::sync::{Arc, Mutex};

use dak_client::{Error, Response, UploadBuilder, UploadToken, Way, blocking, uploads};
use dak_testkit::{Play, Recorded, Scripted, answer};
use serde_json::json;

use crate::support::Impatient;

const KIB: usize = 1024;
const CHUNK_BYTES: u64 = 256 * 1024;

/// Bytes of which no two parts are alike.
fn media(length: usize) -> Vec<u8> {
    (0..length as u32).map(|n| (n ^ (n >> 8) ^ (n >> 15)) as u8).collect()
}

/// `200 /session`, `308 0-42`, `308 0-42 crc32c=…`, `503`, `close`, `cut 100`, `early 413`; a 2xx else has a resource.
fn play(line: &str) -> Play {
    let mut words = line.split(' ');
    let (first, second) = (words.next().unwrap(), words.next());
    let status = || first.parse().unwrap();
    match (first, second) {
        ("close", _) => Play::Close,
        ("cut", bytes) => Play::CloseWithin(bytes.unwrap().parse().unwrap()),
        ("early", code) => {
            let refusal = json!({"error": {"code": 413, "message": "Too large."}});
            Play::AnswerEarly(answer(code.unwrap().parse().unwrap(), &[("Connection", "close")], refusal.to_string()))
        }
        ("308", Some("-")) | ("308", None) => Play::new(308, &[], ""),
        ("308", Some(range)) => {
            let hash = words.next().unwrap_or("other=");
            Play::new(308, &[("Range", &format!("bytes={range}")), ("X-Goog-Running-Hash", hash)], "")
        }
        ("307", Some(location)) => Play::new(307, &[("Location", location)], ""),
        ("200" | "201", Some(hash)) if hash.starts_with("crc32c=") => {
            Play::json(status(), &json!({"id": "1", "crc32c": &hash[7..]}))
        }
        ("200" | "201", Some(size)) if size.starts_with("size=") => {
            Play::json(status(), &json!({"id": "1", "size": &size[5..], "mimeType": "image/png"}))
        }
        ("200" | "201", Some(size)) if size.starts_with("shoe=") => {
            Play::json(status(), &json!({"id": "1", "size": &size[5..]}))
        }
        ("200", Some("page")) => Play::new(200, &[("Content-Type", "text/html")], "<html>Please log in.</html>"),
        ("200", Some(location)) => Play::new(200, &[("Location", location)], ""),
        ("302", Some(location)) => Play::new(302, &[("Location", location)], ""),
        ("200" | "201", None) => Play::json(status(), &json!({"id": "1"})),
        ("403", Some(reason)) => Play::json(
            403,
            &json!({"error": {"code": 403, "message": "", "errors": [{"reason": reason, "message": "", "domain": ""}]}}),
        ),
        _ => Play::json(status(), &json!({"error": {"code": status(), "message": "As the script says."}})),
    }
}

/// A request in short: `POST /upload/…`, `PUT 0-9/10 (10)`.
fn shown(request: &Recorded) -> String {
    match request.header("content-range") {
        Some(range) => format!("{} {} ({})", request.method, range.replace("bytes ", ""), request.body.len()),
        None => format!("{} {} ({})", request.method, request.target, request.body.len()),
    }
}

/// Which client carries an upload out.
#[derive(Clone, Copy, Debug)]
enum By {
    Async,
    Blocking,
}

const BOTH: [By; 2] = [By::Async, By::Blocking];

/// What was asked for, in words that hold for both clients.
#[derive(Clone, Default)]
struct Wish {
    file: Option<std::path::PathBuf>,
    bytes: Option<Vec<u8>>,
    reader: Option<Vec<u8>>,
    chunk_bytes: Option<u64>,
    way: Option<Way>,
    metadata: Option<serde_json::Value>,
    journal: Option<uploads::Journal>,
    token: Option<UploadToken>,
    tokens: Arc<Mutex<Vec<UploadToken>>>,
    phases: Arc<Mutex<Vec<String>>>,
}

impl Wish {
    fn bytes(length: usize) -> Wish {
        Wish { bytes: Some(media(length)), way: Some(Way::Resumable), ..Wish::default() }
    }

    fn apply<C>(self, mut upload: UploadBuilder<C>) -> UploadBuilder<C> {
        let (tokens, phases) = (self.tokens, self.phases);
        upload = upload.on_token(move |token| tokens.lock().unwrap().push(token.clone())).progress(move |progress| {
            let phase = format!("{:?}", progress.phase);
            let mut phases = phases.lock().unwrap();
            if phases.last() != Some(&phase) {
                phases.push(phase);
            }
        });
        if let Some(path) = self.file {
            upload = upload.file(path);
        }
        if let Some(bytes) = self.bytes {
            upload = upload.bytes(bytes);
        }
        if let Some(bytes) = self.reader {
            upload = upload.reader(None, Cursor::new(bytes));
        }
        if let Some(bytes) = self.chunk_bytes {
            upload = upload.chunk_size(bytes);
        }
        if let Some(way) = self.way {
            upload = upload.way(way);
        }
        if let Some(metadata) = self.metadata {
            upload = upload.metadata(&metadata);
        }
        if let Some(journal) = self.journal {
            upload = upload.journal(&journal);
        }
        upload
    }

    fn send(mut self, by: By, url: &str) -> (Result<Response, Error>, Vec<u64>) {
        let clock = Impatient::default();
        let token = self.token.take();
        let result = match by {
            By::Blocking => {
                let client = blocking::Client::builder().clock(clock.clone()).build().unwrap();
                let upload = token.map_or_else(|| client.upload(url), |token| client.resume_upload(token));
                self.apply(upload).send()
            }
            By::Async => {
                let client = dak_client::Client::builder().clock(clock.clone()).build().unwrap();
                let upload = token.map_or_else(|| client.upload(url), |token| client.resume_upload(token));
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(async { self.apply(upload).await })
            }
        };
        (result, clock.waits_s())
    }
}

/// The outcome in short: the id of what was created, or the error's beginning.
fn outcome(result: &Result<Response, Error>) -> String {
    match result {
        Ok(response) => format!("{} {}", response.status().as_u16(), response["id"].as_str().unwrap_or_default()),
        Err(error) => error.to_string(),
    }
}

/// A script, and what is done about it: requests, waits in seconds, the end.
struct Case {
    name: &'static str,
    from: Source,
    script: &'static [&'static str],
    requests: &'static [&'static str],
    waits_s: &'static [u64],
    end: &'static str,
}

const START: &str = "POST /upload/demo/v1?uploadType=resumable (0)";

/// What is sent, and how many bytes of it.
#[derive(Clone, Copy)]
enum Source {
    Bytes(usize),
    Chunks(usize),
    Reader(usize),
}

impl Source {
    fn wish(self) -> Wish {
        let chunk_bytes = Some(CHUNK_BYTES);
        match self {
            Source::Bytes(length) => Wish::bytes(length),
            Source::Chunks(length) => Wish { chunk_bytes, ..Wish::bytes(length) },
            Source::Reader(length) => Wish { reader: Some(media(length)), chunk_bytes, ..Wish::default() },
        }
    }
}

impl Case {
    fn check(&self, by: By) {
        let server = Scripted::start(self.script.iter().map(|line| play(line)));
        let (result, waits_s) = self.from.wish().send(by, &server.url("/demo/v1"));
        let requests: Vec<String> = server.requests().iter().map(shown).collect();
        let context = format!("{} {by:?}", self.name);
        assert_eq!(requests, self.requests, "{context}");
        assert_eq!(waits_s, self.waits_s, "{context}");
        let end = outcome(&result);
        assert!(if result.is_ok() { end == self.end } else { end.contains(self.end) }, "{context}: {end}");
    }
}

fn check(cases: &[Case]) {
    for case in cases {
        for by in BOTH {
            case.check(by);
        }
    }
}

/// `U6`, `U7`, `U9` to `U15`.
const SESSIONS: &[Case] = &[
    Case {
        name: "one request",
        from: Source::Bytes(10),
        script: &["200 /s", "201"],
        requests: &[START, "PUT 0-9/10 (10)"],
        waits_s: &[],
        end: "201 1",
    },
    Case {
        name: "nothing at all",
        from: Source::Bytes(0),
        script: &["200 /s", "200"],
        requests: &[START, "PUT */0 (0)"],
        waits_s: &[],
        end: "200 1",
    },
    Case {
        name: "chunks",
        from: Source::Chunks(600 * KIB),
        script: &["200 /s", "308 0-262143", "308 0-524287", "201"],
        requests: &[
            START,
            "PUT 0-262143/614400 (262144)",
            "PUT 262144-524287/614400 (262144)",
            "PUT 524288-614399/614400 (90112)",
        ],
        waits_s: &[],
        end: "201 1",
    },
    Case {
        name: "a chunk of which a part was kept",
        from: Source::Chunks(600 * KIB),
        script: &["200 /s", "308 0-99999", "308 0-362143", "201"],
        requests: &[
            START,
            "PUT 0-262143/614400 (262144)",
            "PUT 100000-362143/614400 (262144)",
            "PUT 362144-614399/614400 (252256)",
        ],
        waits_s: &[],
        end: "201 1",
    },
    Case {
        name: "a cut body",
        from: Source::Bytes(600 * KIB),
        script: &["200 /s", "cut 100000", "308 0-99999", "201"],
        requests: &[START, "PUT 0-614399/614400 (100000)", "PUT */614400 (0)", "PUT 100000-614399/614400 (514400)"],
        waits_s: &[1],
        end: "201 1",
    },
    Case {
        name: "failures of the server",
        from: Source::Bytes(10),
        script: &["503", "200 /s", "500", "503", "308 0-4", "201"],
        requests: &[START, START, "PUT 0-9/10 (10)", "PUT */10 (0)", "PUT */10 (0)", "PUT 5-9/10 (5)"],
        waits_s: &[1, 2, 4],
        end: "201 1",
    },
    Case {
        name: "too fast, in both words",
        from: Source::Bytes(10),
        script: &["403 rateLimitExceeded", "200 /s", "429", "308", "201"],
        requests: &[START, START, "PUT 0-9/10 (10)", "PUT */10 (0)", "PUT 0-9/10 (10)"],
        waits_s: &[1, 1],
        end: "201 1",
    },
    Case {
        name: "the last answer was lost",
        from: Source::Bytes(10),
        script: &["200 /s", "close", "201"],
        requests: &[START, "PUT 0-9/10 (10)", "PUT */10 (0)"],
        waits_s: &[1],
        end: "201 1",
    },
    Case {
        name: "all is there and nobody has ended it",
        from: Source::Bytes(10),
        script: &["200 /s", "close", "308 0-9", "201"],
        requests: &[START, "PUT 0-9/10 (10)", "PUT */10 (0)", "PUT */10 (0)"],
        waits_s: &[1],
        end: "201 1",
    },
    Case {
        name: "a session that is gone",
        from: Source::Bytes(10),
        script: &["200 /s", "404", "200 /t", "close", "410", "200 /u", "201"],
        requests: &[START, "PUT 0-9/10 (10)", START, "PUT 0-9/10 (10)", "PUT */10 (0)", START, "PUT 0-9/10 (10)"],
        waits_s: &[1],
        end: "201 1",
    },
    Case {
        name: "a session that moves",
        from: Source::Bytes(10),
        script: &["200 /s", "307 /t", "308 0-4", "201"],
        requests: &[START, "PUT 0-9/10 (10)", "PUT */10 (0)", "PUT 5-9/10 (5)"],
        waits_s: &[],
        end: "201 1",
    },
    Case {
        name: "other bytes than were sent",
        from: Source::Bytes(10),
        script: &["200 /s", "close", "308 0-4 crc32c=AAAAAA==", "200 /s", "201"],
        requests: &[START, "PUT 0-9/10 (10)", "PUT */10 (0)", START, "PUT 0-9/10 (10)"],
        waits_s: &[1],
        end: "201 1",
    },
    Case {
        name: "something else was created",
        from: Source::Bytes(10),
        script: &["200 /s", "201 crc32c=AAAAAA=="],
        requests: &[START, "PUT 0-9/10 (10)"],
        waits_s: &[],
        end: "the server's checksum is not that of what was sent",
    },
    Case {
        name: "a session without a place",
        from: Source::Bytes(10),
        script: &["200"],
        requests: &[START],
        waits_s: &[],
        end: "did not say where it goes on",
    },
    Case {
        name: "a session at a place that is none",
        from: Source::Bytes(10),
        script: &["200 file:///s"],
        requests: &[START],
        waits_s: &[],
        end: "the server began an upload at \"file:///s\", which is no http URL",
    },
    Case {
        name: "a redirect to nowhere",
        from: Source::Bytes(10),
        script: &["308"],
        requests: &[START],
        waits_s: &[],
        end: "the server answered 308 Permanent Redirect",
    },
    Case {
        name: "a refusal",
        from: Source::Bytes(10),
        script: &["200 /s", "400"],
        requests: &[START, "PUT 0-9/10 (10)"],
        waits_s: &[],
        end: "the server answered 400 Bad Request: As the script says.",
    },
    Case {
        name: "a refusal that does not wait for the body",
        from: Source::Bytes(16 * KIB * KIB),
        script: &["200 /s", "early 413"],
        requests: &[START, "PUT 0-16777215/16777216 (0)"],
        waits_s: &[],
        end: "the server answered 413 Payload Too Large: Too large.",
    },
    Case {
        name: "a server that stays broken",
        from: Source::Bytes(10),
        script: &["200 /s", "503", "503", "503", "503", "503", "503"],
        requests: &[
            START,
            "PUT 0-9/10 (10)",
            "PUT */10 (0)",
            "PUT */10 (0)",
            "PUT */10 (0)",
            "PUT */10 (0)",
            "PUT */10 (0)",
        ],
        waits_s: &[1, 2, 4, 8, 16],
        end: "503 Service Unavailable: As the script says. (sent 6 times) (0 bytes have arrived, and it can be resumed)",
    },
    Case {
        name: "a server that keeps nothing",
        from: Source::Bytes(10),
        script: &["200 /s", "308", "308", "308", "308", "308", "308", "308", "308", "308", "308", "308"],
        requests: &[
            START,
            "PUT 0-9/10 (10)",
            "PUT */10 (0)",
            "PUT 0-9/10 (10)",
            "PUT */10 (0)",
            "PUT 0-9/10 (10)",
            "PUT */10 (0)",
            "PUT 0-9/10 (10)",
            "PUT */10 (0)",
            "PUT 0-9/10 (10)",
            "PUT */10 (0)",
            "PUT 0-9/10 (10)",
        ],
        waits_s: &[1, 2, 4, 8, 16],
        end: "the server keeps nothing more of what is sent (sent 6 times) (0 bytes have arrived, and it can be resumed)",
    },
    Case {
        name: "a server that is asked too much",
        from: Source::Bytes(10),
        script: &["200 /s", "429", "308", "429", "308", "429", "308", "429"],
        requests: &[
            START,
            "PUT 0-9/10 (10)",
            "PUT */10 (0)",
            "PUT 0-9/10 (10)",
            "PUT */10 (0)",
            "PUT 0-9/10 (10)",
            "PUT */10 (0)",
            "PUT 0-9/10 (10)",
        ],
        waits_s: &[1, 1, 1],
        end: "429 Too Many Requests: As the script says. (sent 4 times) (0 bytes have arrived, and it can be resumed)",
    },
    Case {
        name: "a server that never begins",
        from: Source::Bytes(10),
        script: &["close", "close", "close", "close", "close", "close"],
        requests: &[START, START, START, START, START, START],
        waits_s: &[1, 2, 4, 8, 16],
        end: "(sent 6 times)",
    },
    Case {
        name: "credentials that have run out",
        from: Source::Bytes(10),
        script: &["200 /s", "cut 3", "308 0-2", "401"],
        requests: &[START, "PUT 0-9/10 (3)", "PUT */10 (0)", "PUT 3-9/10 (7)"],
        waits_s: &[1],
        end: "As the script says. (3 bytes have arrived, and it can be resumed)",
    },
];

/// What can be read once is held until it has arrived.
const READERS: &[Case] = &[
    Case {
        name: "an end within a chunk",
        from: Source::Reader(300 * KIB),
        script: &["200 /s", "308 0-262143", "201"],
        requests: &[START, "PUT 0-262143/* (262144)", "PUT 262144-307199/307200 (45056)"],
        waits_s: &[],
        end: "201 1",
    },
    Case {
        name: "an end with a chunk",
        from: Source::Reader(256 * KIB),
        script: &["200 /s", "308 0-262143", "201"],
        requests: &[START, "PUT 0-262143/* (262144)", "PUT */262144 (0)"],
        waits_s: &[],
        end: "201 1",
    },
    Case {
        name: "nothing at all",
        from: Source::Reader(0),
        script: &["200 /s", "201"],
        requests: &[START, "PUT */0 (0)"],
        waits_s: &[],
        end: "201 1",
    },
    Case {
        name: "a cut",
        from: Source::Reader(300 * KIB),
        script: &["200 /s", "cut 1000", "308 0-999", "308 0-263143", "201"],
        requests: &[
            START,
            "PUT 0-262143/* (1000)",
            "PUT */* (0)",
            "PUT 1000-263143/* (262144)",
            "PUT 263144-307199/307200 (44056)",
        ],
        waits_s: &[1],
        end: "201 1",
    },
    Case {
        name: "bytes that are gone",
        from: Source::Reader(600 * KIB),
        script: &["200 /s", "308 0-262143", "404", "200 /s"],
        requests: &[START, "PUT 0-262143/* (262144)", "PUT 262144-524287/* (262144)", START],
        waits_s: &[],
        end: "came from a reader and are gone",
    },
];

#[test]
fn a_session_goes_on_after_whatever_happens() {
    check(SESSIONS);
}

#[test]
fn a_reader_is_sent_in_chunks_that_are_held() {
    check(READERS);
}

#[test]
fn what_arrives_is_what_was_sent() {
    let script = ["200 /s", "308 0-262143", "cut 1000", "308 0-263143", "308 0-525287", "201"];
    let whole = media(600 * KIB);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("media.bin");
    std::fs::write(&path, &whole).unwrap();
    let wishes = [
        Wish { file: Some(path), ..Wish::default() },
        Wish { bytes: Some(whole.clone()), ..Wish::default() },
        Wish { reader: Some(whole.clone()), ..Wish::default() },
    ];
    for wish in wishes {
        for by in BOTH {
            let server = Scripted::start(script.map(play));
            let wish = Wish { chunk_bytes: Some(CHUNK_BYTES), ..wish.clone() };
            wish.send(by, &server.url("/demo/v1")).0.unwrap();
            let bodies: Vec<Vec<u8>> = server.requests().into_iter().map(|request| request.body).collect();
            assert!(bodies.concat() == whole, "{by:?}");
        }
    }
}
