//! What is expected of each client, and what was found, as one table.

use std::env;
use std::fmt::Write as _;
use std::process::Command;

use super::{Cell, FAULTS};
use crate::{path_of, skip};

use Outcome::{Arrives, GivesUp, Resumed, Stored, Twice};

/// A client and its uploads.
pub(super) struct Client {
    pub(super) name: &'static str,
    program: &'static str,
    /// What the server is started with.
    pub(super) server: &'static [&'static str],
    pub(super) rows: &'static [Row],
}

/// One way to upload.
pub(super) struct Row {
    /// Its name in the client's program.
    pub(super) upload: &'static str,
    pub(super) content: Content,
    /// Which of its requests with bytes is spoiled, from 0.
    pub(super) nth: usize,
    /// Whether it changes an item instead of making one.
    pub(super) updates: bool,
    /// What is expected, in the order of [`FAULTS`].
    outcomes: [Outcome; FAULTS.len()],
}

/// What is uploaded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    /// So many random bytes.
    Bytes(usize),
    /// So many lines of text that is not ASCII.
    Text(usize),
}

/// What becomes of an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The client finishes by itself: one item.
    Arrives,
    /// The client fails; the step its documents name for that finishes: one item.
    Resumed,
    /// The client fails, and there is no item. A session it leaves behind can be finished.
    GivesUp,
    /// The client fails though the item is there: it has no way to learn that.
    Stored,
    /// The client sent everything again, unasked, after an answer was lost: two items.
    Twice,
}

impl Outcome {
    /// From what the client says and how many items have its bytes.
    pub(super) fn of(said: &str, stored: usize, case: &str) -> Outcome {
        match (said, stored) {
            ("arrives", 1) => Arrives,
            ("resumed", 1) => Resumed,
            ("gives up", 0) => GivesUp,
            ("gives up", 1) => Stored,
            ("arrives", 2) => Twice,
            _ => panic!("{stored} items after {case}"),
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Arrives => "arrives",
            Resumed => "resumed",
            GivesUp => "gives up",
            Stored => "gives up, but it is there",
            Twice => "arrives twice",
        }
    }
}

impl Client {
    /// The command that runs its program, or `None` where what it needs is not installed.
    pub(super) fn command(&self) -> Option<Command> {
        let is_node = self.program.ends_with(".mjs");
        let variable = if is_node { "DAK_TEST_NODE" } else { "DAK_TEST_PYTHON" };
        let Some(tool) = env::var_os(variable) else {
            skip(variable, self.program);
            return None;
        };
        if self.name == "curl" && Command::new("curl").arg("--version").output().is_err() {
            skip("curl", self.program);
            return None;
        }
        let mut command = if is_node { Command::new("node") } else { Command::new(tool) };
        command.arg(path_of(self.program));
        Some(command)
    }
}

/// The table as written into `target/`: the rows, and below them what each client complained of.
pub(super) fn printed(found: &[(&Client, Vec<Vec<Cell>>)]) -> String {
    let mut text = rows(found);
    text.push_str("\n## What the clients said\n\n");
    each(found, |client, row, fault, cell| {
        if let Some(why) = &cell.why {
            writeln!(text, "- {}, {}, {fault}: {why}", client.name, row.name()).expect("a string takes all");
        }
    });
    text
}

/// The table alone.
pub(super) fn rows(found: &[(&Client, Vec<Vec<Cell>>)]) -> String {
    let names: Vec<&str> = FAULTS.iter().map(|(name, _)| *name).collect();
    let mut text = format!("| client | upload | {} |\n|---|---|{}\n", names.join(" | "), "---|".repeat(FAULTS.len()));
    for (client, rows) in found {
        for (row, cells) in client.rows.iter().zip(rows) {
            let cells: Vec<&str> = cells.iter().map(|cell| cell.outcome.words()).collect();
            writeln!(text, "| {} | {} | {} |", client.name, row.name(), cells.join(" | ")).expect("a string takes all");
        }
    }
    text
}

/// Where what was found is not what is expected.
pub(super) fn differences(found: &[(&Client, Vec<Vec<Cell>>)]) -> Vec<String> {
    let mut wrong = Vec::new();
    each(found, |client, row, fault, cell| {
        let index = FAULTS.iter().position(|(name, _)| *name == fault);
        let expected = index.and_then(|index| row.outcomes.get(index));
        if expected != Some(&cell.outcome) {
            let (client, upload) = (client.name, row.name());
            wrong.push(format!("{client}, {upload}, {fault}: {:?}, expected {expected:?}", cell.outcome));
        }
    });
    wrong
}

fn each(found: &[(&Client, Vec<Vec<Cell>>)], mut see: impl FnMut(&Client, &Row, &str, &Cell)) {
    for (client, rows) in found {
        for (row, cells) in client.rows.iter().zip(rows) {
            FAULTS.iter().zip(cells).for_each(|((fault, _), cell)| see(client, row, fault, cell));
        }
    }
}

/// Four whole chunks of 256 KiB and the beginning of a fifth.
const CHUNKS: Content = Content::Bytes(4 * 256 * 1024 + 12_345);

/// Chunks of 256 KiB and nothing more: where the size is unknown, the end shows only afterwards.
const WHOLE_CHUNKS: Content = Content::Bytes(4 * 256 * 1024);

const TEXT: Content = Content::Text(10_000);

const ALL_ARRIVE: [Outcome; FAULTS.len()] = [Arrives; FAULTS.len()];
/// Of a client that stops at the first failure, and whose loop then goes on.
const ALL_RESUMED: [Outcome; FAULTS.len()] = [Arrives, Resumed, Resumed, Resumed, Resumed, Resumed, Resumed];
/// The same of one that cannot go on amid its only request: it takes the bytes it sends from the number that are
/// kept twice, so that its Content-Range and its Content-Length are too short.
const COUNTS_WRONG: [Outcome; FAULTS.len()] = [Arrives, Resumed, Resumed, GivesUp, Resumed, Resumed, Resumed];
/// Of a request that is not sent again.
const AT_ONCE: [Outcome; FAULTS.len()] = [Arrives, GivesUp, GivesUp, GivesUp, Stored, Stored, Stored];
/// Of a request that is sent again after any failure.
const AT_ONCE_AGAIN: [Outcome; FAULTS.len()] = [Arrives, Arrives, Arrives, Arrives, Twice, Twice, Twice];

impl Row {
    const fn new(upload: &'static str, content: Content, outcomes: [Outcome; FAULTS.len()]) -> Row {
        Row { upload, content, nth: 0, updates: false, outcomes }
    }

    /// Its name in the table.
    fn name(&self) -> String {
        match self.content {
            Content::Bytes(0) => format!("{}, 0 bytes", self.upload),
            WHOLE_CHUNKS => format!("{}, whole chunks", self.upload),
            _ => self.upload.to_owned(),
        }
    }

    /// This row, the second request spoiled.
    const fn second(mut self) -> Row {
        self.nth = 1;
        self
    }

    const fn updating(mut self) -> Row {
        self.updates = true;
        self
    }
}

/// Every client with its uploads.
pub(super) const CLIENTS: [Client; 5] = [
    Client {
        name: "google-api-python-client",
        program: "upload_google_client.py",
        // Its retries send no bytes; they end when the server waits no longer.
        server: &["--idle-timeout", "2s"],
        rows: &[
            Row::new("media", CHUNKS, AT_ONCE),
            Row::new("multipart", CHUNKS, AT_ONCE),
            Row::new("multipart, text", TEXT, AT_ONCE),
            Row::new("chunks", CHUNKS, ALL_RESUMED).second(),
            Row::new("chunks, its retries", CHUNKS, ALL_RESUMED).second(),
            Row::new("chunks", Content::Bytes(0), ALL_RESUMED),
            Row::new("one request", CHUNKS, COUNTS_WRONG),
            Row::new("unknown size", CHUNKS, ALL_RESUMED).second(),
            Row::new("unknown size", WHOLE_CHUNKS, ALL_RESUMED).second(),
            Row::new("PUT", CHUNKS, ALL_RESUMED).second().updating(),
            Row::new("PATCH", CHUNKS, ALL_RESUMED).second().updating(),
        ],
    },
    Client {
        name: "google-resumable-media",
        program: "upload_resumable_media.py",
        server: &["--upload-created-status", "200"],
        rows: &[
            Row::new("media", CHUNKS, AT_ONCE_AGAIN),
            Row::new("multipart", CHUNKS, AT_ONCE_AGAIN),
            Row::new("multipart, md5", CHUNKS, AT_ONCE_AGAIN),
            Row::new("chunks", CHUNKS, ALL_ARRIVE).second(),
            Row::new("chunks", Content::Bytes(0), ALL_ARRIVE),
            Row::new("unknown size", CHUNKS, ALL_ARRIVE).second(),
            Row::new("unknown size", WHOLE_CHUNKS, ALL_ARRIVE).second(),
        ],
    },
    Client {
        name: "google-api-core",
        program: "upload_api_core.py",
        server: &[],
        rows: &[
            Row::new("chunks", CHUNKS, ALL_ARRIVE).second(),
            Row::new("chunks", Content::Bytes(0), ALL_ARRIVE),
            Row::new("unknown size", CHUNKS, ALL_ARRIVE).second(),
            Row::new("unknown size", WHOLE_CHUNKS, ALL_ARRIVE).second(),
        ],
    },
    Client {
        name: "googleapis-common for Node",
        program: "upload_google_client.mjs",
        server: &[],
        rows: &[
            Row::new("media", CHUNKS, AT_ONCE),
            Row::new("multipart", CHUNKS, AT_ONCE),
            Row::new("multipart, text", TEXT, AT_ONCE),
            Row::new("media, PUT of text", TEXT, ALL_ARRIVE).updating(),
        ],
    },
    Client {
        name: "curl",
        program: "upload_curl.py",
        server: &[],
        rows: &[
            Row::new("media", CHUNKS, AT_ONCE),
            Row::new("media, piped", CHUNKS, AT_ONCE),
            Row::new("one request", CHUNKS, ALL_RESUMED),
            Row::new("one request, its retries", CHUNKS, ALL_ARRIVE),
        ],
    },
];
