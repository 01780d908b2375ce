//! API descriptions: Discovery documents as routes, parameters, schemas and rules. Pure, as dak-proto is.
//!
//! | step of a request | here |
//! |---|---|
//! | a document is read, once | [`Api::parse`] |
//! | path → method | [`Router::find`] |
//! | path and query → checked values | [`Method::arguments`] |
//! | mask → checked | [`Api::shape`] |
//! | body → checked, in canonical form | [`Api::accept_body`], and [`Api::check_merged`] behind a patch |
//! | what the method does | [`Method::action`], and how much of it [`Method::verdict`] |
//! | what people say it does | [`Rules`], [`Api::ruled`] |
//! | the document for clients | [`Api::document`], [`directory`] |
//!
//! ```
//! use dak_api::{Api, Found, Router, builtin};
//! use dak_proto::query::Query;
//! use http::Method;
//!
//! let [demo, ..] = builtin();
//! let apis = [Api::parse(demo)?];
//! let router = Router::new(&apis)?;
//! let Found::Route(route) = router.find(&Method::GET, "/demo/v1/324") else {
//!     panic!("the demo API has items");
//! };
//! let method = &apis[route.api].methods[route.method];
//! let query = Query::parse("fields=title")?;
//! let arguments = method.arguments(&route.captures, &query)?;
//! assert_eq!(method.id, "demo.items.get");
//! assert_eq!(arguments.text("id"), Some("324"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod action;
mod api;
mod arguments;
mod body;
mod builtin;
mod document;
mod method;
mod moment;
mod nearest;
mod parameter;
mod router;
mod rules;
#[cfg(test)]
mod sample;
mod scalar;
mod schema;
mod serve;
mod steps;
mod verdict;
mod yaml;

pub use action::{
    Action, Change, Collection, ETAG, IdMember, Keeping, Listing, MEDIA_MEMBERS, MemberParameter, NamePart, NamedOrder,
    Operation, Order, Ordering, Outcome, PageSize, Parent, Slot, Source, Tagged,
};
pub use api::Api;
pub use arguments::Arguments;
pub use builtin::{Seed, SeedItem, builtin, demo_seed};
pub use document::DocumentError;
pub use method::{MediaUpload, Method, REQUEST_ID};
pub use moment::moment;
pub use parameter::{Parameter, Place};
pub use router::{Conflict, Found, Route, Router};
pub use rules::{Act, Asked, Assignment, Condition, Effect, Expression, Rule, Rules, Scope};
pub use scalar::Scalar;
pub use schema::{Event, Fixed, Form, Object, Property, SchemaId, SchemaShape, Schemas, TimeForm, TimeMember};
pub use serve::directory;
pub use verdict::Verdict;
pub use yaml::{YamlError, parse_yaml};
