//! A mailbox as a client has it that reads all of it once and then follows the history.

use std::collections::{BTreeMap, BTreeSet};

use dak_testkit::Server;
use serde_json::Value;

/// A mailbox as a client has it.
pub(crate) struct Replica {
    pub(crate) address: &'static str,
    /// Up to where its history was followed.
    since: String,
    messages: BTreeMap<String, Message>,
    /// Messages by their Message-ID.
    named: BTreeMap<String, BTreeSet<String>>,
}

#[derive(Debug, PartialEq, Eq)]
struct Message {
    thread: String,
    labels: BTreeSet<String>,
    /// Its Message-ID without brackets; empty until it was read.
    message_id: String,
}

impl Replica {
    /// What is there now.
    pub(crate) fn new(server: &Server, address: &'static str) -> Replica {
        let profile = server.get(&format!("/gmail/v1/users/{address}/profile")).expect(200).json();
        let since = profile["historyId"].as_str().expect("a history id").to_owned();
        let mut replica = Replica { address, since, messages: BTreeMap::new(), named: BTreeMap::new() };
        for id in replica.list(server, "") {
            let path = format!("/gmail/v1/users/{address}/messages/{id}?format=minimal");
            replica.put(&server.get(&path).expect(200).json());
        }
        replica
    }

    /// Applies what happened since it was last asked.
    pub(crate) fn follow(&mut self, server: &Server, when: &str) {
        let mut token = String::new();
        loop {
            let path = format!(
                "/gmail/v1/users/{}/history?maxResults=500&startHistoryId={}&pageToken={token}",
                self.address, self.since
            );
            let page = server.get(&path).expect(200).json();
            list_of(&page["history"]).iter().for_each(|record| self.apply(record, when));
            match page["nextPageToken"].as_str() {
                Some(next) => token = next.to_owned(),
                None => {
                    self.since = page["historyId"].as_str().expect("a history id").to_owned();
                    return;
                }
            }
        }
    }

    /// Reads the Message-IDs of new messages.
    pub(crate) fn name(&mut self, server: &Server) {
        for (id, message) in self.messages.iter_mut().filter(|(_, message)| message.message_id.is_empty()) {
            let path =
                format!("/gmail/v1/users/{}/messages/{id}?format=metadata&metadataHeaders=Message-ID", self.address);
            let read = server.get(&path).expect(200).json();
            let header = text(&read["payload"]["headers"][0]["value"]);
            message.message_id = header.trim_matches(['<', '>']).to_owned();
            self.named.entry(message.message_id.clone()).or_default().insert(id.clone());
        }
    }

    /// All messages and their threads, the oldest first.
    pub(crate) fn messages(&self) -> impl Iterator<Item = (&str, &str)> {
        self.messages.iter().map(|(id, message)| (id.as_str(), message.thread.as_str()))
    }

    /// The ids of the messages with this Message-ID that bear a label, if one is wanted.
    pub(crate) fn ids(&self, message_id: &str, label: Option<&str>) -> Vec<&str> {
        let bears = |id: &&str| label.is_none_or(|label| self.bears(id, label));
        self.named.get(message_id).into_iter().flatten().map(String::as_str).filter(bears).collect()
    }

    /// Whether a message is there and bears a label.
    pub(crate) fn bears(&self, id: &str, label: &str) -> bool {
        self.messages.get(id).is_some_and(|message| message.labels.contains(label))
    }

    /// Holds it against all of the mailbox: its lists, label by label, and what is counted.
    pub(crate) fn compare(&self, server: &Server, when: &str) {
        let all: BTreeSet<&str> = self.messages.keys().map(String::as_str).collect();
        self.compare_list(server, "", &all, when);
        for label in self.messages.values().flat_map(|message| &message.labels).collect::<BTreeSet<_>>() {
            let bearers = all.iter().copied().filter(|id| self.bears(id, label)).collect();
            self.compare_list(server, label, &bearers, when);
        }
        let profile = server.get(&format!("/gmail/v1/users/{}/profile", self.address)).expect(200).json();
        let threads: BTreeSet<&String> = self.messages.values().map(|message| &message.thread).collect();
        assert_eq!(profile["messagesTotal"], all.len(), "{when}");
        assert_eq!(profile["threadsTotal"], threads.len(), "{when}");
    }

    fn compare_list(&self, server: &Server, label: &str, expected: &BTreeSet<&str>, when: &str) {
        let listed = self.list(server, label);
        let found: BTreeSet<&str> = listed.iter().map(String::as_str).collect();
        assert_eq!(found.len(), listed.len(), "one is listed twice: {when}");
        let missing: Vec<_> = expected.difference(&found).collect();
        let strange: Vec<_> = found.difference(expected).collect();
        assert!(missing.is_empty() && strange.is_empty(), "'{label}' lacks {missing:?}, has {strange:?}: {when}");
    }

    /// The ids of all messages with a label, or of all.
    fn list(&self, server: &Server, label: &str) -> Vec<String> {
        let (mut ids, mut token) = (Vec::new(), String::new());
        let label = if label.is_empty() { String::new() } else { format!("&labelIds={label}") };
        loop {
            let path = format!(
                "/gmail/v1/users/{}/messages?maxResults=500&includeSpamTrash=true{label}&pageToken={token}",
                self.address
            );
            let page = server.get(&path).expect(200).json();
            ids.extend(list_of(&page["messages"]).iter().map(|message| text(&message["id"])));
            match page["nextPageToken"].as_str() {
                Some(next) => token = next.to_owned(),
                None => return ids,
            }
        }
    }

    fn apply(&mut self, record: &Value, when: &str) {
        for event in list_of(&record["messagesAdded"]) {
            assert!(!self.messages.contains_key(&text(&event["message"]["id"])), "{record}: {when}");
            self.put(&event["message"]);
        }
        for event in list_of(&record["messagesDeleted"]) {
            self.remove(&text(&event["message"]["id"])).unwrap_or_else(|| panic!("{record}: {when}"));
        }
        for (kind, comes) in [("labelsAdded", true), ("labelsRemoved", false)] {
            for event in list_of(&record[kind]) {
                let message = self.messages.get_mut(&text(&event["message"]["id"]));
                let labels = &mut message.unwrap_or_else(|| panic!("{record}: {when}")).labels;
                for label in list_of(&event["labelIds"]).iter().map(text) {
                    let changed = if comes { labels.insert(label) } else { labels.remove(&label) };
                    assert!(changed, "{record}: {when}");
                }
            }
        }
    }

    fn put(&mut self, message: &Value) {
        let labels = list_of(&message["labelIds"]).iter().map(text).collect();
        let message_id = String::new();
        self.messages.insert(text(&message["id"]), Message { thread: text(&message["threadId"]), labels, message_id });
    }

    fn remove(&mut self, id: &str) -> Option<()> {
        let message = self.messages.remove(id)?;
        if let Some(ids) = self.named.get_mut(&message.message_id) {
            ids.remove(id);
        }
        Some(())
    }
}

fn list_of(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}
