//! `dak backup` and `dak check`: of the folder itself, or through the server that has it open.

use std::path::PathBuf;

use serde_json::json;

use crate::args::{BackupArgs, CheckArgs};
use crate::error::{Error, reason};
use crate::exit::Exit;
use crate::folder;
use crate::output::print;
use crate::paint::clean;

/// Carries out `dak backup`.
pub(crate) fn backup(args: BackupArgs) -> Result<Exit, Error> {
    let from = folder::path(args.data.as_deref())?;
    let to = absolute(args.destination)?;
    folder::ask(&from, "POST", "backup", &json!({"folder": to}))?;
    print(format_args!("Copied {} to {}.", from.display(), to.display()))?;
    print(format_args!("Serve the copy with: dak serve --data {}", to.display()))?;
    Ok(Exit::Success)
}

/// Carries out `dak check`.
pub(crate) fn check(args: CheckArgs) -> Result<Exit, Error> {
    let folder = folder::path(args.data.as_deref())?;
    let report = folder::ask(&folder, "POST", "check", &json!({"rebuild": args.rebuild}))?;
    let problems: Vec<&str> =
        report["problems"].as_array().into_iter().flatten().filter_map(|text| text.as_str()).collect();
    if args.rebuild {
        print("Made all indexes again.")?;
    }
    print(format_args!("Looked at {} records in {}.", report["records"], folder.display()))?;
    if problems.is_empty() {
        print("Nothing is wrong.")?;
        return Ok(Exit::Success);
    }
    for problem in &problems {
        print(format_args!("- {}", clean::text(problem)))?;
    }
    let advice = if args.rebuild { "restore a backup" } else { "try dak check --rebuild, or restore a backup" };
    Err(Error::failure(format!("{} things are wrong; {advice}", problems.len())))
}

/// The server may stand in another folder than this command.
fn absolute(path: PathBuf) -> Result<PathBuf, Error> {
    std::path::absolute(&path).map_err(|error| Error::failure(format!("{}: {}", path.display(), reason(&error))))
}
