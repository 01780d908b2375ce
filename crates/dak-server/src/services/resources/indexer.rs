//! What records are found by: pure functions from a record to its index entries, for every described collection.

use std::collections::BTreeMap;
use std::sync::Arc;

use dak_api::{Action, Api, NamedOrder};
use dak_store::{Cursor, Entries, Indexer, Key, Order, OrderKind, Record, TextField, time_key};
use serde_json::Value;

use super::{head, layout};
use crate::services::blogger::index as blogger;
use crate::services::gmail::index as gmail;
use crate::system;

/// The order every collection has: by creation. Hits of a search come in it.
const BY_CREATION: &str = ".created";
/// Tags above this length are kept as their hash.
const TAG_BYTES_MAX: usize = 256;

/// Index entries for the collections of all descriptions, and for the server's own.
#[derive(Debug)]
pub struct ServerIndexer {
    plans: BTreeMap<String, Plan>,
}

/// What the items of one collection are found by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Plan {
    /// What lists can be ordered by without reading them whole.
    ordered: Vec<NamedOrder>,
    /// The paths of members that lists can be narrowed by.
    filtered: Vec<Vec<String>>,
    /// Whether their words can be searched.
    searched: bool,
}

impl ServerIndexer {
    /// The indexer for these descriptions. Those that share data share what it is found by.
    #[must_use]
    pub fn new(apis: &[Arc<Api>]) -> ServerIndexer {
        let mut plans: BTreeMap<String, Plan> = BTreeMap::new();
        for api in apis {
            for method in &api.methods {
                if let Some(collection) = method.action.collection() {
                    let plan = plans.entry(collection.path.to_string()).or_default();
                    plan.add(&method.action);
                }
            }
        }
        ServerIndexer { plans }
    }
}

impl Plan {
    fn add(&mut self, action: &Action) {
        let Action::List(listing) = action else { return };
        let ordered = listing.ordering.iter().flat_map(|ordering| &ordering.named);
        let ordered = ordered.filter(|named| order_name(&named.name) != BY_CREATION);
        extend(&mut self.ordered, ordered);
        extend(&mut self.filtered, listing.member_parameters.iter().map(|member| &member.path));
        self.searched |= listing.search_parameter.is_some();
    }
}

fn extend<'a, T: Clone + PartialEq + 'a>(known: &mut Vec<T>, others: impl IntoIterator<Item = &'a T>) {
    for other in others {
        if !known.contains(other) {
            known.push(other.clone());
        }
    }
}

impl Indexer for ServerIndexer {
    fn orders(&self, collection: &str) -> Vec<Order> {
        if system::is_own(collection) {
            return system::orders();
        }
        if blogger::is_own(collection) {
            return blogger::orders();
        }
        if gmail::is_own(collection) {
            return gmail::orders(collection);
        }
        let members = self.plans.get(collection).into_iter().flat_map(|plan| &plan.ordered);
        let members = members.map(|named| Order { name: named.name.clone(), kind: OrderKind::Bytes });
        std::iter::once(Order::time(BY_CREATION)).chain(members).collect()
    }

    fn entries(&self, key: &Key, head: &[u8], body: &[u8]) -> Entries {
        if system::is_own(&key.collection) {
            return system::entries(key, head, body);
        }
        if blogger::is_own(&key.collection) {
            return blogger::entries(key, head, body);
        }
        if gmail::is_own(&key.collection) {
            return gmail::entries(key, head, body);
        }
        let created = time_key(head::created_ms(head)).to_vec();
        let entries = Entries::default().with_sort(BY_CREATION, created);
        let Some(plan) = self.plans.get(&*key.collection) else { return entries };
        if plan.ordered.is_empty() && plan.filtered.is_empty() {
            return entries;
        }
        let item: Value = serde_json::from_slice(body).unwrap_or_default();
        plan.entries(&item, entries)
    }

    fn entries_body_bytes_max(&self, collection: &str) -> usize {
        if gmail::is_own(collection) { gmail::entries_body_bytes_max(collection) } else { usize::MAX }
    }

    fn text(&self, key: &Key, body: &[u8]) -> Vec<TextField> {
        if blogger::is_own(&key.collection) {
            return blogger::text(key, body);
        }
        if gmail::is_own(&key.collection) {
            return gmail::text(key, body);
        }
        if !self.plans.get(&*key.collection).is_some_and(|plan| plan.searched) {
            return Vec::new();
        }
        let Ok(item) = serde_json::from_slice(body) else { return Vec::new() };
        let mut text = String::new();
        collect_text(&item, &mut text);
        vec![TextField::unnamed(text)]
    }

    fn revision(&self) -> u64 {
        let plans = self.plans.iter().map(|(name, plan)| (name.as_str(), format!("{plan:?}")));
        let own = [("blogger", blogger::REVISION.to_owned()), ("gmail", gmail::REVISION.to_owned())];
        let pairs: Vec<(&str, String)> = plans.chain(own).collect();
        dak_proto::page::fingerprint(pairs.iter().map(|(name, plan)| (*name, plan.as_str())))
    }
}

impl Plan {
    fn entries(&self, item: &Value, mut entries: Entries) -> Entries {
        for named in &self.ordered {
            entries = entries.with_sort(named.name.as_str(), sort_key(Some(named), item));
        }
        for path in &self.filtered {
            let value = path.iter().try_fold(item, |value, name| value.get(name));
            if let Some(value) = value.and_then(as_parameter) {
                entries = entries.with_tag(tag(&path.join("."), &value));
            }
        }
        entries
    }
}

/// What the store calls the order by this member.
pub(super) fn order_name(member: &str) -> &str {
    if layout::CREATED.contains(&member) { BY_CREATION } else { member }
}

/// The place of a record in an order: that by creation, or one that a description names.
pub(super) fn cursor(order: Option<&NamedOrder>, record: &Record) -> Cursor {
    let key = match order.filter(|named| order_name(&named.name) != BY_CREATION) {
        None => time_key(head::created_ms(&record.head)).to_vec(),
        named => sort_key(named, &serde_json::from_slice(&record.body).unwrap_or_default()),
    };
    Cursor { key, id: record.id.to_string() }
}

/// The tag of items whose member has this value.
pub(in crate::services) fn tag(member: &str, value: &str) -> String {
    if value.len() <= TAG_BYTES_MAX {
        return format!("{member}={value}");
    }
    let digest = ring::digest::digest(&ring::digest::SHA256, value.as_bytes());
    format!("{member}#{}", base64_simd::URL_SAFE_NO_PAD.encode_to_string(digest))
}

/// A member's value as a query parameter would say it.
fn as_parameter(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        _ => None,
    }
}

fn sort_key(named: Option<&NamedOrder>, item: &Value) -> Vec<u8> {
    named.and_then(|named| named.member.as_ref()?.value_key(item)).unwrap_or_default()
}

fn collect_text(value: &Value, text: &mut String) {
    match value {
        Value::String(words) => {
            text.push_str(words);
            text.push('\n');
        }
        Value::Array(elements) => elements.iter().for_each(|element| collect_text(element, text)),
        Value::Object(members) => members.values().for_each(|member| collect_text(member, text)),
        _ => {}
    }
}
