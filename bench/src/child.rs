//! A server as a child process: what it costs, and its end.

use std::fs;
use std::io::{BufRead, BufReader, Lines};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Instant;

use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

use crate::failure::Failure;

/// A process that ends with this value.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    /// Kept open: the server may have more to say.
    _said: Option<Lines<BufReader<ChildStdout>>>,
    /// Where it listens, as `127.0.0.1:7070`.
    pub(crate) address: String,
}

/// Where a server may run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cores {
    /// On the first core alone; the load comes from the second.
    First,
    /// On all.
    All,
}

impl Server {
    /// Starts a server that prints a line with its URL, `http://ADDRESS:PORT`, once it listens.
    pub(crate) fn start(command: &mut Command, cores: Cores) -> Result<Server, Failure> {
        let mut child = spawn(command.stdout(Stdio::piped()), cores)?;
        let mut lines = child.stdout.take().map(|stdout| BufReader::new(stdout).lines());
        let urls = lines.iter_mut().flatten().map_while(Result::ok);
        let address = urls.filter_map(|line| Some(line.split_once("http://")?.1.trim().to_owned())).next();
        let server = Server { child, _said: lines, address: address.unwrap_or_default() };
        if server.address.is_empty() {
            return Err(Failure::new(format!("{} did not say where it listens", command.get_program().display())));
        }
        Ok(server)
    }

    /// Starts a server whose address is known beforehand.
    pub(crate) fn start_at(command: &mut Command, cores: Cores, address: String) -> Result<Server, Failure> {
        Ok(Server { child: spawn(command.stdout(Stdio::null()), cores)?, _said: None, address })
    }

    /// CPU time of all its threads, user and system, in seconds.
    pub(crate) fn cpu_seconds(&self) -> Result<f64, Failure> {
        let mut seconds = 0.0;
        for task in fs::read_dir(self.proc("task"))? {
            // A thread may end between the two looks.
            seconds += cpu_seconds(&task?.path()).unwrap_or_default();
        }
        Ok(seconds)
    }

    /// Memory that is its own or shared and resident, in bytes.
    pub(crate) fn resident_bytes(&self) -> Result<f64, Failure> {
        self.memory_bytes("VmRSS:")
    }

    /// The most that it ever had resident, in bytes.
    pub(crate) fn resident_bytes_max(&self) -> Result<f64, Failure> {
        self.memory_bytes("VmHWM:")
    }

    fn memory_bytes(&self, name: &str) -> Result<f64, Failure> {
        let status = fs::read_to_string(self.proc("status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<f64>().ok());
        kibibytes.map(|kibibytes| kibibytes * 1024.0).ok_or_else(|| Failure::new("the server's memory is not known"))
    }

    fn proc(&self, name: &str) -> PathBuf {
        PathBuf::from(format!("/proc/{}/{name}", self.child.id()))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What something took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spent {
    /// By the clock.
    pub(crate) seconds: f64,
    /// User and system.
    pub(crate) cpu_seconds: f64,
}

/// Runs a process of one thread from its start to its end, which must be good.
pub(crate) fn spend(command: &mut Command) -> Result<Spent, Failure> {
    let started = Instant::now();
    let mut child = spawn(command, Cores::All)?;
    // Its end is awaited without taking it away: until then the system knows what it took.
    let ended = waitid(WaitId::Pid(Pid::from_child(&child)), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT);
    let seconds = started.elapsed().as_secs_f64();
    ended.map_err(std::io::Error::from)?;
    let cpu_seconds = cpu_seconds(&PathBuf::from(format!("/proc/{}", child.id())))?;
    let status = child.wait()?;
    if status.success() {
        Ok(Spent { seconds, cpu_seconds })
    } else {
        Err(Failure::new(format!("{command:?} failed: {status}")))
    }
}

/// CPU time of a thread, user and system.
fn cpu_seconds(task: &Path) -> Result<f64, Failure> {
    let stat = fs::read_to_string(task.join("schedstat"))?;
    let nanoseconds = stat.split(' ').next().and_then(|first| first.parse::<f64>().ok());
    nanoseconds.map(|nanoseconds| nanoseconds / 1e9).ok_or_else(|| Failure::new("a thread's CPU time is not known"))
}

/// A child inherits the cores of the thread that starts it.
fn spawn(command: &mut Command, cores: Cores) -> Result<Child, Failure> {
    let own = sched_getaffinity(None).map_err(std::io::Error::from)?;
    if cores == Cores::First {
        pin(&own, 0)?;
    }
    let child = command.stdin(Stdio::null()).spawn();
    sched_setaffinity(None, &own).map_err(std::io::Error::from)?;
    child.map_err(|error| Failure::new(format!("cannot start {}: {error}", command.get_program().display())))
}

/// While this value lives, this thread runs on the second core, if there is one.
#[derive(Debug)]
pub(crate) struct OnSecondCore(CpuSet);

impl OnSecondCore {
    pub(crate) fn new() -> Result<OnSecondCore, Failure> {
        let own = sched_getaffinity(None).map_err(std::io::Error::from)?;
        pin(&own, 1)?;
        Ok(OnSecondCore(own))
    }
}

impl Drop for OnSecondCore {
    fn drop(&mut self) {
        let _ = sched_setaffinity(None, &self.0);
    }
}

/// Pins this thread to the nth of some cores, or to the last.
fn pin(cores: &CpuSet, nth: usize) -> Result<(), Failure> {
    let free: Vec<usize> = (0..CpuSet::MAX_CPU).filter(|core| cores.is_set(*core)).collect();
    let mut chosen = CpuSet::new();
    if let Some(core) = free.get(nth).or(free.last()) {
        chosen.set(*core);
    }
    Ok(sched_setaffinity(None, &chosen).map_err(std::io::Error::from)?)
}
