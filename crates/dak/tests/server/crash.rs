//! kill -9 at any time: what was acknowledged is there, and nothing is half there.

use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use dak_testkit::{Answer, Call, Connection, Random, Server, is_long};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{DAK, check, launch, text};

/// What a seed repeats is when the kills come; what the threads had done by then it does not.
const SEED: u64 = 20_261_122;

/// The longest load before a kill, in milliseconds.
const LOAD_MS_MAX: u64 = 60;

#[test]
fn every_acknowledged_write_survives_kills() {
    let kills = if is_long() { 5_000 } else { 200 };
    let folder = TempDir::new().expect("a temporary folder");
    let mut random = Random::new(SEED);
    let mut server = launch().data(folder.path()).keeping_its_port().start();
    let mut writers = writers(&server);
    for kill in 0..kills {
        load(&mut writers, &mut server, Duration::from_millis(1 + random.below(LOAD_MS_MAX)));
        server.restart();
        writers.iter_mut().for_each(|writer| writer.verify(&server, &format!("seed {SEED}, kill {kill}")));
    }
    let listed = listed(&server);
    writers.iter().for_each(|writer| writer.find_among(&listed));
    println!("{kills} kills, {} acknowledged writes", writers.iter().map(|writer| writer.acknowledged()).sum::<u64>());
    assert!(server.stop().success());
    check(folder.path());
}

/// A server killed while it makes its data leaves nothing that the next start cannot finish.
#[test]
fn demo_data_survives_kills_of_the_first_start() {
    let mut random = Random::new(SEED);
    for kill in 0..if is_long() { 500 } else { 25 } {
        let folder = TempDir::new().expect("a temporary folder");
        let mut first = Command::new(DAK)
            .args(["serve", "--listen", "127.0.0.1:0", "--log", "off", "--data", text(folder.path())])
            .stdout(Stdio::null())
            .spawn()
            .expect("the program starts");
        thread::sleep(Duration::from_millis(random.below(LOAD_MS_MAX)));
        first.kill().expect("a child can be killed");
        drop(first.wait());
        let items = launch().data(folder.path()).start().get("/demo/v1?fields=items(id,title)").expect(200).json();
        let titles: Vec<_> = items["items"].as_array().into_iter().flatten().map(|item| &item["title"]).collect();
        assert_eq!(titles, ["First title", "Second title"], "seed {SEED}, kill {kill}");
        assert_eq!(items["items"][0]["id"], "324", "seed {SEED}, kill {kill}");
    }
}

/// One thread's writes and what it knows of them.
trait Writer: Send {
    /// The next write.
    fn next(&mut self) -> Call;
    /// The write was answered.
    fn acknowledge(&mut self, answer: &Answer);
    /// Compares what the server has after a kill with what was acknowledged.
    fn verify(&mut self, server: &Server, when: &str);
    /// Looks for all that was ever acknowledged in the whole list.
    fn find_among(&self, listed: &[Value]);
    /// How many writes were acknowledged.
    fn acknowledged(&self) -> u64;
}

/// Two patchers with an item each, two that share one, and two that insert.
fn writers(server: &Server) -> Vec<Box<dyn Writer>> {
    let item = || {
        let made = server.json("POST", "/demo/v1", &json!({"title": "Counted"})).expect(200).json();
        made["id"].as_str().expect("an item has an id").to_owned()
    };
    let shared = item();
    let patcher = |item: String, name, alone| Box::new(Patcher { item, name, alone, ..Patcher::default() }) as Box<_>;
    vec![
        patcher(item(), "a", true),
        patcher(item(), "b", true),
        patcher(shared.clone(), "c", false),
        patcher(shared, "d", false),
        Box::new(Inserter { name: "e", ..Inserter::default() }),
        Box::new(Inserter { name: "f", ..Inserter::default() }),
    ]
}

/// Lets all writers write, and kills the server amid that.
fn load(writers: &mut [Box<dyn Writer>], server: &mut Server, span: Duration) {
    let address = server.address();
    thread::scope(|scope| {
        for writer in writers {
            scope.spawn(move || {
                let Ok(mut connection) = Connection::try_open(address) else { return };
                while let Ok(answer) = connection.try_exchange(&writer.next().to_bytes(address)) {
                    writer.acknowledge(&answer.expect(200));
                }
            });
        }
        thread::sleep(span);
        server.kill9();
    });
}

fn listed(server: &Server) -> Vec<Value> {
    let mut items = Vec::new();
    let mut page = String::new();
    loop {
        let told = server.get(&format!("/demo/v1?maxResults=500&prettyPrint=false{page}")).expect(200).json();
        items.extend(told["items"].as_array().into_iter().flatten().cloned());
        match told["nextPageToken"].as_str() {
            Some(token) => page = format!("&pageToken={token}"),
            None => return items,
        }
    }
}

/// Counts upwards in two members of one item at a time.
#[derive(Default)]
struct Patcher {
    item: String,
    name: &'static str,
    alone: bool,
    sent: u64,
    seen: u64,
    etag: Option<String>,
    acknowledged: u64,
}

impl Patcher {
    fn path(&self) -> String {
        format!("/demo/v1/{}", self.item)
    }

    /// The count in an item, which must be the same in both members.
    fn count(&self, item: &Value, when: &str) -> u64 {
        let (page, link) = (&item["pagemap"][self.name]["title"], &item["links"][self.name]["href"]);
        assert_eq!(page, link, "half a patch of {} is there: {when}", self.name);
        page.as_str().map_or(0, |count| count.parse().expect("a number was sent"))
    }
}

impl Writer for Patcher {
    fn next(&mut self) -> Call {
        self.sent += 1;
        let count = self.sent.to_string();
        let body = json!({"pagemap": {self.name: {"title": count}}, "links": {self.name: {"href": count}}});
        Call::new("PATCH", &self.path()).json(&body)
    }

    fn acknowledge(&mut self, answer: &Answer) {
        self.seen = self.sent;
        self.etag = answer.header("etag").map(String::from);
        self.acknowledged += 1;
        assert_eq!(self.count(&answer.json(), "in the answer"), self.sent);
    }

    fn verify(&mut self, server: &Server, when: &str) {
        let answer = server.get(&self.path()).expect(200);
        let count = self.count(&answer.json(), when);
        let (seen, sent) = (self.seen, self.sent);
        assert!((seen..=sent).contains(&count), "{} is {count}, {seen} of {sent} were seen: {when}", self.name);
        let etag = answer.header("etag").map(String::from);
        if self.alone && self.etag.is_some() {
            assert_eq!(etag == self.etag, count == seen, "{} is {count}, seen {seen}: {when}", self.name);
        }
        (self.seen, self.etag) = (count, etag);
    }

    fn find_among(&self, listed: &[Value]) {
        let item = listed.iter().find(|item| item["id"] == self.item.as_str()).expect("the item is listed");
        assert_eq!(self.count(item, "in the list"), self.seen);
    }

    fn acknowledged(&self) -> u64 {
        self.acknowledged
    }
}

/// Makes items, each of which says twice which it is.
#[derive(Default)]
struct Inserter {
    name: &'static str,
    sent: u64,
    made: Vec<Made>,
    verified: usize,
    kills: usize,
}

/// An item whose insertion was acknowledged.
struct Made {
    id: String,
    etag: String,
    title: String,
}

impl Inserter {
    fn comment(title: &str) -> String {
        format!("{title} ").repeat(100)
    }
}

impl Writer for Inserter {
    fn next(&mut self) -> Call {
        self.sent += 1;
        let title = format!("{}-{}", self.name, self.sent);
        Call::new("POST", "/demo/v1").json(&json!({"title": title, "comment": Inserter::comment(&title)}))
    }

    fn acknowledge(&mut self, answer: &Answer) {
        let item = answer.json();
        let member = |name: &str| item[name].as_str().expect("the member is there").to_owned();
        let etag = answer.header("etag").expect("a write is answered with a tag").to_owned();
        self.made.push(Made { id: member("id"), etag, title: member("title") });
    }

    fn verify(&mut self, server: &Server, when: &str) {
        for made in self.made.iter().skip(self.verified) {
            let answer = server.get(&format!("/demo/v1/{}", made.id)).expect(200);
            assert_eq!(answer.header("etag"), Some(made.etag.as_str()), "{}: {when}", made.title);
            let item = answer.json();
            assert_eq!(item["title"], made.title, "{when}");
            assert_eq!(item["comment"], Inserter::comment(&made.title), "{when}");
        }
        self.verified = self.made.len();
        self.kills += 1;
    }

    /// Besides what was acknowledged there may be what was in flight at a kill, whole.
    fn find_among(&self, listed: &[Value]) {
        let start = format!("{}-", self.name);
        let title = |item: &Value| item["title"].as_str().unwrap_or_default().to_owned();
        let mine: Vec<String> = listed.iter().map(title).filter(|title| title.starts_with(&start)).collect();
        let titles: std::collections::HashSet<&String> = mine.iter().collect();
        assert!(self.made.iter().all(|made| titles.contains(&made.title)), "an acknowledged item is not listed");
        assert_eq!(titles.len(), mine.len(), "an item is listed twice");
        assert!(mine.len() <= self.made.len() + self.kills, "there are more items than were sent");
        for item in listed.iter().filter(|item| title(item).starts_with(&start)) {
            assert_eq!(item["comment"], Inserter::comment(&title(item)), "half an item is listed");
        }
    }

    fn acknowledged(&self) -> u64 {
        self.made.len() as u64
    }
}
