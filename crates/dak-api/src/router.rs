//! From an HTTP method and a path to a method of an API.

mod rest;
mod search;
#[cfg(test)]
mod tests;
mod tree;

use std::borrow::Borrow;
use std::error;
use std::fmt;

use crate::api::Api;
use crate::method::Method;
use crate::router::rest::Rest;
use crate::router::search::Search;
use crate::router::tree::Tree;
use crate::steps::Steps;

/// The methods of several APIs as one tree of path segments: a literal is tried before a variable, and a variable
/// with a verb before one without.
///
/// A `{+name}` whose pattern fixes its segments (`^users/[^/]+$`) is part of the tree; the others are tried in turn
/// after it.
#[derive(Clone, Debug)]
pub struct Router {
    tree: Tree,
    rest: Vec<Rest>,
}

/// What stands at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found<'p> {
    /// This method.
    Route(Route<'p>),
    /// Something, but not by this HTTP method: those it takes.
    WrongMethod(Vec<http::Method>),
    /// Nothing.
    Unknown,
}

/// A method and the variable parts of the path that led to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route<'p> {
    /// The API's place among those the router was made of.
    pub api: usize,
    /// The method's place among the API's.
    pub method: usize,
    /// The values of the template's variables in its order, still percent-encoded.
    pub captures: Vec<&'p str>,
}

/// Two methods that one request could mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The HTTP method and path of both.
    pub path: String,
    /// `NAME:VERSION METHOD-ID` of the one that was there.
    pub first: String,
    /// The same of the other.
    pub second: String,
}

impl Conflict {
    /// Whether one document gives the path to two of its methods, so that it cannot be served at all.
    pub fn is_within_one(&self) -> bool {
        let api = |named: &str| named.split(' ').next().map(str::to_owned);
        api(&self.first) == api(&self.second)
    }
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Conflict { path, first, second } = self;
        write!(f, "{path} is both {first} and {second}")
    }
}

impl error::Error for Conflict {}

/// A method by its places.
#[derive(Clone, Copy, Debug)]
struct Target {
    api: usize,
    method: usize,
}

impl Router {
    /// A router over the methods of all these APIs, at all their service paths.
    ///
    /// # Errors
    /// The first two methods that have the same HTTP method and path.
    pub fn new<A: Borrow<Api>>(apis: &[A]) -> Result<Router, Conflict> {
        let mut router = Router { tree: Tree::new(), rest: Vec::new() };
        let apis: Vec<&Api> = apis.iter().map(Borrow::borrow).collect();
        for (api, description) in apis.iter().enumerate() {
            for service_path in &description.service_paths {
                for (method, _) in description.methods.iter().enumerate() {
                    router.add(&apis, service_path, Target { api, method })?;
                }
            }
        }
        Ok(router)
    }

    /// Finds the method for a path as it came: percent-encoded, without query. HEAD finds what GET finds.
    pub fn find<'p>(&self, http_method: &http::Method, path: &'p str) -> Found<'p> {
        let Some(path) = path.strip_prefix('/') else {
            return Found::Unknown;
        };
        let mut search = Search::new(http_method);
        let in_tree = self.tree.find(path, &mut search);
        let route = in_tree.or_else(|| rest::find(&self.rest, path, &mut search));
        match route {
            Some(route) => Found::Route(route),
            None => search.not_found(),
        }
    }

    fn add(&mut self, apis: &[&Api], service_path: &str, target: Target) -> Result<(), Conflict> {
        let Some(method) = apis.get(target.api).and_then(|api| api.methods.get(target.method)) else {
            return Ok(());
        };
        let steps = Steps::new(service_path, &method.template, &method.parameters);
        let there = match steps.has_rest() {
            false => self.tree.add(&steps, method, target),
            true => rest::add(&mut self.rest, Rest::new(steps, method, target)),
        };
        match there {
            Some(there) => Err(conflict(apis, method, there, target)),
            None => Ok(()),
        }
    }
}

fn conflict(apis: &[&Api], method: &Method, first: Target, second: Target) -> Conflict {
    let name = |target: Target| match apis.get(target.api) {
        Some(api) => {
            let method = api.methods.get(target.method);
            format!("{} {}", api.id(), method.map_or("", |method| &method.id))
        }
        None => String::new(),
    };
    Conflict { path: format!("{} {}", method.http_method, method.template), first: name(first), second: name(second) }
}
