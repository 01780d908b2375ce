//! What tokens allow, and how Gmail refuses those who have none, a bad one, or one that allows too little (G51, G52).

#[cfg(test)]
mod tests;

use dak_api::Method;
use dak_proto::etag::Etag;
use dak_proto::fault::Fault;
use http::HeaderValue;
use http::header::WWW_AUTHENTICATE;
use serde_json::{Value, json};

use crate::pipeline::authorise::{Refusal, challenge};
use crate::reply::Version;
use crate::services::Call;
use crate::services::auth::EVERY_SCOPE;

/// Scopes that show ids, labels and header fields, and no text.
const METADATA: [&str; 2] = [
    "https://www.googleapis.com/auth/gmail.metadata",
    "https://www.googleapis.com/auth/gmail.addons.current.message.metadata",
];
/// Where tokens come from, in Google's words.
const REALM: &str = "Bearer realm=\"https://accounts.google.com/\"";
/// The end of both sentences of 401.
const EXPECTED: &str = "Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.";

/// Whether the caller's token allows this method by a scope that shows no text, and by no other.
pub(super) fn is_metadata_only(call: &Call<'_>) -> bool {
    let Some(granted) = &call.principal.scopes else { return false };
    let mut used = call.method.scopes.iter().filter(|scope| granted.contains(*scope)).peekable();
    let is_used = used.peek().is_some();
    is_used && !granted.contains(EVERY_SCOPE) && used.all(|scope| METADATA.contains(&scope.as_str()))
}

/// The version of what is shown, told apart from that of what other tokens are shown of it.
pub(super) fn version(call: &Call<'_>, whole: Version) -> Version {
    match is_metadata_only(call) {
        true => Version { etag: Etag::from_bytes(format!("metadata {}", whole.etag.opaque()).as_bytes()), ..whole },
        false => whole,
    }
}

/// Refuses what a token that shows no text cannot be asked for: a search in the text, the text.
///
/// # Errors
/// 403 in Google's words.
pub(super) fn check(call: &Call<'_>) -> Result<(), Fault> {
    if !is_metadata_only(call) {
        return Ok(());
    }
    if call.arguments.text("q").is_some_and(|q| !q.is_empty()) {
        return Err(Fault::forbidden("forbidden", "Metadata scope does not support 'q' parameter"));
    }
    match call.arguments.text("format") {
        Some(format @ ("full" | "raw")) => {
            let format = format.to_ascii_uppercase();
            Err(Fault::forbidden("forbidden", format!("Metadata scope doesn't allow format {format}")))
        }
        _ => Ok(()),
    }
}

/// A refusal word for word as Gmail's clients know it.
pub(super) fn refused(refusal: Refusal, method: &Method) -> Fault {
    match refusal {
        Refusal::NoToken => {
            let message = format!("Request is missing required authentication credential. {EXPECTED}");
            Fault::new(401, "required", message)
                .at_header("Authorization")
                .with_header(WWW_AUTHENTICATE, HeaderValue::from_static(REALM))
                .with_detail(info("CREDENTIALS_MISSING", method))
        }
        Refusal::InvalidToken => {
            let message = format!("Request had invalid authentication credentials. {EXPECTED}");
            let fault = Fault::new(401, "authError", message).at_header("Authorization");
            challenge(fault, format!("{REALM}, error=\"invalid_token\""))
        }
        Refusal::InsufficientScope => {
            let message = "Request had insufficient authentication scopes.";
            let fault = Fault::forbidden("insufficientPermissions", message)
                .with_detail(info("ACCESS_TOKEN_SCOPE_INSUFFICIENT", method));
            let scopes = method.scopes.join(" ");
            challenge(fault, format!("{REALM}, error=\"insufficient_scope\", scope=\"{scopes}\""))
        }
    }
}

/// `google.rpc.ErrorInfo`.
fn info(reason: &str, method: &Method) -> Value {
    json!({
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": reason,
        "domain": "googleapis.com",
        "metadata": {"service": "gmail.googleapis.com", "method": inner_name(&method.id)},
    })
}

/// The name that Google's errors give a method: its verb, then its noun, which is one thing unless it is a list.
/// `GetProfile`, `ListMessages` and `CreateDraft` were seen; the others are made alike.
fn inner_name(id: &str) -> String {
    let mut words: Vec<&str> = id.split('.').skip(2).collect();
    let verb = words.pop().unwrap_or_default();
    let noun = words.pop().unwrap_or_default();
    let noun = match (verb, noun.strip_suffix('s')) {
        ("list" | "batchModify" | "batchDelete", _) | (_, None) => noun,
        (_, Some(one)) => one,
    };
    format!("caribou.api.proto.MailboxService.{}{}", capital(verb), capital(noun))
}

fn capital(word: &str) -> String {
    let mut rest = word.chars();
    rest.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + rest.as_str())
}
