//! How a list is paged, ordered and narrowed.

use crate::action::Collection;
use crate::arguments::Arguments;
use crate::method::Method;
use crate::parameter::{Parameter, Place};
use crate::schema::{Form, Object, SchemaId, Schemas};

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
    /// The parameter with words that must stand in an item.
    pub search_parameter: Option<String>,
    /// The parameter that says what members must be (AIP-160).
    pub filter_parameter: Option<String>,
    /// Parameters that name a member of the item and say what it must be.
    pub filter_parameters: Vec<String>,
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
        let token_parameter = has("pageToken");
        let token_member = response.property("nextPageToken").map(|member| member.name.clone());
        let mut page_size = PageSize::of(method);
        if token_parameter.is_none() || token_member.is_none() {
            // What is not on the first page could not be asked for.
            page_size.default = page_size.max;
        }
        Listing {
            items_member,
            shown,
            page_size,
            token_parameter,
            token_member,
            previous_member: response.property("prevPageToken").map(|member| member.name.clone()),
            ordering: method.parameter("orderBy").and_then(Ordering::of),
            search_parameter: has("q"),
            filter_parameter: method.parameter("filter").and_then(free_text),
            filter_parameters: filters(method, &collection, schemas),
            collection,
        }
    }

    /// The order a request asks for, or the default one.
    pub fn order<'a>(&self, arguments: &'a Arguments<'_>) -> Option<Order<'a>> {
        let ordering = self.ordering.as_ref()?;
        arguments.text(&ordering.parameter).map(Order::parse)
    }

    /// Members of the item and what they must be, as a request asks.
    pub fn filters<'a>(&'a self, arguments: &'a Arguments<'_>) -> impl Iterator<Item = (&'a str, &'a str)> {
        // A default says what the server does by itself; what it means is not told.
        let given = |name: &'a String| Some((name.as_str(), arguments.all(name).next()?));
        self.filter_parameters.iter().filter_map(given)
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

/// The orders a list has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ordering {
    /// The parameter that picks one.
    pub parameter: String,
    /// The members to order by, each once; the first is the default.
    pub members: Vec<String>,
}

impl Ordering {
    fn of(parameter: &Parameter) -> Option<Ordering> {
        let values = parameter.default.iter().chain(parameter.scalar.values());
        let mut members: Vec<String> = Vec::new();
        for value in values {
            let member = Order::parse(value).member;
            if !members.iter().any(|known| known == member) {
                members.push(member.to_owned());
            }
        }
        (!members.is_empty()).then(|| Ordering { parameter: parameter.name.clone(), members })
    }
}

/// An order: by a member, forwards or backwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order<'a> {
    /// The member's name.
    pub member: &'a str,
    /// Whether the largest comes first.
    pub descending: bool,
}

impl<'a> Order<'a> {
    /// Reads `member`, `member asc` or `member desc` (AIP-132).
    pub fn parse(text: &'a str) -> Order<'a> {
        let mut words = text.split_ascii_whitespace();
        Order { member: words.next().unwrap_or_default(), descending: words.next() == Some("desc") }
    }
}

fn free_text(parameter: &Parameter) -> Option<String> {
    let is_free = !parameter.repeated && parameter.scalar.is_free_text();
    is_free.then(|| parameter.name.clone())
}

fn filters(method: &Method, collection: &Collection, schemas: &Schemas) -> Vec<String> {
    let Some(item) = schemas.object(collection.item) else {
        return Vec::new();
    };
    let is_member = |parameter: &&Parameter| {
        if parameter.name == "filter" {
            return false;
        }
        let property = item.property(&parameter.name);
        let form = property.map(|property| schemas.form(property.schema));
        parameter.place == Place::Query && matches!(form, Some(Form::Scalar(_)))
    };
    let named = method.parameters.iter().filter(is_member);
    named.map(|parameter| parameter.name.clone()).collect()
}
