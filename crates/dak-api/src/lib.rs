//! API descriptions: Discovery documents as routes, parameters, schemas and rules.
//!
//! [`Api::parse`] reads a document; a [`Router`] over several finds the method of a request; [`Method::arguments`]
//! checks its parameters; [`Api::accept_body`] its body. All of it is pure.

mod action;
mod api;
mod arguments;
mod body;
mod builtin;
mod document;
mod method;
mod parameter;
mod router;
#[cfg(test)]
mod sample;
mod scalar;
mod schema;
mod serve;

pub use action::{Action, Collection, Listing, Order, Ordering, PageSize};
pub use api::Api;
pub use arguments::Arguments;
pub use builtin::{Seed, SeedItem, builtin, demo_seed};
pub use document::DocumentError;
pub use method::{MediaUpload, Method};
pub use parameter::{Parameter, Place};
pub use router::{Conflict, Found, Route, Router};
pub use scalar::Scalar;
pub use schema::{Fixed, Form, Object, Property, SchemaId, SchemaShape, Schemas};
pub use serve::directory;
