//! Blogs from the command line, with the server running and without.

use dak_testkit::{Call, Server};
use serde_json::{Value, json};

use crate::support::{dak, dak_ok, refusal, serve, text};

/// What `dak blog` prints for the data of `server`.
fn blog(server: &Server, words: &[&str]) -> String {
    let (verb, rest) = words.split_first().expect("a verb");
    dak_ok(&[&["blog", verb, "--data", text(server.data())], rest].concat()).trim().to_owned()
}

fn json_at(server: &Server, target: &str) -> Value {
    server.send(&Call::get(target).header("Authorization", "Bearer rina@example.com")).json()
}

#[test]
fn blogs_are_made_commented_and_deleted() {
    let mut server = serve(&[]);
    // The folder itself is asked the second time.
    for round in ["running", "stopped"] {
        let url = format!("http://{round}.example.com/");
        let id = blog(&server, &["create", "--name", "Rina writes", "--url", &url, "--owner", "rina@example.com"]);
        let comment = blog(&server, &["comment", "1001", "2001", "Well said", "--author", "Rina", "--status", "live"]);
        let answer = blog(&server, &["comment", "1001", "2001", "Thanks", "--in-reply-to", &comment]);
        assert!(blog(&server, &["list"]).contains(&format!("{id}  {url}  Rina writes")));
        let twice = dak(&["blog", "create", "--data", text(server.data()), "--name", "x", "--url", &url]);
        assert!(twice.code == Some(1) && twice.complaint.contains("There is a blog at"), "{twice:?}");
        if round == "stopped" {
            server.restart();
        }
        assert_eq!(json_at(&server, &format!("/v3/blogs/{id}?view=ADMIN"))["status"], "LIVE");
        let comments = json_at(&server, "/v3/blogs/1001/posts/2001/comments?fields=items(id,content,inReplyTo)");
        assert_eq!(comments["items"][0], json!({"id": answer, "inReplyTo": {"id": comment}, "content": "Thanks"}));
        blog(&server, &["delete", &id]);
        assert_eq!(server.get(&format!("/v3/blogs/{id}")).status, 404);
        assert!(server.stop().success());
    }
    assert_eq!(blog(&server, &["list"]).lines().count(), 1);
}

/// What is wrong is said, and what to do next.
#[test]
fn refusals_say_what_to_do() {
    let server = serve(&[]);
    for (words, code, wrong, advice) in [
        (vec!["comment", "9", "2001", "x"], 1, "no blog 9", "dak blog list"),
        (vec!["comment", "1001", "9", "x"], 1, "no post 9 in the blog 1001", "/posts"),
        (vec!["comment", "1001", "2001", "x", "--in-reply-to", "9"], 1, "no comment 9", "/posts"),
        (vec!["comment", "1001", "2001"], 64, "<TEXT>", "--help"),
        (vec!["comment", "1001", "2001", " "], 64, "write some text", "--help"),
        (vec!["create", "--name", ""], 64, "write some text", "--help"),
        (vec!["create", "--name", "x", "--url", "x"], 1, "\"url\" is an address", "--url"),
        (vec!["delete", "9"], 1, "no blog 9", "dak blog list"),
    ] {
        let (verb, rest) = words.split_first().expect("a verb");
        let said = dak(&[&["blog", verb, "--data", text(server.data())], rest].concat());
        assert!(said.complaint.contains(wrong) && said.complaint.contains(advice), "{words:?}: {said:?}");
        assert_eq!(said.code, Some(code), "{words:?}");
    }
}

/// A seed as people write one.
const SEED: &str = "\
users:
  - email: rina@example.com
    displayName: রিনা
blogs:
  - id: 5
    name: Mine
    owner: rina@example.com
    posts:
      - id: 51
        title: Yesterday's
        published: -1d
        content: |
          <p>Two lines
          of text</p>
        labels: [no, \"007\"]
        comments:
          - id: 511
            content: Well said
            author: Karim
            published: -2h
          - content: Thanks
            email: rina@example.com
            inReplyTo: 511
      - title: Tomorrow's
        published: +1d
";

#[test]
fn a_new_folder_has_what_the_seed_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("seed.yaml");
    std::fs::write(&file, SEED).expect("a file");
    let mut server = serve(&["--seed", text(&file)]);
    let first = json_at(&server, "/v3/blogs/5/posts/51?maxComments=5");
    assert_eq!((&first["author"]["displayName"], &first["labels"]), (&json!("রিনা"), &json!(["no", "007"])));
    assert_eq!(first["content"], "<p>Two lines\nof text</p>\n");
    let comments = &first["replies"]["items"];
    assert_eq!((&comments[0]["inReplyTo"]["id"], &comments[1]["content"]), (&json!("511"), &json!("Well said")));
    let all = json_at(&server, "/v3/blogs/5/posts?view=ADMIN&status=LIVE&status=SCHEDULED&fields=items/status");
    assert_eq!(all["items"], json!([{"status": "SCHEDULED"}, {"status": "LIVE"}]));
    // The same command goes on with the same data.
    server.restart();
    assert_eq!(json_at(&server, "/v3/blogs/5")["posts"]["totalItems"], 1);
}

/// Only a new folder is sown (D47): another seed than the one it began with is refused, not passed over.
#[test]
fn a_seed_that_comes_too_late_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("seed.json");
    std::fs::write(&file, r#"{"blogs":[{"id":"5","name":"Mine"}]}"#).expect("a file");
    let late =
        |server: &Server| refusal(&["--listen", "127.0.0.1:0", "--seed", text(&file), "--data", text(server.data())]);
    let mut server = serve(&[]);
    assert!(server.stop().success());
    let refused = late(&server);
    assert!(refused.contains("another seed") && refused.contains("--data"), "{refused}");
    server.restart();
    assert_eq!(server.get("/v3/blogs/1001").status, 200);
    assert_eq!(server.get("/v3/blogs/5").status, 404);

    let mut server = serve(&["--seed", text(&file)]);
    assert!(server.stop().success());
    std::fs::write(&file, r#"{"blogs":[{"id":"5","name":"Changed"}]}"#).expect("a file");
    assert!(late(&server).contains("another seed"));
    std::fs::write(&file, r#"{ "blogs": [ { "id": "5", "name": "Mine" } ] }"#).expect("a file");
    server.restart();
    assert_eq!(json_at(&server, "/v3/blogs/5")["name"], "Mine");
}

/// What cannot be read or planted is named by file and place.
#[test]
fn seeds_that_cannot_be_planted() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, seed, complaint) in [
        ("a.json", r#"{"blogs":[{"name":"B","posts":[{"titel":"x"}]}]}"#, "a.json: blogs[0].posts[0]"),
        ("b.json", "{", "b.json is no JSON"),
        ("c.yaml", "blogs:\n  - name: B\n    posts: {\n", "c.yaml is no YAML: line "),
        ("d.yml", "blogs:\n  - name: B\n    posts:\n      - published: soon\n", "d.yml: blogs[0].posts[0]"),
        ("e.yaml", "", "e.yaml is empty"),
        ("g.yaml", "# nothing yet\n", "g.yaml says nothing"),
        ("f.yaml", "blogs:\n  - {name: A, name: B}\n", "f.yaml is no YAML: line 2"),
    ] {
        let file = folder.path().join(name);
        std::fs::write(&file, seed).expect("a file");
        let refused = refusal(&["--ephemeral", "--listen", "127.0.0.1:0", "--seed", text(&file)]);
        assert!(refused.contains(complaint), "{name}: {refused}");
    }
    let missing = folder.path().join("none.yaml");
    assert!(refusal(&["--ephemeral", "--listen", "127.0.0.1:0", "--seed", text(&missing)]).contains("none.yaml"));
}
