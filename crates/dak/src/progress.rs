//! How far a transfer is, on standard error: a line that is drawn anew where a person looks, and nothing elsewhere unless
//! it is asked for.

mod line;
mod meter;

use std::convert::Infallible;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use terminal_size::{Width, terminal_size_of};

use crate::environment::Environment;
use crate::output::tell;
use crate::paint::clean;
use line::View;
use meter::Meter;

pub(crate) use line::{age, amount, of};

/// How often the line is drawn at most.
const DRAW_EVERY: Duration = Duration::from_millis(100);

/// How wide a terminal is that does not say.
const WIDTH_DEFAULT: u16 = 80;

/// How much is to be said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Loudness {
    /// Nothing but errors.
    Quiet,
    /// The line, on a terminal.
    #[default]
    Usual,
    /// Also elsewhere: what went wrong and what came of it, a line each.
    Verbose,
}

/// The line of one transfer. It is wiped out when this is dropped. Clones are of the same line.
#[derive(Clone)]
pub(crate) struct Progress {
    shared: Arc<Shared>,
}

struct Shared {
    /// Whether the line is drawn.
    draws: bool,
    /// Whether lines are written that stay.
    tells: bool,
    /// Whether even what costs something is not told.
    is_quiet: bool,
    began: Instant,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    name: String,
    /// Where this run began.
    first: Option<u64>,
    bytes: u64,
    length: Option<u64>,
    retries: u32,
    doing: Option<Doing>,
    meter: Meter,
    /// Whether a line stands there.
    is_drawn: bool,
}

/// What is being done besides moving bytes, and until when.
struct Doing {
    what: String,
    until: Option<Instant>,
}

impl Progress {
    /// The line of a transfer of this name.
    pub(crate) fn new(name: &str, loudness: Loudness, environment: &Environment) -> Progress {
        let is_watched = environment.stderr_is_terminal && !environment.term_is_dumb;
        let state = Mutex::new(State { name: clean::line(name), ..State::default() });
        Progress {
            shared: Arc::new(Shared {
                draws: is_watched && loudness != Loudness::Quiet,
                tells: loudness == Loudness::Verbose || (is_watched && loudness != Loudness::Quiet),
                is_quiet: loudness == Loudness::Quiet,
                began: Instant::now(),
                state,
            }),
        }
    }

    /// The transfer has another name.
    pub(crate) fn rename(&self, name: &str) {
        self.state().name = clean::line(name);
    }

    /// So many bytes are there, of so many.
    pub(crate) fn moved(&self, bytes: u64, length: Option<u64>) {
        let now_ms = self.now_ms();
        let mut state = self.state();
        state.first = Some(state.first.map_or(bytes, |first| first.min(bytes)));
        (state.bytes, state.length, state.doing) = (bytes, length, None);
        state.meter.add(now_ms, bytes);
    }

    /// Something else is being done, and nothing moves.
    pub(crate) fn doing(&self, what: &str) {
        let mut state = self.state();
        state.meter = Meter::default();
        state.doing = Some(Doing { what: clean::line(what), until: None });
    }

    /// Something went wrong, and is tried again after a while.
    pub(crate) fn waiting(&self, why: &str, wait: Duration) {
        let mut state = self.state();
        state.retries += 1;
        state.meter = Meter::default();
        state.doing = Some(Doing { what: clean::line(why), until: Instant::now().checked_add(wait) });
        drop(state);
        if self.shared.tells && !self.shared.draws {
            tell(format_args!("dak: {}; going on in {:.1} s", clean::text(why), wait.as_secs_f64()));
        }
    }

    /// Draws the line again and again, for as long as it is polled.
    pub(crate) async fn draw(&self) -> Infallible {
        if !self.shared.draws {
            return std::future::pending().await;
        }
        let mut pace = tokio::time::interval(DRAW_EVERY);
        pace.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        // The first is due at once: what takes no time needs no line.
        pace.tick().await;
        loop {
            pace.tick().await;
            self.redraw();
        }
    }

    /// Writes a line that stays, if anybody is there to read it.
    pub(crate) fn tell(&self, line: &str) {
        self.wipe();
        if self.shared.tells {
            tell(format_args!("dak: {line}"));
        }
    }

    /// Writes a line that stays, of what costs the user something.
    pub(crate) fn warn(&self, line: &str) {
        self.wipe();
        if !self.shared.is_quiet {
            tell(format_args!("dak: {line}"));
        }
    }

    /// Whether nothing was sent or received yet.
    pub(crate) fn is_at_start(&self) -> bool {
        self.state().bytes == 0
    }

    /// How much is there, and of how much: `12.3 of 27.0 MB`.
    pub(crate) fn so_far(&self) -> String {
        let state = self.state();
        of(state.bytes, state.length)
    }

    /// What this run has moved, in which time: `27.0 MB in 6 s (4.5 MB/s)`.
    pub(crate) fn summary(&self) -> String {
        let state = self.state();
        let moved = state.bytes.saturating_sub(state.first.unwrap_or(0));
        line::summary(moved, self.shared.began.elapsed())
    }

    /// All is done: says what came of it.
    pub(crate) fn told_done(&self) {
        let name = self.state().name.clone();
        self.tell(&format!("{name} has arrived: {}", self.summary()));
    }

    /// Wipes the line out.
    pub(crate) fn wipe(&self) {
        let mut state = self.state();
        if std::mem::take(&mut state.is_drawn) {
            // Nobody is left to tell when that fails.
            let _ = io::stderr().lock().write_all(b"\r\x1b[K");
        }
    }

    fn redraw(&self) {
        let mut state = self.state();
        let Width(width) = terminal_size_of(io::stderr()).map_or(Width(WIDTH_DEFAULT), |(width, _)| width);
        // A line that fills the last column would go on in the next.
        let text = line::line(&state.view(), usize::from(width.saturating_sub(1)));
        state.is_drawn = true;
        let _ = io::stderr().lock().write_all(format!("\r{text}\x1b[K").as_bytes());
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.shared.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn view(&self) -> View<'_> {
        let doing = self.doing.as_ref().map(|doing| match doing.until {
            Some(until) => {
                let left = until.saturating_duration_since(Instant::now());
                format!("waiting {:.0} s: {}", left.as_secs_f64().ceil(), doing.what)
            }
            None => doing.what.clone(),
        });
        View {
            name: &self.name,
            bytes: self.bytes,
            length: self.length,
            rate: self.meter.rate(),
            retries: self.retries,
            doing,
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if Arc::strong_count(&self.shared) == 1 {
            self.wipe();
        }
    }
}
