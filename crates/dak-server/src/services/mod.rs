//! What lies at the end of the road: services take typed calls and give typed replies.
//!
//! A service is data's behaviour. [`resources`] serves any description; an API with behaviour of its own has a
//! folder here, a file per verb.

pub mod auth;
pub mod blogger;
pub mod discovery;
pub mod free_form;
pub mod gmail;
pub mod idempotency;
pub mod resources;
mod seeding;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use dak_api::{Api, Arguments, Method as ApiMethod};
use dak_proto::fault::Fault;
use dak_proto::params::Standard;
use dak_proto::precondition::{Conditions, Verdict};
use dak_store::ErrorKind;
use http::{HeaderMap, Method};
use serde_json::Value;

use crate::app::App;
use crate::pipeline::authorise::{Principal, Refusal};
use crate::reply::{Reply, Version};
use crate::shelf;
use crate::uploads::Arrived;

/// When to come again after the store was busy, in seconds.
const RETRY_AFTER_S: u64 = 1;

/// A checked, authorised call of one method.
#[derive(Debug)]
pub struct Call<'a> {
    /// The server it came to.
    pub app: &'a Arc<App>,
    /// The API that describes the method.
    pub api: &'a Api,
    /// The method.
    pub method: &'a ApiMethod,
    /// Its parameters, from path and query.
    pub arguments: &'a Arguments<'a>,
    /// The standard parameters.
    pub standard: &'a Standard,
    /// If-Match and its kin.
    pub conditions: Conditions,
    /// The HTTP method after an override.
    pub http_method: &'a Method,
    /// The request's header fields.
    pub headers: &'a HeaderMap,
    /// The JSON body; `None` when it was empty or the method takes none. Of an upload it is the metadata.
    pub body: Option<Value>,
    /// The media of an upload, once all of it is there.
    pub arrived: Option<&'a Arrived>,
    /// Who calls.
    pub principal: &'a Principal,
    /// What links start with.
    pub base_url: &'a str,
    /// What the shelf knows this request by.
    pub shelf_key: &'a [u8],
}

/// The behaviour behind an API.
pub trait Service: Send + Sync {
    /// Carries out a call.
    fn call<'a>(&'a self, call: Call<'a>) -> Pin<Box<dyn Future<Output = Result<Reply, Fault>> + Send + 'a>>;

    /// Looks whether an upload could come to something, before its bytes are sent: [`Call::arrived`] is still to come.
    /// Nothing is changed.
    fn check_upload<'a>(&'a self, call: &'a Call<'a>) -> Pin<Box<dyn Future<Output = Result<(), Fault>> + Send + 'a>> {
        let fault = Fault::not_implemented(format!("The method {} takes no media here.", call.method.id));
        Box::pin(std::future::ready(Err(fault)))
    }

    /// Whether an API key (`key`) is enough for a method where callers need tokens. What it answers to an
    /// [anonymous](Principal::is_anonymous) caller is for everyone.
    fn takes_key(&self, _method: &ApiMethod) -> bool {
        false
    }

    /// How a caller is refused who may not call a method: in the words of the server, or of the API if its clients know
    /// others.
    fn refuse(&self, refusal: Refusal, method: &ApiMethod) -> Fault {
        refusal.fault(method)
    }

    /// Whether all that it does follows from descriptions: its APIs have no behaviour of their own (D26).
    fn is_generic(&self) -> bool {
        false
    }

    /// Whether a method accepts query parameters that its description does not name.
    fn is_open(&self) -> bool {
        false
    }
}

impl Call<'_> {
    /// The same call with other parameters and without its body, for what becomes of an item elsewhere.
    #[must_use]
    pub fn with_arguments<'b>(&'b self, arguments: &'b Arguments<'b>) -> Call<'b> {
        Call { arguments, conditions: self.conditions.clone(), body: None, ..*self }
    }

    /// What the request's conditions say about the resource as it is: go on, or the reply instead.
    ///
    /// # Errors
    /// 412 where a precondition failed.
    pub fn check(&self, current: &Version) -> Result<Option<Reply>, Fault> {
        let comparison = self.app.settings.comparison;
        match self.conditions.evaluate(self.http_method, Some(&current.etag), current.modified_s, comparison) {
            Verdict::Proceed => Ok(None),
            Verdict::NotModified => Ok(Some(Reply::NotModified(current.etag.clone()))),
            Verdict::Failed { header } => Err(Fault::precondition_failed(header)),
        }
    }

    /// What a read can be answered with before its representation is made: 304, or the shelf's answer.
    ///
    /// # Errors
    /// 412 where a precondition failed.
    pub fn short_cut(&self, current: &Version) -> Result<Option<Reply>, Fault> {
        match self.check(current)? {
            Some(reply) => Ok(Some(reply)),
            None => Ok(self.app.shelf.find(self.shelf_key, &current.etag).map(Reply::Shelved)),
        }
    }

    /// What drafts of this call's answer are kept under: all that shapes the representation but its version.
    #[must_use]
    pub fn draft_key(&self) -> Vec<u8> {
        let mut parts = [&self.api.name, &self.api.version, &self.method.id, self.base_url].map(str::as_bytes).to_vec();
        parts.extend(self.arguments.iter().flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]));
        shelf::joined(&parts)
    }
}

/// A store's refusal as an answer. What it says may name files, so it goes to the log and not to the caller.
#[must_use]
pub fn store_fault(error: &dak_store::Error) -> Fault {
    tracing::warn!(kind = ?error.kind(), %error, "the store refused");
    match error.kind() {
        ErrorKind::Busy => Fault::unavailable(RETRY_AFTER_S),
        ErrorKind::Conflict => Fault::conflict("The resource was changed by another request at the same time."),
        ErrorKind::Full => Fault::insufficient_storage(),
        ErrorKind::Invalid => Fault::bad_request("invalid", error.to_string()),
        ErrorKind::Unavailable => Fault::internal(),
    }
}
