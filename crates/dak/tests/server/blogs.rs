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

#[test]
fn a_new_folder_has_what_the_seed_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("seed.json");
    let name = text(&file);
    for (seed, complaint) in
        [(r#"{"blogs":[{"name":"B","posts":[{"titel":"x"}]}]}"#, "blogs[0].posts[0]"), ("{", "is no JSON")]
    {
        std::fs::write(&file, seed).expect("a file");
        let refused = refusal(&["--ephemeral", "--listen", "127.0.0.1:0", "--seed", name]);
        assert!(refused.contains(complaint), "{refused}");
    }
    std::fs::write(&file, r#"{"blogs":[{"id":"5","name":"Mine","posts":[{"title":"A","published":"-1d"}]}]}"#)
        .expect("a file");
    let mut server = serve(&["--seed", name]);
    assert_eq!(json_at(&server, "/v3/blogs/5/posts")["items"][0]["title"], "A");
    // A folder that has data is not sown again.
    server.restart();
    assert_eq!(json_at(&server, "/v3/blogs/5")["posts"]["totalItems"], 1);
}
