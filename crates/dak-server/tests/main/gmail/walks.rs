//! What holds whatever happens: the history leads from any moment to the mailbox (G4), and what is counted is there (G14).

use std::collections::BTreeMap;

use dak_server::services::gmail::recount;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Post, id, labels, raw};

/// Labels that steps choose from.
const LABELS: [&str; 6] = ["INBOX", "UNREAD", "STARRED", "SPAM", "TRASH", "CATEGORY_SOCIAL"];
const PLACES: [&str; 3] = ["INBOX", "SPAM", "TRASH"];

/// What happens to a mailbox. Numbers choose among what is there.
#[derive(Clone, Debug)]
enum Step {
    /// A mail comes, in answer to another or not, written so many days ago, with labels by their bits.
    Insert { answers: Option<usize>, day: u8, labels: u8 },
    /// Labels of a message come and go, by their bits.
    Modify { message: usize, add: u8, remove: u8 },
    /// Labels of several messages come and go.
    ModifyMany { messages: Vec<usize>, add: u8, remove: u8 },
    /// The same of a thread.
    ModifyThread { thread: usize, add: u8, remove: u8 },
    /// Something without a body happens to a message or a thread.
    Act { verb: &'static str, message: usize },
    /// A message or thread goes.
    Delete { noun: &'static str, message: usize },
    /// Several messages go.
    DeleteMany { messages: Vec<usize> },
}

fn step() -> impl Strategy<Value = Step> {
    let one = 0..50_usize;
    let some = || vec(0..50_usize, 1..6);
    let verbs = ["messages/ID/trash", "messages/ID/untrash", "threads/THREAD/trash", "threads/THREAD/untrash"];
    prop_oneof![
        4 => (proptest::option::of(one.clone()), 0..9_u8, any::<u8>())
            .prop_map(|(answers, day, labels)| Step::Insert { answers, day, labels }),
        3 => (one.clone(), any::<u8>(), any::<u8>())
            .prop_map(|(message, add, remove)| Step::Modify { message, add, remove }),
        1 => (some(), any::<u8>(), any::<u8>())
            .prop_map(|(messages, add, remove)| Step::ModifyMany { messages, add, remove }),
        1 => (one.clone(), any::<u8>(), any::<u8>())
            .prop_map(|(thread, add, remove)| Step::ModifyThread { thread, add, remove }),
        2 => (proptest::sample::select(verbs.to_vec()), one.clone()).prop_map(|(verb, message)| Step::Act { verb, message }),
        1 => (proptest::sample::select(vec!["messages/ID", "threads/THREAD"]), one)
            .prop_map(|(noun, message)| Step::Delete { noun, message }),
        1 => some().prop_map(|messages| Step::DeleteMany { messages }),
    ]
}

/// Messages by id: their thread and their labels, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Mailbox(BTreeMap<String, (String, Vec<String>)>);

impl Mailbox {
    /// What is in a mailbox, read message by message.
    async fn read(post: &Post) -> Mailbox {
        let list = post.get("messages?maxResults=500&includeSpamTrash=true").await;
        let mut mailbox = Mailbox::default();
        for id in super::ids(&list["messages"]) {
            mailbox.put(&post.get(&format!("messages/{id}?format=minimal")).await);
        }
        mailbox
    }

    fn put(&mut self, message: &Value) {
        let mut labels: Vec<String> = labels(message).into_iter().map(str::to_owned).collect();
        labels.sort_unstable();
        self.0.insert(id(message), (message["threadId"].as_str().unwrap().to_owned(), labels));
    }

    /// What it is after the history since a moment, as a client would keep it.
    async fn follow(mut self, post: &Post, start: &str) -> Mailbox {
        let mut token = String::new();
        loop {
            let page = post.get(&format!("history?startHistoryId={start}&maxResults=3&pageToken={token}")).await;
            for record in page["history"].as_array().into_iter().flatten() {
                self.apply(record);
            }
            match page["nextPageToken"].as_str() {
                Some(next) => token = next.to_owned(),
                None => return self,
            }
        }
    }

    fn apply(&mut self, record: &Value) {
        let events = |kind: &str| record[kind].as_array().cloned().unwrap_or_default();
        for event in events("messagesAdded") {
            self.put(&event["message"]);
        }
        for event in events("messagesDeleted") {
            assert!(self.0.remove(&id(&event["message"])).is_some(), "{record}");
        }
        for (kind, comes) in [("labelsAdded", true), ("labelsRemoved", false)] {
            for event in events(kind) {
                let (_, labels) = self.0.get_mut(&id(&event["message"])).unwrap_or_else(|| panic!("{record}"));
                for label in event["labelIds"].as_array().unwrap().iter().map(|label| label.as_str().unwrap()) {
                    assert_eq!(labels.iter().any(|has| has == label), !comes, "{record}");
                    labels.retain(|has| has != label);
                    labels.extend(comes.then(|| label.to_owned()));
                }
                labels.sort_unstable();
            }
        }
    }
}

/// A mailbox that is walked through.
struct Walk {
    post: Post,
    /// Ids and threads of all messages that ever were, and how many mails came.
    known: Vec<(String, String)>,
}

fn chosen(bits: u8) -> Vec<&'static str> {
    LABELS.into_iter().enumerate().filter(|(place, _)| bits >> place & 1 == 1).map(|(_, label)| label).collect()
}

/// The labels for a new mail, which is put in the first of these places alone.
fn chosen_to_insert(bits: u8) -> Vec<&'static str> {
    let mut chosen = chosen(bits);
    let place = chosen.iter().copied().find(|label| PLACES.contains(label));
    chosen.retain(|label| !PLACES.contains(label) || Some(*label) == place);
    chosen
}

fn change(add: u8, remove: u8) -> Value {
    json!({"addLabelIds": chosen(add & !remove), "removeLabelIds": chosen(remove)})
}

impl Walk {
    fn message(&self, number: usize) -> (String, String) {
        let none = || ("0".repeat(16), "0".repeat(16));
        self.known.get(number % self.known.len().max(1)).cloned().unwrap_or_else(none)
    }

    fn ids(&self, numbers: &[usize]) -> Vec<String> {
        numbers.iter().map(|number| self.message(*number).0).collect()
    }

    async fn take(&mut self, step: &Step) {
        let path = |path: &str, number: &usize| {
            let (message, thread) = self.message(*number);
            path.replace("ID", &message).replace("THREAD", &thread)
        };
        let (line, body) = match step {
            Step::Insert { answers, day, labels } => return self.insert(*answers, *day, *labels).await,
            Step::Modify { message, add, remove } => (path("POST messages/ID/modify", message), change(*add, *remove)),
            Step::ModifyThread { thread, add, remove } => {
                (path("POST threads/THREAD/modify", thread), change(*add, *remove))
            }
            Step::ModifyMany { messages, add, remove } => {
                let mut body = change(*add, *remove);
                body["ids"] = json!(self.ids(messages));
                ("POST messages/batchModify".to_owned(), body)
            }
            Step::Act { verb, message } => (path(&format!("POST {verb}"), message), Value::Null),
            Step::Delete { noun, message } => (path(&format!("DELETE {noun}"), message), Value::Null),
            Step::DeleteMany { messages } => {
                ("POST messages/batchDelete".to_owned(), json!({"ids": self.ids(messages)}))
            }
        };
        // What is gone cannot change, and two empty lists change nothing.
        let told = self.post.send(&line, &body).await;
        assert!(matches!(told.status, 200 | 204 | 400 | 404), "{line} {body} {}", told.text);
    }

    async fn insert(&mut self, answers: Option<usize>, day: u8, labels: u8) {
        let number = self.known.len();
        let answered = answers.filter(|_| number > 0).map(|answers| answers % number);
        let reference = answered.map(|answered| format!("In-Reply-To: <{answered}@x>\n")).unwrap_or_default();
        let day = day + 1;
        let mail = format!(
            "Subject: a\nMessage-ID: <{number}@x>\n{reference}Date: {day} Nov 2026 10:00:00 +0000\n\nNumber {number}"
        );
        let body = json!({"raw": raw(&mail), "labelIds": chosen_to_insert(labels)});
        let made = self.post.call(200, "POST messages?internalDateSource=dateHeader", body).await;
        self.known.push((id(&made), made["threadId"].as_str().unwrap().to_owned()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn history_leads_to_the_mailbox(steps in vec(step(), 1..40), kept in 0..40_usize) {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
            let mut walk = Walk { post: Post::new().await, known: Vec::new() };
            let mut moments = Vec::new();
            for (place, step) in steps.iter().enumerate() {
                if place == 0 || place == kept % steps.len() {
                    let start = walk.post.get("profile").await["historyId"].as_str().unwrap().to_owned();
                    moments.push((start, Mailbox::read(&walk.post).await));
                }
                walk.take(step).await;
            }
            let now = Mailbox::read(&walk.post).await;
            for (start, then) in moments {
                assert_eq!(then.follow(&walk.post, &start).await, now);
            }
            assert_eq!(recount(&*walk.post.stage.app.store).await, Ok(Vec::new()));
        });
    }
}
