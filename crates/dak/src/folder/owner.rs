//! Who owns a folder.

use std::path::Path;

use serde_json::{Value, json};

use crate::error::Error;

/// The process that has a folder open, as it wrote itself into the lock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Owner {
    /// The process's id.
    pub(crate) process: u32,
    /// The base URL of its control desk; empty while it is starting, and for a command.
    pub(crate) desk: String,
    /// What the desk must be called with.
    pub(crate) token: String,
}

impl Owner {
    /// Reads what stands in a lock; nothing of it may be there.
    pub(crate) fn parse(text: &str) -> Owner {
        let value: Value = serde_json::from_str(text).unwrap_or_default();
        let member = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
        let process = value["process"].as_u64().and_then(|id| u32::try_from(id).ok()).unwrap_or_default();
        Owner { process, desk: member("desk"), token: member("token") }
    }

    /// What the owner writes into its lock.
    pub(crate) fn text(&self) -> String {
        json!({"process": self.process, "desk": self.desk, "token": self.token}).to_string()
    }

    /// Why a second server cannot serve the folder.
    pub(super) fn is_serving(&self, folder: &Path) -> Error {
        let at = if self.desk.is_empty() { String::new() } else { format!(" at {}", self.desk) };
        Error::failure(format!(
            "the data in {} is in use by process {}{at}; stop it, or use another folder with --data",
            folder.display(),
            self.process
        ))
    }
}
