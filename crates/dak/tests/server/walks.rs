//! A walk over a long list while others write, over real connections and a real store.

use std::collections::BTreeSet;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use dak_testkit::{Call, Server};
use serde_json::{Value, json};

use crate::support::{serve, text};

const POSTS: usize = 1000;
const AT_A_TIME: usize = 7;
/// Every so many-th post may be deleted on the way; the others are there all along.
const DELETED_EACH: usize = 3;
const LIST: &str = "/v3/blogs/5/posts";
/// The members that lead on.
const FORWARDS: &str = "nextPageToken";
const BACKWARDS: &str = "prevPageToken";

/// A server whose blog has the posts 100000 and following, a minute apart.
fn stage() -> Server {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("seed.json");
    let post = |number: usize| json!({"id": id(number), "title": "Post", "published": format!("-{}m", number + 1)});
    let posts: Vec<Value> = (0..POSTS).map(post).collect();
    std::fs::write(&file, json!({"blogs": [{"id": "5", "name": "Many", "posts": posts}]}).to_string()).expect("a file");
    serve(&["--seed", text(&file)])
}

fn id(number: usize) -> String {
    (100_000 + number).to_string()
}

/// Writes once for each turn that it is given: posts come anywhere in the list.
fn insert(server: &Server, turns: Receiver<usize>) {
    for turn in turns {
        let hour = turn * 7 % 17;
        let published = format!("2020-01-01T{hour:02}:00:00Z");
        let body =
            if turn % 2 == 0 { json!({"title": "New"}) } else { json!({"title": "Old", "published": published}) };
        drop(server.json("POST", LIST, &body).expect(200));
    }
}

/// Deletes once for each turn that it is given: posts behind the walk, before it, and where it is.
fn delete(server: &Server, turns: Receiver<usize>) {
    let steps = POSTS / DELETED_EACH;
    for turn in turns.into_iter().filter(|turn| *turn < steps) {
        // 7 and the number of steps have no divisor in common, so that each goes once.
        let number = turn * 7 % steps * DELETED_EACH;
        drop(server.send(&Call::new("DELETE", &format!("{LIST}/{}", id(number)))).expect(204));
    }
}

/// Where a walk came by.
struct Walk {
    /// The ids it met, in their order.
    met: Vec<String>,
    /// Those of its last page.
    last_page: Vec<String>,
    /// The token that leads back from there.
    back: String,
}

/// Walks from a token on, page by page, while each writer writes beside each request.
fn walk(server: &Server, member: &str, mut token: String, turn: &mut usize, writers: &[Sender<usize>]) -> Walk {
    let mut met = Vec::new();
    loop {
        for writer in writers {
            writer.send(*turn).expect("a writer is there until the end");
        }
        *turn += 1;
        let query = format!("maxResults={AT_A_TIME}&fields=items/id,nextPageToken,prevPageToken&pageToken={token}");
        let page = server.get(&format!("{LIST}?{query}")).expect(200).json();
        let ids = page["items"].as_array().into_iter().flatten().filter_map(|post| post["id"].as_str());
        let ids: Vec<String> = ids.map(str::to_owned).collect();
        met.extend(ids.iter().cloned());
        match page[member].as_str() {
            Some(next) => token = next.to_owned(),
            None => return Walk { met, last_page: ids, back: page[BACKWARDS].as_str().unwrap_or_default().to_owned() },
        }
    }
}

/// None is met twice, and none that was there all along is missed.
fn check(met: &[String], way: &str) {
    let unique: BTreeSet<&String> = met.iter().collect();
    assert_eq!(unique.len(), met.len(), "{way}: one was met twice");
    let stays = (0..POSTS).filter(|number| number % DELETED_EACH != 0).map(id);
    let missed: Vec<String> = stays.filter(|id| !unique.contains(id)).collect();
    assert!(missed.is_empty(), "{way}: missed {missed:?}");
}

#[test]
fn a_walk_among_writers() {
    let server = stage();
    thread::scope(|scope| {
        let writers = [insert, delete].map(|write| {
            let (writer, turns) = channel();
            let server = &server;
            scope.spawn(move || write(server, turns));
            writer
        });
        let mut turn = 0;
        let there = walk(&server, FORWARDS, String::new(), &mut turn, &writers);
        check(&there.met, "forwards");
        let back = walk(&server, BACKWARDS, there.back, &mut turn, &writers);
        check(&[there.last_page, back.met].concat(), "backwards");
        assert!(turn > 2 * POSTS / AT_A_TIME * 2 / 3, "{turn} pages");
    });
}
