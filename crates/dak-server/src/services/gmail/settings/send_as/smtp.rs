//! The server that mail of an address goes out by. What opens it is kept apart and never shown.

use dak_proto::fault::Fault;
use serde_json::{Value, json};

use crate::services::gmail::fault;

/// What is only ever sent.
const SECRETS: [&str; 2] = ["username", "password"];
/// The port of mail without TLS.
const PLAIN_PORT: i64 = 25;

/// Puts what is kept apart back into an address's `smtpMsa`.
pub(super) fn join(value: &mut Value, secrets: &Value) {
    let server = value.get_mut("smtpMsa").and_then(Value::as_object_mut);
    if let (Some(server), Some(secrets)) = (server, secrets.as_object()) {
        server.extend(secrets.clone());
    }
}

/// Takes what is not shown out of an address.
pub(super) fn split(value: &mut Value) -> Value {
    let mut secrets = json!({});
    if let Some(server) = value.get_mut("smtpMsa").and_then(Value::as_object_mut) {
        for (name, secret) in SECRETS.into_iter().filter_map(|name| Some((name, server.shift_remove(name)?))) {
            secrets[name] = secret;
        }
    }
    secrets
}

/// Checks what is said of the server.
///
/// # Errors
/// 400 that names the member.
pub(super) fn check(server: &Value) -> Result<(), Fault> {
    let port = server["port"].as_i64().unwrap_or(0);
    if server["host"].as_str().unwrap_or_default().trim().is_empty() {
        return Err(fault::invalid("Missing smtpMsa.host"));
    }
    match (server["securityMode"].as_str(), port) {
        (_, i64::MIN..=0 | 65536..) => Err(fault::invalid("Invalid smtpMsa.port")),
        (None | Some("securityModeUnspecified"), _) => Err(fault::invalid("Missing smtpMsa.securityMode")),
        (Some("none"), port) if port != PLAIN_PORT => Err(fault::invalid("Invalid smtpMsa.port: without TLS it is 25")),
        _ => Ok(()),
    }
}
