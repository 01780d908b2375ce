//! The rules of an efficient HTTP API, pure: shared by Dak's server and client.

pub mod backoff;
pub mod encoding;
pub mod etag;
pub mod fault;
pub mod fields;
pub mod http_date;
pub mod json;
pub mod override_method;
pub mod page;
pub mod params;
pub mod patch;
pub mod precondition;
pub mod query;
pub mod retry;
pub mod rope;
pub mod template;
