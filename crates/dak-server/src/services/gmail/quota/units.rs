//! What calls cost, as Google's table had it before May 2026. Methods that it did not name cost what others of their kind
//! do.

/// Methods and their units; what is not here costs what its kind does.
pub(super) const UNITS: [(&str, u64); 33] = [
    ("drafts.create", 10),
    ("drafts.delete", 10),
    ("drafts.send", 100),
    ("drafts.update", 15),
    ("getProfile", 1),
    ("history.list", 2),
    ("labels.get", 1),
    ("labels.list", 1),
    ("messages.batchDelete", 50),
    ("messages.batchModify", 50),
    ("messages.delete", 10),
    ("messages.import", 25),
    ("messages.insert", 25),
    ("messages.send", 100),
    ("settings.delegates.create", 100),
    ("settings.forwardingAddresses.create", 100),
    ("settings.getAutoForwarding", 1),
    ("settings.getImap", 1),
    ("settings.getLanguage", 1),
    ("settings.getPop", 1),
    ("settings.getVacation", 1),
    ("settings.sendAs.create", 100),
    ("settings.sendAs.patch", 100),
    ("settings.sendAs.update", 100),
    ("settings.sendAs.verify", 100),
    ("stop", 50),
    ("threads.delete", 20),
    ("threads.get", 10),
    ("threads.list", 10),
    ("threads.modify", 10),
    ("threads.trash", 10),
    ("threads.untrash", 10),
    ("watch", 100),
];
/// What reading a setting costs.
const SETTING_READ: u64 = 1;
/// What everything else costs.
const USUAL: u64 = 5;

/// The units of a method, named without `gmail.users.`.
pub(in crate::services::gmail) fn units(method: &str) -> u64 {
    let named = UNITS.iter().find(|(known, _)| *known == method).map(|(_, units)| *units);
    let is_read = method.starts_with("settings.") && (method.ends_with(".get") || method.ends_with(".list"));
    named.unwrap_or(if is_read { SETTING_READ } else { USUAL })
}
