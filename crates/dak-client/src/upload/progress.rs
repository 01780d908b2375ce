//! How far an upload is, for whoever watches it.

use std::time::Duration;

/// How far an upload is. Counts are of media, from its first byte, and in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UploadProgress {
    /// What the server has said it keeps. Sent whole, media is kept at its end and not before.
    pub kept: u64,
    /// What was given to the connection. It falls back when something was lost on the way.
    pub passed: u64,
    /// The length of the whole, once it is known.
    pub length: Option<u64>,
    /// How often something went wrong and was tried again.
    pub retries: u32,
    /// What is being done.
    pub phase: UploadPhase,
}

/// What an upload is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UploadPhase {
    /// A session is being asked for.
    Starting,
    /// Media is on its way.
    Sending,
    /// The server is being asked how much it has.
    Asking,
    /// What the server has is being compared with what there is here.
    Checking,
    /// Something went wrong, and a while is let go by.
    Waiting {
        /// How long.
        wait: Duration,
        /// What went wrong, and which rule gave the wait.
        why: String,
    },
    /// The upload begins again from its first byte.
    Restarting {
        /// The reason, one plain sentence without a full stop.
        why: String,
    },
    /// The server has it all.
    Done,
}
