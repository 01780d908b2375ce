//! The rules of an efficient HTTP API, pure: shared by Dak's server and client.

pub mod fault;
