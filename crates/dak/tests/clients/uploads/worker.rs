//! A client's program that carries out uploads as it is told.

use std::cell::RefCell;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use serde_json::Value;

/// How long an upload may take. A limit against hanging, not a measurement.
const UPLOAD_SECONDS_MAX: u64 = 120;

/// A running program; `upload_worker.py` says how it is spoken to.
pub(super) struct Worker {
    child: Child,
    orders: RefCell<ChildStdin>,
    reports: Receiver<String>,
    complaints: PathBuf,
}

/// What the program says of an upload.
#[derive(Debug)]
pub(super) struct Reported {
    pub(super) outcome: String,
    pub(super) why: Option<String>,
    pub(super) session: Option<String>,
}

impl Worker {
    /// Starts the program; what it complains of goes into a file in `folder`.
    pub(super) fn start(mut command: Command, base: &str, folder: &Path) -> Worker {
        let complaints = folder.join("complaints");
        let mut child = command
            .arg(base)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(File::create(&complaints).expect("the file can be made"))
            .spawn()
            .expect("the program starts");
        let orders = RefCell::new(child.stdin.take().expect("standard input is piped"));
        let printed = BufReader::new(child.stdout.take().expect("standard output is piped"));
        let (sender, reports) = mpsc::channel();
        thread::spawn(move || printed.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Worker { child, orders, reports, complaints }
    }

    /// Has a file uploaded in the way of this name.
    pub(super) fn upload(&self, name: &str, file: &Path) -> Reported {
        let order = format!("{name}\t{}\n", file.display());
        self.orders.borrow_mut().write_all(order.as_bytes()).expect("the program listens");
        let line = self.reports.recv_timeout(Duration::from_secs(UPLOAD_SECONDS_MAX)).unwrap_or_else(|error| {
            panic!("{name}: {error}\n{}", fs::read_to_string(&self.complaints).unwrap_or_default())
        });
        let said: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let member = |name: &str| said[name].as_str().map(String::from);
        let outcome = member("outcome").expect("each report has an outcome");
        Reported { outcome, why: member("why"), session: member("session") }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
