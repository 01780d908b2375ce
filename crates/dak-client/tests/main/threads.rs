//! On which threads the clients may be called, and what may wait there.

use std::fs;
use std::io::Read;
use std::process::Command;

use dak_client::{Body, Client, Error, Response, blocking};
use dak_testkit::{Play, Scripted};
use tokio::runtime::{Builder, Runtime};
use tokio::task::spawn_blocking;

use super::support::NOBODY;

fn several_threads() -> Runtime {
    Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

fn one_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn the_blocking_client_may_be_called_on_a_runtime_of_several_threads() {
    let server = Scripted::start((0..3).map(|_| Play::new(200, &[], "hi")));
    let url = server.url("/");
    let call = |url: &str| blocking::get(url).send().map(|response| response.text().unwrap().to_owned());
    several_threads().block_on(async move {
        assert_eq!(call(&url).unwrap(), "hi");
        let (task, thread) = (url.clone(), url);
        assert_eq!(tokio::spawn(async move { call(&task) }).await.unwrap().unwrap(), "hi");
        assert_eq!(spawn_blocking(move || call(&thread)).await.unwrap().unwrap(), "hi");
    });
}

#[test]
fn where_it_must_not_wait_the_blocking_client_says_so() {
    let refused = |result: Result<Response, Error>| {
        let error = result.unwrap_err();
        assert!(matches!(&error, Error::Usage(message) if message.contains("runtime of one thread")), "{error}");
    };
    one_thread().block_on(async {
        refused(blocking::get(NOBODY).send());
        refused(spawn_blocking(|| blocking::get(NOBODY).send()).await.unwrap());
    });
}

/// An answer that is read while a request is sent that is made of it.
#[test]
fn an_answer_is_the_source_of_a_request() {
    let from = Scripted::start((0..4).map(|_| Play::new(200, &[], "from there to here")));
    let to = Scripted::start((0..5).map(|_| Play::new(200, &[("Location", "/s")], "")));
    let client = blocking::Client::new();
    let answer = || client.get(from.url("/")).send_streaming().unwrap();
    client.post(to.url("/")).body_reader(None, answer()).send().unwrap();
    let (opened, url) = (client.clone(), from.url("/"));
    let open = move || -> std::io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(opened.get(&url).send_streaming().map_err(std::io::Error::other)?))
    };
    client.post(to.url("/")).body(Body::function(None, open)).send().unwrap();
    client.upload(to.url("/")).reader(None, answer()).send().unwrap();
    let last = answer();
    one_thread().block_on(async { Client::new().post(to.url("/")).body_reader(None, last).await }).unwrap();
    let bodies: Vec<Vec<u8>> = to.requests().into_iter().map(|request| request.body).collect();
    let wanted = b"from there to here";
    assert_eq!(bodies, [&wanted[..], wanted, b"", wanted, wanted]);
}

/// The writer of a pipe may be a task of the thread that waits for it.
#[cfg(unix)]
#[test]
fn a_pipe_is_opened_where_its_writer_is_not_kept_from_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    let server = Scripted::start((0..3).map(|_| Play::new(200, &[("Location", "/s")], "")));
    one_thread().block_on(async {
        let write = || {
            let path = path.clone();
            tokio::spawn(async move { spawn_blocking(move || fs::write(path, "through it")).await })
        };
        let client = Client::new();
        let upload = client.upload(server.url("/")).file(&path);
        let (sent, written) = tokio::join!(upload.send(), write());
        sent.unwrap();
        written.unwrap().unwrap().unwrap();
        let request = client.post(server.url("/")).body_file(&path);
        let (sent, written) = tokio::join!(request.send(), write());
        sent.unwrap();
        written.unwrap().unwrap().unwrap();
    });
    let bodies: Vec<Vec<u8>> = server.requests().into_iter().map(|request| request.body).collect();
    assert_eq!(bodies, [&b""[..], b"through it", b"through it"]);
}
