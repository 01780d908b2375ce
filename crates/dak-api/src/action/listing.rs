//! How a list is paged and narrowed.

mod members;
mod ordering;
#[cfg(test)]
mod tests;

use crate::action::Collection;
use crate::arguments::Arguments;
use crate::method::Method;
use crate::parameter::{Parameter, Place};
use crate::schema::{Object, SchemaId, Schemas};

pub use members::MemberParameter;
pub use ordering::{NamedOrder, Order, Ordering};

/// The items of a page where the document does not say.
const PAGE_ITEMS_DEFAULT: usize = 100;

/// The most items of a page where the document does not say.
const PAGE_ITEMS_MAX: usize = 1000;

/// What a list method does.
#[derive(Clone, Debug)]
pub struct Listing {
    /// What it lists.
    pub collection: Collection,
    /// The member of the response that holds the items.
    pub items_member: String,
    /// What the items are there, where a list shows less of them than get.
    pub shown: SchemaId,
    /// How many items a page has.
    pub page_size: PageSize,
    /// The parameter that says where a page begins (`P6`).
    pub token_parameter: Option<String>,
    /// The member of the response that says where the next page begins.
    pub token_member: Option<String>,
    /// The member of the response that says where the page before begins.
    pub previous_member: Option<String>,
    /// In which order the items come; `None` means the collection's own.
    pub ordering: Option<Ordering>,
    /// The parameter with words that must stand in an item, or with what members must be.
    pub search_parameter: Option<String>,
    /// The parameter that says what members must be (AIP-160).
    pub filter_parameter: Option<String>,
    /// The parameter that says which items, by their ids.
    pub ids_parameter: Option<String>,
    /// Parameters that name a member of the item and say what it must be.
    pub member_parameters: Vec<MemberParameter>,
}

impl Listing {
    pub(crate) fn new(
        method: &Method,
        response: &Object,
        (items_member, shown): (String, SchemaId),
        collection: Collection,
        schemas: &Schemas,
    ) -> Listing {
        let has = |name: &str| method.parameter(name).map(|parameter| parameter.name.clone());
        let free_text = |name: &str| method.parameter(name).and_then(free_text);
        let token_parameter = has("pageToken");
        let token_member = response.property("nextPageToken").map(|member| member.name.clone());
        let mut page_size = PageSize::of(method);
        if token_parameter.is_none() || token_member.is_none() {
            // What is not on the first page could not be asked for.
            page_size.default = page_size.max;
        }
        let shape = schemas.shape(collection.item);
        let ordering = ["orderBy", "order_by"].iter().find_map(|name| method.parameter(name));
        let mut listing = Listing {
            items_member,
            shown,
            page_size,
            token_parameter,
            token_member,
            previous_member: response.property("prevPageToken").map(|member| member.name.clone()),
            ordering: ordering.and_then(|parameter| Ordering::of(parameter, &shape)),
            search_parameter: has("q").or_else(|| free_text("query")),
            filter_parameter: free_text("filter"),
            ids_parameter: members::ids_parameter(method, &collection),
            member_parameters: Vec::new(),
            collection,
        };
        listing.member_parameters = members::member_parameters(method, &listing, schemas);
        listing
    }

    /// The query parameters that have an effect.
    pub(crate) fn parameters(&self) -> Vec<&str> {
        let named = [
            &self.token_parameter,
            &self.page_size.parameter,
            &self.search_parameter,
            &self.filter_parameter,
            &self.ids_parameter,
        ];
        let ordering = self.ordering.iter().map(|ordering| ordering.parameter.as_str());
        let members = self.member_parameters.iter().map(|member| member.parameter.as_str());
        named.into_iter().flatten().map(String::as_str).chain(ordering).chain(members).collect()
    }

    /// The ids of the items that a request asks for, each once, in the order they came: repeated, or between commas.
    pub fn ids<'a>(&self, arguments: &'a Arguments<'_>) -> Option<Vec<&'a str>> {
        let name = self.ids_parameter.as_deref()?;
        let mut ids: Vec<&str> = Vec::new();
        let mut is_asked = false;
        for value in arguments.all(name) {
            is_asked = true;
            let named = value.split(',').map(str::trim).filter(|id| !id.is_empty());
            for id in named.filter_map(|id| self.collection.id_in(id, arguments)) {
                if !ids.contains(&id) {
                    ids.push(id);
                }
            }
        }
        is_asked.then_some(ids)
    }

    /// Members of the item and what they may be, as a request asks.
    pub fn filters<'a>(
        &'a self,
        arguments: &'a Arguments<'_>,
    ) -> impl Iterator<Item = (&'a MemberParameter, Vec<&'a str>)> {
        // A default says what the server does by itself; what it means is not told.
        let given = |member: &'a MemberParameter| (member, arguments.all(&member.parameter).collect::<Vec<_>>());
        self.member_parameters.iter().map(given).filter(|(_, values)| !values.is_empty())
    }
}

/// How many items a page has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageSize {
    /// The parameter that says so.
    pub parameter: Option<String>,
    /// How many there are when it does not.
    pub default: usize,
    /// How many there are at most.
    pub max: usize,
}

impl PageSize {
    fn of(method: &Method) -> PageSize {
        let parameter = method.parameters.iter().find(|parameter| parameter.is_page_size());
        let declared = |parameter: &Parameter| {
            let max = parameter.scalar.integer_max().filter(|max| *max < i128::from(i32::MAX))?;
            usize::try_from(max).ok()
        };
        let max = parameter.and_then(declared).unwrap_or(PAGE_ITEMS_MAX).max(1);
        let default = parameter.and_then(|parameter| parameter.default.as_ref()?.parse().ok());
        PageSize {
            parameter: parameter.map(|parameter| parameter.name.clone()),
            default: default.unwrap_or(PAGE_ITEMS_DEFAULT).clamp(1, max),
            max,
        }
    }

    /// How many items a request wants: 0 means the default, more than the most means the most.
    pub fn items(&self, arguments: &Arguments<'_>) -> usize {
        let asked = self.parameter.as_deref().and_then(|name| arguments.unsigned(name));
        match asked.map(|asked| usize::try_from(asked).unwrap_or(self.max)) {
            None | Some(0) => self.default,
            Some(asked) => asked.min(self.max),
        }
    }
}

fn free_text(parameter: &Parameter) -> Option<String> {
    let is_free = parameter.place == Place::Query && !parameter.repeated && parameter.scalar.is_free_text();
    is_free.then(|| parameter.name.clone())
}
