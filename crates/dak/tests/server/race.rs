//! One winner: of concurrent writes that name one version exactly one happens.

use std::collections::HashMap;
use std::sync::Barrier;
use std::thread;

use dak_testkit::{Answer, Call, Connection, Server};
use serde_json::json;

use crate::support::{retitle, serve, title};

/// Does `work` on so many threads at once, each with a connection of its own that is already open.
fn at_once<T: Send>(server: &Server, threads: usize, work: impl Fn(usize, &mut Connection) -> T + Sync) -> Vec<T> {
    let start = Barrier::new(threads);
    let one = |number: usize| {
        let mut connection = Connection::open(server.address());
        start.wait();
        work(number, &mut connection)
    };
    thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|number| scope.spawn(move || one(number))).collect();
        running.into_iter().map(|thread| thread.join().expect("a writer does not panic")).collect()
    })
}

fn ask(server: &Server, connection: &mut Connection, call: &Call) -> Answer {
    connection.exchange(&call.to_bytes(server.address()))
}

fn etag(answer: &Answer) -> String {
    answer.header("etag").expect("the answer has a tag").to_owned()
}

#[test]
fn of_fifty_patches_with_one_tag_one_wins() {
    let server = serve(&[]);
    for _ in 0..4 {
        let tag = etag(&server.get("/demo/v1/324").expect(200));
        let patch = |number: usize| retitle(&number.to_string()).header("If-Match", &tag);
        let answers = at_once(&server, 50, |number, connection| ask(&server, connection, &patch(number)));
        let winners: Vec<usize> = (0..50).filter(|&number| answers[number].status == 200).collect();
        assert_eq!(winners.len(), 1);
        assert_eq!(answers.iter().filter(|answer| answer.status == 412).count(), 49);
        assert_eq!(title(&server), winners[0].to_string());
        assert_eq!(etag(&server.get("/demo/v1/324")), etag(&answers[winners[0]]));
    }
}

/// Sixteen writers each read, add one and write back if nobody was faster. Every success consumed the tag it named and
/// made another, so the successes are one chain, and the number at its end is how many there were.
#[test]
fn sixteen_writers_lose_no_update() {
    const EACH: usize = 12;
    let server = serve(&[]);
    let first = etag(&server.send(&retitle("0")).expect(200));
    let histories =
        at_once(&server, 16, |_, connection| (0..EACH).map(|_| increment(&server, connection)).collect::<Vec<_>>());
    let mut next: HashMap<String, (String, u64)> = HashMap::new();
    for (from, to, number) in histories.into_iter().flatten() {
        assert!(next.insert(from, (to, number)).is_none(), "two writes consumed one tag");
    }
    let mut tag = first;
    for expected in 1..=next.len() as u64 {
        let (to, number) = &next[&tag];
        assert_eq!(*number, expected, "a write did not see the one before it");
        tag.clone_from(to);
    }
    assert_eq!(title(&server), (16 * EACH).to_string());
    assert_eq!(etag(&server.get("/demo/v1/324")), tag);
}

/// Adds one: the tag that was consumed, the tag that was made, and the number written.
fn increment(server: &Server, connection: &mut Connection) -> (String, String, u64) {
    loop {
        let read = ask(server, connection, &Call::get("/demo/v1/324")).expect(200);
        let item = read.json();
        let number = 1 + item["title"].as_str().and_then(|title| title.parse::<u64>().ok()).expect("a number");
        assert_eq!(item["etag"], etag(&read).trim_matches('"'), "body and header speak of one version");
        let write = retitle(&number.to_string()).header("If-Match", &etag(&read));
        let written = ask(server, connection, &write);
        match written.status {
            200 => return (etag(&read), etag(&written), number),
            _ => assert_eq!(written.status, 412, "{}", written.text()),
        }
    }
}

#[test]
fn patches_without_a_tag_all_happen() {
    let server = serve(&[]);
    let answers = at_once(&server, 32, |number, connection| {
        let body = json!({"links": {number.to_string(): {"href": "x"}}});
        ask(&server, connection, &Call::new("PATCH", "/demo/v1/324").json(&body)).status
    });
    assert_eq!(answers, [200; 32]);
    let links = server.get("/demo/v1/324?fields=links").expect(200).json();
    let written = (0..32).filter(|number: &i32| links["links"].get(number.to_string()).is_some()).count();
    assert_eq!(written, 32);
}

#[test]
fn an_idempotency_key_inserts_once_however_often_it_comes_at_once() {
    let server = serve(&[]);
    let call = Call::new("POST", "/demo/v1").header("Idempotency-Key", "once").json(&json!({"title": "Once"}));
    let answers = at_once(&server, 24, |_, connection| ask(&server, connection, &call).expect(200).body);
    assert!(answers.iter().all(|body| *body == answers[0]), "one key has one answer");
    let items = server.get("/demo/v1?fields=items/title").expect(200).json();
    assert_eq!(items["items"].as_array().map(Vec::len), Some(3));
}
