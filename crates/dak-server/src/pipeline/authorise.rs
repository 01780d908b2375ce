//! Who calls, and whether the token's scopes allow this method (P15).

use std::collections::BTreeSet;
use std::sync::Arc;

use dak_api::Method as ApiMethod;
use dak_proto::fault::Fault;
use dak_proto::params::Standard;
use http::header::{self, HeaderMap, HeaderValue};

use crate::app::App;
use crate::pipeline::route::Routed;
use crate::services::auth;
use crate::settings::AuthorisationMode;

/// Who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// An e-mail address; empty for an anonymous caller.
    pub user: Arc<str>,
    /// Whether the caller said so. In open mode who does not is nobody in particular, and may be anybody.
    pub is_named: bool,
    /// The scopes of the caller's token; `None` where tokens have none, and allow everything.
    pub scopes: Option<Arc<BTreeSet<String>>>,
}

impl Principal {
    /// A caller who has only an API key: it is nobody, and can be nobody else.
    #[must_use]
    pub fn anonymous() -> Principal {
        Principal { user: Arc::from(""), is_named: true, scopes: Some(Arc::default()) }
    }

    /// The scopes as one text, so that answers are kept for those alone who may see the same.
    #[must_use]
    pub fn scope_text(&self) -> String {
        let scopes = self.scopes.iter().flat_map(|scopes| scopes.iter().map(String::as_str));
        scopes.collect::<Vec<_>>().join(" ")
    }

    /// Whether nobody knows who calls.
    #[must_use]
    pub fn is_anonymous(&self) -> bool {
        self.user.is_empty()
    }
}

/// Why a caller may not call a method (RFC 6750 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No token was sent: 401.
    NoToken,
    /// The token is unknown, revoked or expired: 401.
    InvalidToken,
    /// The token has none of the method's scopes: 403.
    InsufficientScope,
}

impl Refusal {
    /// The refusal in the server's own words, with the challenge that goes with it.
    #[must_use]
    pub fn fault(self, method: &ApiMethod) -> Fault {
        match self {
            Refusal::NoToken => login_required(),
            Refusal::InvalidToken => invalid_token(),
            Refusal::InsufficientScope => insufficient_scope(&method.scopes),
        }
    }
}

/// Finds the caller behind a request, and refuses one that may not call this method.
///
/// # Errors
/// 401 without a valid token where one is needed, 403 for a token without a scope of the method, or for a JSONP
/// call that a foreign page could have made.
pub async fn principal(
    app: &App,
    headers: &HeaderMap,
    standard: &Standard,
    routed: &Routed<'_, '_>,
) -> Result<Principal, Fault> {
    let bearer = bearer(headers);
    let token = bearer.or(standard.query_token());
    match app.settings.authorisation.mode {
        AuthorisationMode::Open => {
            if standard.callback.is_some() && bearer.is_none() {
                return Err(script_without_token());
            }
            Ok(open(app, token))
        }
        // What the server says of itself is for everyone; a described method that names no scope needs a token all the same.
        AuthorisationMode::Tokens if routed.is_public() && token.is_none() => Ok(open(app, None)),
        AuthorisationMode::Tokens if token.is_none() && has_key(standard, routed) => Ok(Principal::anonymous()),
        AuthorisationMode::Tokens => known(app, token, routed).await,
    }
}

/// The bearer token of a request's `Authorization` header, if it has one.
#[must_use]
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim()).filter(|token| !token.is_empty())
}

/// In open mode a token that is an e-mail address is that user; any other, or none, is the default user.
fn open(app: &App, token: Option<&str>) -> Principal {
    let named = token.filter(|token| is_address(token)).map(Arc::from);
    let default_user = || Arc::clone(&app.settings.authorisation.default_user);
    Principal { is_named: named.is_some(), user: named.unwrap_or_else(default_user), scopes: None }
}

/// Whether there is an API key, and it is enough. Any text is one: it says who is to be counted, and opens nothing that
/// is not for everyone. To a script of a foreign page it opens nothing at all.
fn has_key(standard: &Standard, routed: &Routed<'_, '_>) -> bool {
    standard.key.is_some() && standard.callback.is_none() && routed.service.takes_key(routed.method)
}

fn is_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.len() > 2 && !domain.contains('@'))
}

async fn known(app: &App, token: Option<&str>, routed: &Routed<'_, '_>) -> Result<Principal, Fault> {
    let refused = |refusal: Refusal| routed.service.refuse(refusal, routed.method);
    let token = token.ok_or_else(|| refused(Refusal::NoToken))?;
    let grant = auth::find(app, token).await?.ok_or_else(|| refused(Refusal::InvalidToken))?;
    if grant.allows(&routed.method.scopes) {
        Ok(Principal { user: grant.user.into(), is_named: true, scopes: Some(grant.scopes) })
    } else {
        Err(refused(Refusal::InsufficientScope))
    }
}

/// 401 for a caller who must say who calls.
#[must_use]
pub fn login_required() -> Fault {
    let fault = Fault::unauthorized("The request has no credentials. Send a token: Authorization: Bearer TOKEN.");
    challenge(fault, "Bearer realm=\"dak\"".to_owned())
}

fn invalid_token() -> Fault {
    let fault = Fault::unauthorized("The request's token is not valid: it is unknown, revoked or expired.");
    challenge(fault, "Bearer realm=\"dak\", error=\"invalid_token\"".to_owned())
}

fn insufficient_scope(scopes: &[String]) -> Fault {
    let fault = Fault::forbidden("insufficientPermissions", "Request had insufficient authentication scopes.");
    challenge(fault, format!("Bearer realm=\"dak\", error=\"insufficient_scope\", scope=\"{}\"", scopes.join(" ")))
}

fn script_without_token() -> Fault {
    let message =
        "A callback needs a token in the Authorization header, so that no foreign page's script can read the answer.";
    Fault::forbidden("forbidden", message)
}

/// The fault with this `WWW-Authenticate` and no other.
pub(crate) fn challenge(mut fault: Fault, value: String) -> Fault {
    if let Ok(value) = HeaderValue::from_str(&value) {
        fault.headers.retain(|(name, _)| name != header::WWW_AUTHENTICATE);
        fault.headers.push((header::WWW_AUTHENTICATE, value));
    }
    fault
}
