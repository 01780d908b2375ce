//! `dak uploads forget`.

use dak_client::Client;
use dak_client::uploads::{Journal, Pending};

use super::{chosen, reported, shown};
use crate::args::UploadsForgetArgs;
use crate::commands::{courier, stop, wire};
use crate::environment::Environment;
use crate::error::{Error, without_number};
use crate::exit::Exit;
use crate::output::{print, tell};
use crate::paint::clean;
use crate::plan::Sending;

/// Gives them up. One that cannot be forgotten does not keep the others back.
pub(super) fn forget(pending: &[Pending], args: &UploadsForgetArgs, environment: &Environment) -> Result<Exit, Error> {
    let client = wire::client(&Sending::new(&args.request(), environment, 0)?, |_| {})?;
    let chosen = chosen(pending, &args.choice, "forget")?;
    let journal = courier::journal()?;
    let mut exit = Exit::Success;
    for upload in chosen {
        let name = shown::name(upload, pending);
        let code = match forget_one(&client, &journal, upload) {
            Ok(true) => {
                print(format_args!("Forgot {}  {name}", upload.id))?;
                Exit::Success
            }
            Ok(false) => super::gone(&name, crate::progress::Loudness::Usual),
            Err(error) if error.exit() == Exit::Interrupted => return Err(error),
            Err(error) => reported(error, &format!("{} {name}", upload.id)),
        };
        exit = if exit == Exit::Success { code } else { exit };
    }
    Ok(exit)
}

/// Removes the entry and then tells the server: what cannot be forgotten here is not given up there. Not so if it is gone.
fn forget_one(client: &Client, journal: &Journal, upload: &Pending) -> Result<bool, Error> {
    let unusable = |cause: dak_client::Error| Error::failure(without_number(&clean::line(&cause.to_string())));
    let entry = match journal.lock(&upload.id) {
        Ok(entry) => entry,
        Err(cause) if is_there(journal, upload) => return Err(unusable(cause)),
        Err(_) => return Ok(false),
    };
    let token = entry.token().map_err(unusable)?;
    entry.remove().map_err(|cause| Error::failure(format!("it cannot be forgotten: {}", unusable(cause))))?;
    let Some(token) = token else { return Ok(true) };
    match stop::unless_stopped(client.cancel_upload(&token))? {
        Some(Ok(())) => {}
        Some(Err(cause)) => tell(format_args!("dak: the server keeps it until its session ends: {}", unusable(cause))),
        None => return Err(Error::new(Exit::Interrupted, "")),
    }
    Ok(true)
}

fn is_there(journal: &Journal, upload: &Pending) -> bool {
    journal.pending().is_ok_and(|pending| pending.iter().any(|other| other.id == upload.id))
}
