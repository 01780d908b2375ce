//! Descriptions of what is served, as Discovery documents (rest.md 5): official clients build themselves from these.

use std::future::Future;
use std::pin::Pin;

use dak_api::Api;
use dak_proto::etag::Etag;
use dak_proto::fault::Fault;
use dak_proto::rope::Rope;

use super::{Call, Service};
use crate::app::Served;
use crate::reply::Reply;

/// The description of this API.
pub const DOCUMENT: &[u8] = include_bytes!("discovery.v1.json");

/// The service behind `/discovery/v1/apis` and `/$discovery/rest`.
#[derive(Debug)]
pub struct Discovery;

impl Service for Discovery {
    fn call<'a>(&'a self, call: Call<'a>) -> Pin<Box<dyn Future<Output = Result<Reply, Fault>> + Send + 'a>> {
        Box::pin(async move {
            match call.method.id.as_str() {
                "discovery.apis.list" => list(&call),
                _ => rest(&call),
            }
        })
    }
}

fn list(call: &Call<'_>) -> Result<Reply, Fault> {
    let name = call.arguments.text("name");
    let apis: Vec<&Api> =
        listed(call).map(Served::api).filter(|api| name.is_none_or(|name| api.name == name)).collect();
    let root_url = root_url(call);
    shown(call, &apis, &root_url, || dak_api::directory(&apis, &root_url))
}

fn rest(call: &Call<'_>) -> Result<Reply, Fault> {
    let version = call.arguments.text("version").unwrap_or_default();
    let named = call.arguments.text("api");
    let by_host = call.base_url.split_once("://").and_then(|(_, host)| host.split(['.', ':']).next());
    let of_version: Vec<&Served> = listed(call).filter(|served| served.api().version == version).collect();
    let find = |name: Option<&str>| of_version.iter().find(|served| Some(served.api().name.as_str()) == name);
    // Google has this path at the host of one API, whose clients need not say which one they want.
    let has_host = || of_version.iter().find(|served| !served.service.is_generic());
    let found = match named {
        Some(_) => find(named),
        None => find(by_host).or_else(has_host).or_else(|| of_version.first()),
    };
    let api = found.map(|served| served.api()).ok_or_else(|| {
        let name = named.unwrap_or("any");
        Fault::not_found(format!("No API {name} of version {version} is served here."))
    })?;
    let root_url = root_url(call);
    shown(call, &[api], &root_url, || api.document(&root_url))
}

fn root_url(call: &Call<'_>) -> String {
    format!("{}/", call.base_url)
}

fn listed<'a>(call: &Call<'a>) -> impl Iterator<Item = &'a Served> {
    call.app.served.iter().filter(|served| served.listed)
}

/// What is told of these descriptions at this URL, made only where the caller or the shelf has no current copy. The
/// validator is the hash of all it is made from, this program's version included.
fn shown(call: &Call<'_>, apis: &[&Api], root_url: &str, make: impl FnOnce() -> Vec<u8>) -> Result<Reply, Fault> {
    let mut digest = ring::digest::Context::new(&ring::digest::SHA256);
    digest.update(env!("CARGO_PKG_VERSION").as_bytes());
    digest.update(root_url.as_bytes());
    apis.iter().for_each(|api| digest.update(api.source_bytes()));
    let version = Etag::from_bytes(&digest.finish().as_ref()[..12]).into();
    match call.short_cut(&version)? {
        Some(reply) => Ok(reply),
        None => Ok(Reply::read(Rope::json(make()), version)),
    }
}
