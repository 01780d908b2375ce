//! Faults on request: the bad days of a network, for testing one's own client as for testing ours.
//!
//! A fault matches requests by method id or by path, so many times, and replaces, delays, cuts or loses their answer.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use dak_proto::fault::Fault;
use http::header;
use serde_json::{Value, json};

use crate::app::App;
use crate::pipeline::{self, Request, Trace, encode};
use crate::reply::{Answer, Delivery};

/// How many faults may wait at once.
const FAULTS_MAX: usize = 1000;
/// The longest delay, in milliseconds.
const DELAY_MS_MAX: u64 = 600_000;

/// The faults that are waiting for their requests, in the order in which they were asked for.
#[derive(Debug, Default)]
pub struct Faults {
    waiting: Mutex<Vec<Planned>>,
    any: AtomicBool,
}

/// A fault and the requests it is meant for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// The id of a method (`demo.items.get`); any when absent.
    pub method_id: Option<String>,
    /// The HTTP method as sent; any when absent.
    pub http_method: Option<String>,
    /// What a request's path starts with; any when absent.
    pub path: Option<String>,
    /// How many matching requests pass before it acts.
    pub after: u64,
    /// How many requests it still acts on.
    pub count: u64,
    /// What happens.
    pub action: Action,
}

/// What a fault does to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Answers with this status, and nothing is carried out.
    Status {
        /// The status.
        code: u16,
        /// When the caller is told to come again, in seconds.
        retry_after_s: Option<u64>,
    },
    /// Closes the connection, and nothing is carried out.
    Drop,
    /// Waits, then goes on.
    Delay(Duration),
    /// Carries the request out and breaks the connection after so many bytes of the answer's body.
    CutAfter(usize),
    /// Carries the request out and closes the connection instead of answering.
    LoseAnswer,
}

/// Takes a request down the road, with the fault that waits for it, if one does.
pub async fn around<'a>(app: &'a Arc<App>, request: Request, trace: &mut Trace<'a>) -> Answer {
    if !app.controls.tests {
        return pipeline::travel(app, request, trace).await;
    }
    let is_control = request.head.uri.path().starts_with("/_dak/");
    let action = if is_control { None } else { app.controls.faults.take(app, &request) };
    let noted = (!is_control).then(|| app.controls.requests.note(&request));
    let answer = with_action(app, request, trace, action).await;
    if let Some(noted) = noted {
        app.controls.requests.finish(noted, &answer, trace);
    }
    answer
}

async fn with_action<'a>(app: &'a Arc<App>, request: Request, trace: &mut Trace<'a>, action: Option<Action>) -> Answer {
    match action {
        None => pipeline::travel(app, request, trace).await,
        Some(Action::Status { code, retry_after_s }) => encode::fault(&asked_for(code, retry_after_s), true),
        Some(Action::Drop) => delivered(Answer::empty(http::StatusCode::OK), Delivery::Lost),
        Some(Action::Delay(delay)) => {
            tokio::time::sleep(delay).await;
            pipeline::travel(app, request, trace).await
        }
        Some(Action::CutAfter(bytes)) => {
            delivered(pipeline::travel(app, request, trace).await, Delivery::CutAfter(bytes))
        }
        Some(Action::LoseAnswer) => delivered(pipeline::travel(app, request, trace).await, Delivery::Lost),
    }
}

fn delivered(answer: Answer, delivery: Delivery) -> Answer {
    Answer { delivery, ..answer }
}

fn asked_for(code: u16, retry_after_s: Option<u64>) -> Fault {
    let reason = match code {
        429 => "rateLimitExceeded",
        500 => "internalError",
        503 => "backendError",
        _ => "injectedFault",
    };
    let fault = Fault::new(code, reason, "This fault was asked for at the control desk.");
    match retry_after_s {
        Some(seconds) => fault.with_header(header::RETRY_AFTER, seconds.into()),
        None => fault,
    }
}

impl Faults {
    /// Plans a fault.
    ///
    /// # Errors
    /// 400 when too many wait already.
    pub fn plan(&self, planned: Planned) -> Result<(), Fault> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() >= FAULTS_MAX {
            return Err(Fault::bad_request("invalid", format!("{FAULTS_MAX} faults wait already; delete them first.")));
        }
        waiting.push(planned);
        self.any.store(true, Ordering::Release);
        Ok(())
    }

    /// Forgets all faults.
    pub fn clear(&self) {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.any.store(false, Ordering::Release);
    }

    /// The faults that still wait.
    #[must_use]
    pub fn waiting(&self) -> Vec<Planned> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The first fault that waits for this request.
    fn take(&self, app: &App, request: &Request) -> Option<Action> {
        if !self.any.load(Ordering::Acquire) {
            return None;
        }
        let method_id = pipeline::route::method_id(app, request);
        let (method, path) = (request.head.method.as_str(), request.head.uri.path());
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let at = waiting.iter_mut().position(|planned| planned.acts_on(method_id, method, path))?;
        let action = waiting[at].action.clone();
        waiting[at].count -= 1;
        if waiting[at].count == 0 {
            waiting.remove(at);
        }
        Some(action)
    }
}

impl Planned {
    /// Reads a fault from the desk's JSON.
    ///
    /// # Errors
    /// 400 that names the member which is wrong.
    pub fn parse(value: &Value) -> Result<Planned, Fault> {
        let members = value.as_object().ok_or_else(|| Fault::invalid_body("A fault is a JSON object."))?;
        const KNOWN: [&str; 11] = [
            "methodId",
            "method",
            "path",
            "after",
            "count",
            "status",
            "retryAfter",
            "drop",
            "delayMs",
            "cutAfterBytes",
            "loseAnswer",
        ];
        if let Some(unknown) = members.keys().find(|name| !KNOWN.contains(&name.as_str())) {
            return Err(Fault::invalid_body(format!("A fault has no member \"{unknown}\".")));
        }
        let count = number(value, "count")?.unwrap_or(1);
        if count == 0 {
            return Err(Fault::invalid_body("\"count\" is at least 1."));
        }
        Ok(Planned {
            method_id: value["methodId"].as_str().map(str::to_owned),
            http_method: value["method"].as_str().map(str::to_ascii_uppercase),
            path: value["path"].as_str().map(str::to_owned),
            after: number(value, "after")?.unwrap_or(0),
            count,
            action: Action::parse(value)?,
        })
    }

    /// The fault as the desk's JSON.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut value = match &self.action {
            Action::Status { code, retry_after_s: None } => json!({"status": code}),
            Action::Status { code, retry_after_s } => json!({"status": code, "retryAfter": retry_after_s}),
            Action::Drop => json!({"drop": true}),
            Action::Delay(delay) => json!({"delayMs": u64::try_from(delay.as_millis()).unwrap_or(u64::MAX)}),
            Action::CutAfter(bytes) => json!({"cutAfterBytes": bytes}),
            Action::LoseAnswer => json!({"loseAnswer": true}),
        };
        value["count"] = json!(self.count);
        value["after"] = json!(self.after);
        for (name, text) in [("methodId", &self.method_id), ("method", &self.http_method), ("path", &self.path)] {
            if let Some(text) = text {
                value[name] = json!(text);
            }
        }
        value
    }

    /// Whether it acts on this request; one that it lets pass is counted.
    fn acts_on(&mut self, method_id: Option<&str>, method: &str, path: &str) -> bool {
        let matches = self.method_id.as_deref().is_none_or(|wanted| method_id == Some(wanted))
            && self.http_method.as_deref().is_none_or(|wanted| wanted == method)
            && self.path.as_deref().is_none_or(|start| path.starts_with(start));
        if matches && self.after > 0 {
            self.after -= 1;
            return false;
        }
        matches
    }
}

impl Action {
    fn parse(value: &Value) -> Result<Action, Fault> {
        let flag = |name: &str| value[name].as_bool() == Some(true);
        let mut actions = Vec::new();
        if let Some(code) = number(value, "status")? {
            let code = u16::try_from(code).ok().filter(|code| (400..600).contains(code));
            let code = code.ok_or_else(|| Fault::invalid_body("\"status\" is from 400 to 599."))?;
            actions.push(Action::Status { code, retry_after_s: number(value, "retryAfter")? });
        }
        if let Some(delay_ms) = number(value, "delayMs")? {
            actions.push(Action::Delay(Duration::from_millis(delay_ms.min(DELAY_MS_MAX))));
        }
        if let Some(bytes) = number(value, "cutAfterBytes")? {
            actions.push(Action::CutAfter(usize::try_from(bytes).unwrap_or(usize::MAX)));
        }
        if flag("drop") {
            actions.push(Action::Drop);
        }
        if flag("loseAnswer") {
            actions.push(Action::LoseAnswer);
        }
        match actions.len() {
            1 => Ok(actions.remove(0)),
            _ => Err(Fault::invalid_body(
                "A fault has exactly one of \"status\", \"drop\", \"delayMs\", \"cutAfterBytes\" and \"loseAnswer\".",
            )),
        }
    }
}

fn number(value: &Value, name: &str) -> Result<Option<u64>, Fault> {
    match &value[name] {
        Value::Null => Ok(None),
        found => found
            .as_u64()
            .map(Some)
            .ok_or_else(|| Fault::invalid_body(format!("\"{name}\" is a whole number that is not negative."))),
    }
}
