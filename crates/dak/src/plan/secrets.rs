//! What is not shown unless `--show-secrets` says so.

/// What stands in place of a secret.
const HIDDEN: &str = "REDACTED";

/// Headers whose values let others act as the user.
const HEADERS: [&str; 5] = ["authorization", "cookie", "proxy-authorization", "x-api-key", "x-goog-api-key"];

/// Query parameters that do.
const PARAMETERS: [&str; 3] = ["access_token", "key", "upload_id"];

/// The value of a header with its secret hidden; the scheme of `Authorization` stays.
pub(crate) fn header(name: &str, value: &str) -> String {
    if !HEADERS.contains(&name.to_ascii_lowercase().as_str()) {
        return value.to_owned();
    }
    match value.split_once(' ') {
        Some((scheme, _)) if name.to_ascii_lowercase().ends_with("authorization") => format!("{scheme} {HIDDEN}"),
        _ => HIDDEN.to_owned(),
    }
}

/// A URL, or the target of a request, with the secrets of its query hidden.
pub(crate) fn url(url: &str) -> String {
    let Some((path, query)) = url.split_once('?') else { return url.to_owned() };
    let pairs: Vec<String> = query.split('&').map(parameter).collect();
    format!("{path}?{}", pairs.join("&"))
}

fn parameter(pair: &str) -> String {
    match pair.split_once('=') {
        Some((name, _)) if PARAMETERS.contains(&name) => format!("{name}={HIDDEN}"),
        _ => pair.to_owned(),
    }
}
