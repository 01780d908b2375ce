//! What lets others act as the user: it stays with the origin it was meant for, and is neither shown nor put away.
//!
//! ```
//! use dak_proto::secrets;
//!
//! assert!(secrets::is_header("X-Auth-Token") && !secrets::is_header("X-Request-Id"));
//! assert_eq!(secrets::without("alt=media&key=k").as_deref(), Some("alt=media"));
//! ```

#[cfg(test)]
mod tests;

use crate::query::name_of;

/// Headers whose values are credentials, in lower case: those of HTTP, and what APIs commonly use beside them.
pub const HEADERS: [&str; 8] = [
    "authorization",
    "cookie",
    "proxy-authorization",
    "x-access-token",
    "x-api-key",
    "x-api-token",
    "x-auth-token",
    "x-goog-api-key",
];

/// Parameters of a query whose values are credentials, in lower case.
pub const PARAMETERS: [&str; 9] =
    ["access_token", "api_key", "apikey", "auth_token", "client_secret", "key", "oauth_token", "password", "token"];

/// Whether the header of this name, in letters of any case, holds a credential.
pub fn is_header(name: &str) -> bool {
    HEADERS.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Whether the parameter of this name, decoded and in letters of any case, holds a credential.
pub fn is_parameter(name: &str) -> bool {
    PARAMETERS.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// The parameter that opens an upload's session (`U7`): a credential for that alone, which is part of its URI.
pub const UPLOAD_ID: &str = "upload_id";

/// What stands in place of a secret where the rest is shown.
pub const HIDDEN: &str = "(hidden)";

/// A URL, or any text that may be one, with the values of credentials and the id of an upload hidden, however their names are
/// encoded.
pub fn hidden(text: &str) -> String {
    let Some((start, query)) = text.split_once('?') else { return text.to_owned() };
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, _)) if is_secret(pair) => format!("{name}={HIDDEN}"),
        _ => pair.to_owned(),
    });
    format!("{start}?{}", pairs.collect::<Vec<_>>().join("&"))
}

fn is_secret(pair: &str) -> bool {
    let name = name_of(pair);
    is_parameter(&name) || name == UPLOAD_ID
}

/// A query without its credentials, the rest as it stands; `None` if nothing is left.
pub fn without(query: &str) -> Option<String> {
    let is_open = |pair: &&str| form_urlencoded::parse(pair.as_bytes()).all(|(name, _)| !is_parameter(&name));
    let pairs: Vec<&str> = query.split('&').filter(is_open).collect();
    (!pairs.is_empty()).then(|| pairs.join("&"))
}
