//! The scopes that this program's own descriptions name.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use dak_api::{Api, builtin};

use super::EVERY_SCOPE;
use crate::services::free_form;

/// What Google's scopes begin with.
const GOOGLE: &str = "https://www.googleapis.com/auth/";

/// A scope by the name that requests are checked for, from that or from what is behind `/auth/` in it; `None` if no
/// description that comes with the program names it. One that is served beside them still may.
#[must_use]
pub fn full_name(scope: &str) -> Option<String> {
    let known = known();
    let names = [scope.to_owned(), format!("{GOOGLE}{scope}")];
    names.into_iter().find(|name| name == EVERY_SCOPE || known.contains(name))
}

fn known() -> BTreeSet<String> {
    let documents = builtin().into_iter().chain([free_form::DOCUMENT]);
    let methods = documents.filter_map(|document| Api::parse(document).ok()).flat_map(|api| api.methods);
    methods.flat_map(|method| method.scopes).collect()
}
