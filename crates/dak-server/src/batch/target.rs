//! Which paths take batches, and whose methods their parts may call (`G60`).

use crate::app::{App, Served};

/// The path that takes requests to every API, with a slash.
const EVERY_API: &str = "/batch";

/// The APIs whose methods the parts of a batch may call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// All that are served.
    Every,
    /// Those in these places.
    These(Vec<usize>),
}

impl Target {
    /// The target at a path; `None` for a path that takes no batches.
    pub(crate) fn at(app: &App, path: &str) -> Option<Target> {
        if path == EVERY_API {
            return Some(Target::Every);
        }
        let named = path.strip_prefix("/batch/")?;
        let is_meant = |served: &Served| {
            let api = &served.api;
            named.split_once('/') == Some((&api.name, &api.version)) || path.strip_prefix('/') == Some(&api.batch_path)
        };
        let listed = app.served.iter().enumerate().filter(|(_, served)| served.listed && is_meant(served));
        let places: Vec<usize> = listed.map(|(place, _)| place).collect();
        (!places.is_empty()).then_some(Target::These(places))
    }

    /// Whether a part may call methods of the API in this place.
    pub(super) fn takes(&self, place: usize) -> bool {
        match self {
            Target::Every => true,
            Target::These(places) => places.contains(&place),
        }
    }
}
