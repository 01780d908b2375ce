//! Dak's HTTP server: one road for every API.
//!
//! A request passes the steps of [`pipeline`] in order; at their end a [service](services) carries it out over a
//! [store](dak_store::Records). [`App`] is the server as a value; [`Listening`] gives it connections.
//!
//! | module | what it holds |
//! |---|---|
//! | [`pipeline`] | the road: origin, override, route, parameters, authorisation, body, service, encoding |
//! | `uploads`, `batch` | beside it: media on its way in, many requests in one |
//! | [`services`] | what lies at its end: resources over any description, descriptions, free-form JSON, tokens |
//! | [`control`] | `/_dak/…`: what operators and tests may do |
//! | `http` | the wire; the only place that knows hyper's types |
//! | [`settings`] | what an operator may choose |
//!
//! The server does not know which engine is behind the store's trait.

pub mod app;
mod batch;
pub mod body;
pub mod clock;
pub mod control;
mod http;
mod ids;
mod lasting;
mod log;
pub mod media;
pub mod metrics;
pub mod pages;
pub mod pipeline;
mod random;
pub mod reply;
pub mod room;
pub mod services;
pub mod settings;
pub mod shelf;
pub mod system;
pub mod upkeep;
pub mod uploads;

pub use app::App;
pub use http::{Listening, StartError};
pub use settings::Settings;
