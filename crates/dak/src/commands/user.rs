//! `dak user`: of the folder itself, or through the server that has it open.

use serde_json::{Value, json};

use crate::args::{UserArgs, UserCommand, UserListArgs, UserNameArgs};
use crate::error::Error;
use crate::exit::Exit;
use crate::folder::{self, Wish};
use crate::output::{print, tell};
use crate::paint::clean;

/// What is asked of the desk.
const USERS: &str = "users";

/// Carries out `dak user`.
pub(crate) fn run(args: UserArgs) -> Result<Exit, Error> {
    match args.command {
        UserCommand::Create(args) => create(&args),
        UserCommand::List(args) => list(&ask(&args, "GET", json!({}))?),
        UserCommand::Delete(args) => delete(&args),
    }
}

fn create(args: &UserNameArgs) -> Result<Exit, Error> {
    let made = ask(&args.place, "POST", json!({"address": args.address}))?;
    tell(format_args!("{} has a mailbox now.", shown(&made, "address")));
    Ok(Exit::Success)
}

/// Deletes a mailbox in slices, so that no other request waits long.
fn delete(args: &UserNameArgs) -> Result<Exit, Error> {
    while ask(&args.place, "DELETE", json!({"address": args.address}))?["isLeft"] == true {}
    tell(format_args!("Deleted the mailbox of {}.", clean::line(&args.address)));
    Ok(Exit::Success)
}

fn list(told: &Value) -> Result<Exit, Error> {
    let users = told["users"].as_array().map_or(&[][..], Vec::as_slice);
    if users.is_empty() {
        tell("Nobody has a mailbox; make one with dak user create ADDRESS.");
    }
    for user in users {
        let total = |name: &str| user[name].as_i64().unwrap_or_default();
        let (messages, threads) = (total("messagesTotal"), total("threadsTotal"));
        print(format_args!("{}  {messages} messages in {threads} threads", shown(user, "address")))?;
    }
    Ok(Exit::Success)
}

fn ask(place: &UserListArgs, method: &'static str, body: Value) -> Result<Value, Error> {
    let folder = folder::path(place.data.as_deref())?;
    folder::ask(&folder, &Wish { method, desk: USERS.into(), body, advice: "see dak user list" })
}

/// A member as it may be shown on a terminal.
fn shown(value: &Value, name: &str) -> String {
    clean::line(value[name].as_str().unwrap_or_default())
}
