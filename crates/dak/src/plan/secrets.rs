//! What is not shown unless `--show-secrets` says so.

use dak_proto::secrets;

/// What stands in place of a secret.
const HIDDEN: &str = "REDACTED";

/// The parameter of a session's URI, with which anybody can write to the upload.
const SESSION: &str = "upload_id";

/// The value of a header with its secret hidden; the scheme of `Authorization` stays.
pub(crate) fn header(name: &str, value: &str) -> String {
    if !secrets::is_header(name) {
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
        Some((name, _)) if name == SESSION || secrets::is_parameter(name) => format!("{name}={HIDDEN}"),
        _ => pair.to_owned(),
    }
}
