//! What a request says: of an item, and of the change it asks for.

use dak_api::{Action, Change, REQUEST_ID, Source};
use dak_proto::fault::Fault;
use dak_proto::update_mask::{UnknownPath, UpdateMask};
use serde_json::{Map, Value, json};

use crate::services::Call;
use crate::services::idempotency::{self, Repeatable};

/// What a change says of itself. Take it before the body is used up.
pub(super) struct About {
    /// The tag of the version it is about.
    pub(super) tag: Option<String>,
    /// What it is known by when it is repeated.
    pub(super) repeatable: Option<Repeatable>,
}

impl About {
    pub(super) fn of(call: &Call<'_>, change: &Change) -> Result<About, Fault> {
        Ok(About { tag: tag(call, change), repeatable: repeatable(call)? })
    }
}

/// What was sent with a change, checked.
pub(super) struct Sent {
    /// The item's members, without those that the server sets.
    pub(super) item: Map<String, Value>,
    /// The id for a new one.
    pub(super) new_id: Option<String>,
    /// Which members are changed.
    pub(super) mask: Option<String>,
}

impl Sent {
    pub(super) fn take(call: &mut Call<'_>, change: &Change) -> Result<Sent, Fault> {
        let blank =
            || if call.arrived.is_some() { call.api.blank_body(call.method, call.arguments) } else { json!({}) };
        let body = call.body.take().unwrap_or_else(blank);
        Sent::of(call, body, change)
    }

    /// What a body says, checked.
    pub(super) fn of(call: &Call<'_>, body: Value, change: &Change) -> Result<Sent, Fault> {
        let accepted = match call.method.action.shape() {
            Action::Insert(_) => call.api.accept_filled(call.method, body, call.arguments),
            _ => call.api.accept_body(call.method, body),
        };
        let mut body = object(accepted?)?;
        let (new_id, mask) = (said(call, change.new_id.as_ref(), &body), said(call, change.mask.as_ref(), &body));
        let alike = change.keeping.as_ref().and_then(|keeping| keeping.alike.as_ref());
        let item = match (&change.item_member, alike) {
            (Some(member), _) => object(body.remove(member).unwrap_or_else(|| json!({})))?,
            (None, Some(alike)) => body.into_iter().filter(|(name, _)| alike.contains(name)).collect(),
            (None, None) => body,
        };
        Ok(Sent { item, new_id, mask })
    }
}

/// What a request says of its new item beside it.
pub(super) fn said<'a>(call: &'a Call<'_>, source: Option<&Source>, body: &Map<String, Value>) -> Option<String> {
    let text: Option<&'a str> = match source? {
        Source::Query(name) => call.arguments.text(name),
        Source::Body(name) => return body.get(name).and_then(Value::as_str).map(str::to_owned),
    };
    text.map(str::to_owned)
}

/// The members that a patch is about; `None` means those that were sent.
pub(super) fn mask(call: &Call<'_>, change: &Change, text: Option<&str>) -> Result<Option<UpdateMask>, Fault> {
    let Some(text) = text else { return Ok(None) };
    let name = match &change.mask {
        Some(Source::Query(name) | Source::Body(name)) => name.as_str(),
        None => "updateMask",
    };
    let unknown = |UnknownPath(path)| {
        Fault::invalid_parameter(name, format!("Invalid value at '{name}': \"{path}\" is no member of the resource."))
    };
    let item = change.collection.item;
    let mask = UpdateMask::parse(text, &call.api.shape(item)).map_err(unknown)?;
    if let UpdateMask::Paths(paths) = &mask
        && let Some(path) = paths.iter().find(|path| call.api.schemas.leads_through_array(item, path))
    {
        let path = path.join(".");
        let message =
            format!("Invalid value at '{name}': \"{path}\" leads into an array; name the array, it is replaced whole.");
        return Err(Fault::invalid_parameter(name, message));
    }
    Ok(Some(mask).filter(|mask| !mask.is_empty()))
}

/// The tag of the version that a request says it is about, beside If-Match.
pub(super) fn tag(call: &Call<'_>, change: &Change) -> Option<String> {
    change.tag(call.arguments, call.body.as_ref()).map(str::to_owned)
}

/// The key of a request that may be repeated, where its method has one (AIP-155).
pub(super) fn repeatable(call: &Call<'_>) -> Result<Option<Repeatable>, Fault> {
    match call.method.parameter(REQUEST_ID) {
        Some(_) => idempotency::repeatable(call),
        None => Ok(None),
    }
}

pub(super) fn object(value: Value) -> Result<Map<String, Value>, Fault> {
    match value {
        Value::Object(members) => Ok(members),
        _ => Err(Fault::invalid_body("Invalid JSON payload received. The body must be a JSON object.")),
    }
}
