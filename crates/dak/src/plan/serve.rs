//! From the flags of `dak serve` to the server's settings.

use std::collections::{BTreeMap, BTreeSet};

use dak_api::Api;
use dak_proto::encoding;
use dak_proto::etag::Comparison;
use dak_proto::media::receiver::Rules;
use dak_proto::media::start::CreatedStatus;
use dak_server::settings::{
    Access, Authorisation, AuthorisationMode, Gmail, Limits, Quota, QuotaRefusal, Settings, Uploads,
};
use dak_store::sqlite::Options;

use crate::args::{AuthMode, GmailArgs, LimitArgs, ServeArgs, Size, UserAgentRule};
use crate::error::Error;

/// What was meant.
///
/// # Errors
/// Listening beyond this machine without authorisation, unless that was said in as many words.
pub(crate) fn settings(args: &ServeArgs) -> Result<Settings, Error> {
    let access = &args.access;
    let open = access.auth == AuthMode::Open;
    if open && !args.place.listen.ip().is_loopback() && !access.allow_remote_without_auth {
        return Err(Error::usage(format!(
            "{} can be reached from other machines, and anyone could read and write everything; \
             add --auth tokens, or --allow-remote-without-auth if that is meant",
            args.place.listen
        )));
    }
    let public_url = access.public_url.as_deref().map(|url| url.trim_end_matches('/').to_owned());
    Ok(Settings {
        listen: args.place.listen,
        access: Access {
            public_url,
            hosts: access.allowed_hosts.clone(),
            origins: access.cors_origins.clone(),
            trusted_proxies: access.trusted_proxies.clone(),
        },
        authorisation: Authorisation {
            mode: if open { AuthorisationMode::Open } else { AuthorisationMode::Tokens },
            default_user: access.default_user.as_str().into(),
        },
        limits: limits(&args.limits),
        gzip_user_agent: gzip_rule(args),
        comparison: if args.conventions.strict_etag { Comparison::Strict } else { Comparison::Lenient },
        uploads: uploads(args),
        gmail: gmail(args),
        quota: quota(&args.gmail)?,
        test_controls: args.operation.test_controls,
        control_token: args.operation.control_token.clone(),
        seed: None,
    })
}

/// How the store is opened.
pub(crate) fn store_options(args: &ServeArgs) -> Options {
    Options { queue_max: args.limits.writer_queue_max, ..Options::default() }
}

/// `--faithful` means what Google does, unless the rule was given by itself.
fn gzip_rule(args: &ServeArgs) -> encoding::UserAgentRule {
    match (args.conventions.gzip_user_agent, args.conventions.faithful) {
        (Some(UserAgentRule::Require), _) | (None, true) => encoding::UserAgentRule::Require,
        _ => encoding::UserAgentRule::Ignore,
    }
}

/// `--faithful` means Google's chunk rules.
fn uploads(args: &ServeArgs) -> Uploads {
    let is_strict = args.conventions.faithful || args.conventions.strict_chunks;
    Uploads {
        rules: if is_strict { Rules::Faithful } else { Rules::Lenient },
        created: match args.conventions.upload_created_status {
            Some(200) => CreatedStatus::Always200,
            Some(_) => CreatedStatus::Always201,
            None => CreatedStatus::ByClient,
        },
    }
}

/// `--faithful` means that lists count as little as Google's.
fn gmail(args: &ServeArgs) -> Gmail {
    let estimate_max = if args.conventions.faithful { 200 } else { Gmail::default().estimate_max };
    Gmail { history_kept: args.gmail.history_kept.0, estimate_max }
}

/// # Errors
/// A price for a method that Gmail does not have.
fn quota(args: &GmailArgs) -> Result<Option<Quota>, Error> {
    let Some(units_per_minute) = args.quota else { return Ok(None) };
    let refusal = if args.quota_status == 429 { QuotaRefusal::TooManyRequests } else { QuotaRefusal::Forbidden };
    let units: BTreeMap<String, u64> = args.quota_units.iter().cloned().collect();
    let known = gmail_methods();
    match units.keys().find(|method| !known.contains(*method)) {
        Some(unknown) => Err(Error::usage(format!(
            "--quota-units: Gmail has no method {unknown}; write one such as messages.get or labels.list"
        ))),
        None => Ok(Some(Quota { units_per_minute, refusal, units })),
    }
}

/// The ids of Gmail's methods without what they all begin with.
fn gmail_methods() -> BTreeSet<String> {
    let apis = dak_api::builtin().into_iter().filter_map(|document| Api::parse(document).ok());
    let methods = apis.flat_map(|api| api.methods);
    methods.filter_map(|method| method.id.strip_prefix("gmail.users.").map(str::to_owned)).collect()
}

fn limits(args: &LimitArgs) -> Limits {
    Limits {
        head_bytes_max: bytes(args.head_bytes_max),
        headers_max: args.headers_max,
        body_bytes_max: bytes(args.body_bytes_max),
        inflated_bytes_max: bytes(args.inflated_bytes_max),
        part_bytes_max: bytes(args.part_bytes_max),
        json_depth_max: args.json_depth_max,
        head_timeout: args.head_timeout.0,
        body_idle_timeout: args.idle_timeout.0,
        connections_max: args.connections_max,
        page_bytes_max: bytes(args.page_bytes_max),
        cache_bytes_max: bytes(args.cache_bytes_max),
        room_bytes_max: bytes(args.room_bytes_max),
        shutdown_timeout: args.shutdown_timeout.0,
    }
}

fn bytes(size: Size) -> usize {
    usize::try_from(size.0).unwrap_or(usize::MAX)
}
