//! The desk's calls, a line each.

use std::path::PathBuf;
use std::sync::Arc;

use dak_proto::fault::Fault;
use dak_proto::json::parse_limited;
use http::header::{self, HeaderMap, HeaderValue};
use http::request::Parts;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::faults::Planned;
use crate::app::App;
use crate::body::Body;
use crate::clock;
use crate::pipeline::{authorise, entity};
use crate::reply::Answer;
use crate::services::auth;
use crate::services::blogger::desk as blogs;
use crate::services::gmail::desk as mailboxes;
use crate::uploads::watch;

/// How deep the desk's JSON may nest.
const DEPTH_MAX: usize = 10;

/// Checks the control token, reads the body, does what is asked.
pub(super) async fn answer(app: &Arc<App>, head: &Parts, method: &Method, body: Body) -> Result<Answer, Fault> {
    if !same(authorise::bearer(&head.headers), app.controls.token()) {
        let message = "The control desk needs the control token printed at the start: Authorization: Bearer TOKEN.";
        return Err(Fault::unauthorized(message));
    }
    let desk = head.uri.path().strip_prefix("/_dak/").unwrap_or_default();
    if TEST_CONTROLS.contains(&desk) && !app.controls.tests {
        let message = "The test controls are off; start the server with --test-controls on a store made with it.";
        return Err(Fault::forbidden("forbidden", message));
    }
    if desk == "uploads" && method == Method::GET && watch::wants_events(&head.headers) {
        return Ok(watch::events(app));
    }
    match (desk, method.as_str()) {
        ("mail", "POST") => return mailboxes::intake::take(app, head, body).await.map(|value| shown(&value)),
        ("mail", "GET") => return mailboxes::outlet::give(app, head).await,
        ("outbox", "GET") => return mailboxes::outbox::list(app, head).await.map(|value| shown(&value)),
        _ => {}
    }
    let (bytes, _room) = entity::read(app, &head.headers, body).await?;
    let body = if bytes.is_empty() { Value::Null } else { parse_limited(&bytes, DEPTH_MAX)? };
    call(app, method, desk, &body).await.map(|value| shown(&value))
}

const TEST_CONTROLS: [&str; 4] = ["clock", "faults", "requests", "reset"];

async fn call(app: &Arc<App>, method: &Method, desk: &str, body: &Value) -> Result<Value, Fault> {
    match (desk, method.as_str()) {
        ("clock", "GET") => Ok(time(app)),
        ("clock", "POST") => move_clock(app, body).await,
        ("reset", "POST") => app.reset().await.map(|()| json!({})),
        ("requests", "GET") => Ok(json!({"requests": app.controls.requests.list()})),
        ("requests", "DELETE") => {
            app.controls.requests.clear();
            Ok(json!({}))
        }
        ("faults", "GET") => Ok(faults(app)),
        ("faults", "POST") => app.controls.faults.plan(Planned::parse(body)?).map(|()| faults(app)),
        ("faults", "DELETE") => {
            app.controls.faults.clear();
            Ok(json!({}))
        }
        ("tokens", "GET") => auth::list(app).await,
        ("tokens", "POST") => auth::create(app, &auth::Request::parse(body)?).await,
        ("tokens", "DELETE") => auth::revoke(app, &text(body, "id")?).await,
        ("uploads", "GET") => watch::list(app).await,
        ("blogs", "GET") => blogs::list(app).await,
        ("blogs", "POST") => blogs::create(app, body).await,
        ("blogs", "DELETE") => blogs::delete(app, body).await,
        ("comments", "POST") => blogs::comment(app, body).await,
        ("pageviews", "POST") => blogs::count_views(app, body).await,
        ("outbox", "POST") => mailboxes::outbox::get(app, &text(body, "id")?).await,
        ("outbox", "DELETE") => mailboxes::outbox::take(app, &text(body, "id")?).await,
        ("addresses", "POST") => mailboxes::accept(app, body).await,
        ("users", "GET") => mailboxes::list(app).await,
        ("users", "POST") => mailboxes::create(app, body).await,
        ("users", "DELETE") => mailboxes::delete(app, body).await,
        ("backup", "POST") => app.backup(PathBuf::from(text(body, "folder")?)).await,
        ("check", "POST") => app.check(body["rebuild"] == true).await,
        (
            "clock" | "requests" | "faults" | "tokens" | "reset" | "backup" | "check" | "uploads" | "blogs"
            | "comments" | "pageviews" | "addresses" | "users" | "mail" | "outbox",
            _,
        ) => Err(wrong_method(desk)),
        _ => Err(Fault::not_found(format!("The control desk has nothing at /_dak/{desk}."))),
    }
}

fn wrong_method(desk: &str) -> Fault {
    let allowed = match desk {
        "clock" | "mail" => vec![Method::GET, Method::POST],
        "uploads" => vec![Method::GET],
        "requests" => vec![Method::GET, Method::DELETE],
        "faults" | "tokens" | "blogs" | "users" | "outbox" => vec![Method::GET, Method::POST, Method::DELETE],
        _ => vec![Method::POST],
    };
    Fault::method_not_allowed(&allowed)
}

/// Moves the clock, and carries out what came due before it says so.
async fn move_clock(app: &Arc<App>, body: &Value) -> Result<Value, Fault> {
    match (&body["set"], &body["advanceMs"]) {
        (Value::String(set), Value::Null) => {
            let time_ms = clock::parse_rfc3339(set)
                .ok_or_else(|| Fault::invalid_body("\"set\" is a time such as 2026-11-22T09:00:00Z."))?;
            if body["stopped"] == true { app.clock.stop_at_ms(time_ms) } else { app.clock.set_ms(time_ms) }
        }
        (Value::Null, Value::Number(by)) => {
            let by_ms = by.as_i64().ok_or_else(|| Fault::invalid_body("\"advanceMs\" is a whole number."))?;
            app.clock.advance_ms(by_ms);
        }
        _ => {
            return Err(Fault::invalid_body(
                "Give \"set\" (RFC 3339, with \"stopped\" to halt there) or \"advanceMs\".",
            ));
        }
    }
    app.carry_out_due().await?;
    Ok(time(app))
}

fn time(app: &App) -> Value {
    json!({"now": clock::rfc3339(app.clock.now_ms()), "stopped": app.clock.is_stopped()})
}

fn faults(app: &App) -> Value {
    json!({"faults": app.controls.faults.waiting().iter().map(Planned::to_json).collect::<Vec<_>>()})
}

fn text(body: &Value, name: &str) -> Result<String, Fault> {
    body[name].as_str().map(str::to_owned).ok_or_else(|| Fault::required(name))
}

/// Compares secrets without telling by the time it takes how much of them is right.
fn same(given: Option<&str>, token: &str) -> bool {
    let digest = |text: &str| ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
    given.is_some_and(|given| digest(given).as_ref() == digest(token).as_ref())
}

fn shown(value: &Value) -> Answer {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=UTF-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Answer::new(StatusCode::OK, headers, bytes::Bytes::from(format!("{value:#}\n")))
}
