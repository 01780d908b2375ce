//! `dak token`: of the folder itself, or through the server that has it open.

use std::time::{SystemTime, UNIX_EPOCH};

use dak_server::services::auth;
use serde_json::{Value, json};

use crate::args::{TokenArgs, TokenCommand, TokenCreateArgs};
use crate::error::Error;
use crate::exit::Exit;
use crate::folder::{self, Wish};
use crate::output::{print, tell};
use crate::paint::clean;

/// Carries out `dak token`.
pub(crate) fn run(args: TokenArgs) -> Result<Exit, Error> {
    match args.command {
        TokenCommand::Create(args) => create(args),
        TokenCommand::List(args) => {
            let folder = folder::path(args.place.data.as_deref())?;
            list(&folder::ask(&folder, &wish("GET", json!({}), "try dak check"))?)
        }
        TokenCommand::Revoke(args) => {
            let folder = folder::path(args.place.data.as_deref())?;
            let revoked = folder::ask(&folder, &wish("DELETE", json!({"id": args.token}), "see dak token list"))?;
            print(format_args!("Revoked the token {} of {}.", shown(&revoked, "id"), shown(&revoked, "user")))?;
            Ok(Exit::Success)
        }
    }
}

/// Makes a token. It alone goes to standard output, so that a script can take it; what it is goes to standard error.
fn create(args: TokenCreateArgs) -> Result<Exit, Error> {
    let folder = folder::path(args.place.data.as_deref())?;
    let every = || vec![auth::EVERY_SCOPE.to_owned()];
    let scopes = if args.scopes.is_empty() { every() } else { args.scopes.into_iter().map(full_name).collect() };
    let expires_ms = args.expires.map(|span| now_ms() + i64::try_from(span.0.as_millis()).unwrap_or(i64::MAX / 2));
    let asked = auth::Request { user: args.user, scopes, expires_ms };
    let made = folder::ask(&folder, &wish("POST", asked.to_json(), "see dak token create --help"))?;
    print(text(&made, "token"))?;
    tell(format_args!("Token {}. Keep it: it is shown this once.", described(&made)));
    Ok(Exit::Success)
}

/// A scope as requests are checked for it. What is unknown here may be named by an API that is served beside our own.
fn full_name(scope: String) -> String {
    auth::scopes::full_name(&scope).unwrap_or_else(|| {
        tell(format_args!("Warning: no API that comes with dak names the scope {}.", one_line(&scope)));
        scope
    })
}

fn wish(method: &'static str, body: Value, advice: &'static str) -> Wish {
    Wish { method, desk: "tokens".into(), body, advice }
}

fn list(told: &Value) -> Result<Exit, Error> {
    let tokens = told["tokens"].as_array().map_or(&[][..], Vec::as_slice);
    if tokens.is_empty() {
        tell("There are no tokens; make one with dak token create --user EMAIL --scope SCOPE.");
    }
    for token in tokens {
        print(described(token))?;
    }
    Ok(Exit::Success)
}

fn described(token: &Value) -> String {
    let scopes: Vec<&str> = token["scopes"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let expires = token["expires"].as_str().map_or("never expires".to_owned(), |time| format!("expires {time}"));
    format!("{}  {}  {}  {expires}", shown(token, "id"), shown(token, "user"), one_line(&scopes.join(" ")))
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

/// A member as it may be shown on a terminal.
fn shown(value: &Value, name: &str) -> String {
    one_line(text(value, name))
}

fn one_line(text: &str) -> String {
    clean::text(text).replace('\n', "\\n").replace('\t', "\\t")
}

fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
