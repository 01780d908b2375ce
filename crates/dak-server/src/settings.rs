//! What an operator may choose: plain data, filled by the command line or by a test.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use dak_proto::encoding::UserAgentRule;
use dak_proto::etag::Comparison;
use dak_proto::media::receiver::Rules;
use dak_proto::media::start::CreatedStatus;

/// Everything a server can be told at its start.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The address to listen on; port 0 picks a free one.
    pub listen: SocketAddr,
    /// Who may call, and under which names.
    pub access: Access,
    /// How callers prove who they are.
    pub authorisation: Authorisation,
    /// The bounds on what a peer controls.
    pub limits: Limits,
    /// When gzip is granted (P1).
    pub gzip_user_agent: UserAgentRule,
    /// How tags in `If-Match` and `If-None-Match` are compared.
    pub comparison: Comparison,
    /// How uploads are taken.
    pub uploads: Uploads,
    /// How mailboxes are kept and shown.
    pub gmail: Gmail,
    /// How much of Gmail a user may ask for; as much as is wanted when absent.
    pub quota: Option<Quota>,
    /// Whether `/_dak/clock`, `/_dak/faults` and the other test controls are there.
    pub test_controls: bool,
    /// What `/_dak/*` must be called with; drawn at the start when absent.
    pub control_token: Option<String>,
    /// What a new store's blogs are: `{"users": […], "blogs": […]}`; a blog with three posts when absent.
    pub seed: Option<serde_json::Value>,
}

/// How uploads are taken.
#[derive(Clone, Copy, Debug, Default)]
pub struct Uploads {
    /// How strictly chunks are taken.
    pub rules: Rules,
    /// With which status a resumable upload ends that made something (U8).
    pub created: CreatedStatus,
}

/// How mailboxes are kept and shown.
#[derive(Clone, Copy, Debug)]
pub struct Gmail {
    /// How long it is known what happened in a mailbox.
    pub history_kept: Duration,
    /// Up to how many results a list counts; of more it says that they are one more.
    pub estimate_max: usize,
}

/// How much of Gmail a user may ask for (G53).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Units that a user has in a minute.
    pub units_per_minute: u64,
    /// How who asks for more is refused.
    pub refusal: QuotaRefusal,
    /// What methods cost in place of the usual, by their ids without `gmail.users.`.
    pub units: BTreeMap<String, u64>,
}

/// The two ways in which Google's servers were seen to refuse who asks for too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuotaRefusal {
    /// 403 `userRateLimitExceeded`.
    Forbidden,
    /// 429 `rateLimitExceeded`.
    TooManyRequests,
}

/// Who may call (DESIGN 3.5): the names this server goes by and the origins it trusts.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// The base URL callers use, without a final slash; otherwise it is derived from each request.
    pub public_url: Option<String>,
    /// Further host names (without port) that requests may bear.
    pub hosts: Vec<String>,
    /// Origins (`https://app.example`) whose pages may call.
    pub origins: Vec<String>,
    /// Peers whose `X-Forwarded-*` headers count.
    pub trusted_proxies: Vec<std::net::IpAddr>,
}

/// How callers prove who they are (P15).
#[derive(Clone, Debug)]
pub struct Authorisation {
    /// The rule.
    pub mode: AuthorisationMode,
    /// Who a caller without a name is, in open mode.
    pub default_user: Arc<str>,
}

/// The two ways of authorising.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthorisationMode {
    /// Any bearer token or none; a token that is an e-mail address names the user.
    Open,
    /// Only tokens made by `dak token create`.
    Tokens,
}

/// The bounds on what a peer controls; each has a flag of the same name.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes of a request's head.
    pub head_bytes_max: usize,
    /// Header fields in a request's head.
    pub headers_max: usize,
    /// Bytes of a request's body as sent.
    pub body_bytes_max: usize,
    /// Bytes of a request's body once its gzip coding is undone.
    pub inflated_bytes_max: usize,
    /// Bytes of one request in a batch.
    pub part_bytes_max: usize,
    /// How deep a JSON body may nest.
    pub json_depth_max: usize,
    /// Time for a request's head to arrive, and for a kept connection to stay idle.
    pub head_timeout: Duration,
    /// Time between two pieces of a request's body.
    pub body_idle_timeout: Duration,
    /// Connections served at once; further ones wait to be accepted.
    pub connections_max: usize,
    /// Bytes of stored records in one page of a list; a page ends early there.
    pub page_bytes_max: usize,
    /// Bytes of finished answers kept for the next request like them.
    pub cache_bytes_max: usize,
    /// Bytes of large bodies that are in memory at once, and as many each of batches, of what bodies say, of mails that are
    /// read again and of large answers; further ones wait.
    pub room_bytes_max: usize,
    /// Time for requests in flight to finish once the server is told to stop.
    pub shutdown_timeout: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            listen: SocketAddr::from(([127, 0, 0, 1], 7070)),
            access: Access::default(),
            authorisation: Authorisation::default(),
            limits: Limits::default(),
            gzip_user_agent: UserAgentRule::Ignore,
            comparison: Comparison::Lenient,
            uploads: Uploads::default(),
            gmail: Gmail::default(),
            quota: None,
            test_controls: false,
            control_token: None,
            seed: None,
        }
    }
}

impl Default for Authorisation {
    fn default() -> Self {
        Authorisation { mode: AuthorisationMode::Open, default_user: "me@example.com".into() }
    }
}

impl Default for Gmail {
    fn default() -> Self {
        Gmail { history_kept: Duration::from_secs(7 * 24 * 60 * 60), estimate_max: 1000 }
    }
}

impl Default for Limits {
    fn default() -> Self {
        const MIB: usize = 1 << 20;
        Limits {
            head_bytes_max: 64 << 10,
            headers_max: 100,
            body_bytes_max: 10 * MIB,
            inflated_bytes_max: 32 * MIB,
            part_bytes_max: 5 * MIB,
            json_depth_max: 100,
            head_timeout: Duration::from_secs(60),
            body_idle_timeout: Duration::from_secs(30),
            connections_max: 10_000,
            page_bytes_max: 4 * MIB,
            cache_bytes_max: 32 * MIB,
            room_bytes_max: 512 * MIB,
            shutdown_timeout: Duration::from_secs(10),
        }
    }
}
