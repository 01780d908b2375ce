//! `dak backup` and `dak check`: of the folder itself, or through the server that has it open.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::args::{BackupArgs, CheckArgs};
use crate::error::{Error, reason};
use crate::exit::Exit;
use crate::folder::{self, REPAIR, Wish};
use crate::output::print;
use crate::paint::clean;

/// Carries out `dak backup`.
pub(crate) fn backup(args: BackupArgs) -> Result<Exit, Error> {
    let from = folder::path(args.data.as_deref())?;
    let to = absolute(args.destination)?;
    refuse_inside(&from, &to)?;
    let advice = "name a new folder that can be made, with room for the copy";
    folder::ask(&from, &Wish { method: "POST", desk: "backup".into(), body: json!({"folder": to}), advice })?;
    print(format_args!("Copied {} to {}.", from.display(), to.display()))?;
    print(format_args!("Serve the copy with: dak serve --data {}", to.display()))?;
    Ok(Exit::Success)
}

/// Carries out `dak check`.
pub(crate) fn check(args: CheckArgs) -> Result<Exit, Error> {
    let folder = folder::path(args.data.as_deref())?;
    let advice = if args.rebuild { "restore a backup" } else { REPAIR };
    let wish = Wish { method: "POST", desk: "check".into(), body: json!({"rebuild": args.rebuild}), advice };
    let report = folder::ask(&folder, &wish)?;
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
    Err(Error::failure(format!("the data in {} is damaged in {} places; {advice}", folder.display(), problems.len())))
}

/// A copy inside the folder would be lost with it.
fn refuse_inside(from: &Path, to: &Path) -> Result<(), Error> {
    // What is not there yet is where the part of its path that is there leads to.
    let real = to.ancestors().find_map(|path| fs::canonicalize(path).ok());
    match (fs::canonicalize(from), real) {
        (Ok(from), Some(real)) if real.starts_with(&from) => Err(Error::failure(format!(
            "{} is inside the data folder, which is not empty; name a folder elsewhere for the backup",
            to.display()
        ))),
        _ => Ok(()),
    }
}

/// The server may stand in another folder than this command.
fn absolute(path: PathBuf) -> Result<PathBuf, Error> {
    std::path::absolute(&path).map_err(|error| Error::failure(format!("{}: {}", path.display(), reason(&error))))
}
