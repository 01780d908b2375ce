//! A proxy between a client and a server that spoils one request of an upload.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::wire::Head;

mod framing;
mod relay;

/// What happens to a request instead of passing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Answered 503; the server hears nothing of it.
    Unavailable,
    /// The connection is reset after the head; the server hears nothing of it.
    Reset,
    /// The server gets so many bytes of the body and no more, then the client's connection is reset.
    Partial {
        /// Bytes of the body that pass, without their transfer coding.
        bytes: u64,
    },
    /// The server gets the request and answers it; the client is answered 503.
    CommitThenUnavailable,
    /// The server gets the request and answers it; the client's connection is reset.
    CommitThenReset,
}

/// Which request a fault is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aim {
    /// The n-th request, from 0, that carries bytes of an upload; questions how far it is do not count.
    Nth(usize),
    /// The request whose answer says that the upload is complete. For faults that come after an answer only.
    Finishing,
}

/// A proxy on 127.0.0.1 before one server. HTTP/1.1 passes unchanged, `Host` included, so that URLs the
/// server makes from it lead through the proxy again.
///
/// Each connection of a client has one to the server. It stops taking new ones when dropped.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    state: Arc<State>,
}

impl Proxy {
    /// Starts to listen on a free port.
    ///
    /// # Panics
    /// If the machine has no free port.
    #[must_use]
    pub fn start(server: SocketAddr) -> Proxy {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let state = Arc::new(State { server, plan: Mutex::default() });
        let shared = Arc::clone(&state);
        thread::spawn(move || accept(&listener, &shared));
        Proxy { address, state }
    }

    /// Where the proxy listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL of `path` through the proxy.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Plans a fault, which happens once, instead of what was planned before. The count of requests starts anew.
    ///
    /// # Panics
    /// If a fault that comes before any answer is to wait for one.
    pub fn plan(&self, fault: Fault, aim: Aim) {
        let needs_answer = matches!(fault, Fault::CommitThenUnavailable | Fault::CommitThenReset);
        assert!(needs_answer || aim != Aim::Finishing, "{fault:?} comes before an answer");
        *self.state.plan() = Plan { waiting: Some(Planned { fault, aim }), ..Plan::default() };
    }

    /// Plans that everything passes.
    pub fn pass(&self) {
        *self.state.plan() = Plan::default();
    }

    /// True if the planned fault has happened.
    #[must_use]
    pub fn has_struck(&self) -> bool {
        self.state.plan().has_struck
    }

    /// How many requests with bytes of an upload came since the last plan.
    #[must_use]
    pub fn data_requests(&self) -> usize {
        self.state.plan().data_requests
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.state.plan().is_over = true;
        // Wakes the accepting thread, which sees that it is over; without one nothing is left to wake.
        drop(TcpStream::connect(self.address));
    }
}

#[derive(Debug)]
struct State {
    server: SocketAddr,
    plan: Mutex<Plan>,
}

#[derive(Debug, Default)]
struct Plan {
    waiting: Option<Planned>,
    data_requests: usize,
    has_struck: bool,
    is_over: bool,
}

#[derive(Clone, Copy, Debug)]
struct Planned {
    fault: Fault,
    aim: Aim,
}

/// What is to be done with one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Course {
    /// It passes, and so does its answer.
    Pass,
    /// The fault happens.
    Strike(Fault),
    /// It passes; the fault happens if its answer ends the upload.
    StrikeIfFinishing(Fault),
}

impl State {
    /// Counts a request and says what is to be done with it.
    fn course(&self, request: &Head) -> Course {
        let kind = Kind::of(request);
        let mut plan = self.plan();
        let index = plan.data_requests;
        plan.data_requests += usize::from(kind == Kind::Data);
        match plan.waiting {
            Some(Planned { fault, aim: Aim::Finishing }) if kind != Kind::Other => Course::StrikeIfFinishing(fault),
            Some(Planned { fault, aim: Aim::Nth(nth) }) if kind == Kind::Data && nth == index => {
                plan.strike();
                Course::Strike(fault)
            }
            _ => Course::Pass,
        }
    }

    /// True if the answer ends an upload, so that the waiting fault now happens.
    fn strikes(&self, answer: &Head) -> bool {
        let is_finishing = finishes(answer);
        if is_finishing {
            self.plan().strike();
        }
        is_finishing
    }

    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Plan {
    fn strike(&mut self) {
        self.waiting = None;
        self.has_struck = true;
    }
}

fn accept(listener: &TcpListener, state: &Arc<State>) {
    for stream in listener.incoming() {
        if state.plan().is_over {
            return;
        }
        let state = Arc::clone(state);
        // Either side may break off at any time; that ends the connection and is no news.
        thread::spawn(move || stream.and_then(|stream| serve(stream, &state)));
    }
}

fn serve(client: TcpStream, state: &State) -> io::Result<()> {
    relay::Relay::new(client, TcpStream::connect(state.server)?)?.run(state)
}

/// What a request is to an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// It carries bytes, or says that there are none.
    Data,
    /// It asks how far the upload is; the answer may be that it is complete.
    Question,
    /// It has no bytes of an upload, or begins one.
    Other,
}

impl Kind {
    fn of(request: &Head) -> Kind {
        let mut words = request.first_line.split(' ');
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let has = |start: &str| query.split('&').any(|pair| pair.starts_with(start));
        let is_at_once = path.contains("/upload/")
            && (["uploadType=media", "uploadType=multipart"].into_iter().any(has)
                || request.header("x-goog-upload-protocol").is_some_and(|protocol| protocol != "resumable"));
        match (matches!(method, "PUT" | "POST" | "PATCH"), is_at_once, has("upload_id=")) {
            (true, true, _) => Kind::Data,
            (true, false, true) => {
                if asks(request) {
                    Kind::Question
                } else {
                    Kind::Data
                }
            }
            _ => Kind::Other,
        }
    }
}

/// True for a question about a session, and for its cancellation.
fn asks(request: &Head) -> bool {
    let is_empty = request.header("content-length") == Some("0");
    let names_no_bytes = |range: &str| range.contains("*/") && !range.ends_with("*/0");
    request.header("x-goog-upload-command").is_some_and(|command| matches!(command, "query" | "cancel"))
        || (is_empty && request.header("content-range").is_some_and(names_no_bytes))
}

/// True for an answer that says an upload is complete.
fn finishes(answer: &Head) -> bool {
    let status = answer.first_line.split(' ').nth(1).unwrap_or_default();
    let is_active = answer.header("x-goog-upload-status").is_some_and(|status| status == "active");
    matches!(status, "200" | "201") && answer.header("x-http-status-code-override").is_none() && !is_active
}
