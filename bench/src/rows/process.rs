//! A whole process that gets the resource of 1 KB.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::failure::Failure;
use crate::rows::reading::Stage;
use crate::rows::{Goal, Numbers, Row};
use crate::tools;
use crate::turns;

pub(super) fn measure(stage: &Stage<'_>) -> Result<Vec<Row>, Failure> {
    const NAME: &str = "dak get, a process";
    if !stage.plan.wants(NAME) {
        return Ok(Vec::new());
    }
    let url = format!("http://{}{}", stage.dak.server.address, stage.resource);
    let others = [("curl", tools::find("curl"), Goal::AtMost(0.35)), ("xh", tools::find("xh"), Goal::None)];
    let mut commands = vec![command(stage.place.dak.clone(), &["get", &url])];
    for path in others.iter().filter_map(|(_, path, _)| path.clone()) {
        let silent = if path.ends_with("curl") { ["--silent", &url] } else { ["get", &url] };
        commands.push(command(path, &silent));
    }
    let mut numbers = turns::in_turns(&mut commands, stage.plan.processes, milliseconds)?.into_iter();
    let ours = numbers.next().unwrap_or_default();
    let row = |(floor_name, path, goal): (&'static str, Option<PathBuf>, Goal)| {
        let numbers = path.and_then(|_| numbers.next()).map(|floor| Numbers::of(&ours, &floor));
        Row { name: NAME, floor_name, unit: "milliseconds", numbers, goal }
    };
    Ok(others.into_iter().map(row).collect())
}

fn command(program: PathBuf, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit());
    command
}

/// From its start to its end, in milliseconds.
fn milliseconds(command: &mut Command) -> Result<f64, Failure> {
    let started = Instant::now();
    let status = command.status()?;
    let time = started.elapsed().as_secs_f64() * 1e3;
    if status.success() { Ok(time) } else { Err(Failure::new(format!("{command:?} failed: {status}"))) }
}
