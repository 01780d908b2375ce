//! HTTP/2 without TLS, and its way of saying that a request was not looked at.

use bytes::Bytes;
use dak_client::{Client, Error};
use h2::Reason;
use h2::server::SendResponse;
use http::{Response, Version};
use tokio::net::TcpListener;

use crate::support::Impatient;

/// A server that resets the first streams for these reasons and then answers; and its URL.
async fn http2(resets: Vec<Reason>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let mut resets = resets.into_iter();
        let (stream, _) = listener.accept().await.unwrap();
        let mut connection = h2::server::handshake(stream).await.unwrap();
        while let Some(Ok((_request, respond))) = connection.accept().await {
            reply(respond, resets.next());
        }
    });
    url
}

fn reply(mut respond: SendResponse<Bytes>, reset: Option<Reason>) {
    match reset {
        Some(reason) => respond.send_reset(reason),
        None => {
            let mut body = respond.send_response(Response::new(()), false).unwrap();
            body.send_data(Bytes::from_static(b"second version"), true).unwrap();
        }
    }
}

#[tokio::test]
async fn http2_is_spoken_to_those_known_to_speak_it() {
    let client = Client::builder().http2_prior_knowledge(true).build().unwrap();
    let url = http2(Vec::new()).await;
    for _ in 0..2 {
        let answer = client.get(&url).await.unwrap();
        assert_eq!((answer.version(), answer.text().unwrap()), (Version::HTTP_2, "second version"));
    }
}

#[tokio::test]
async fn a_refused_stream_is_sent_again_and_a_broken_one_is_not() {
    let clock = Impatient::default();
    let client = Client::builder().http2_prior_knowledge(true).clock(clock.clone()).build().unwrap();
    let url = http2(vec![Reason::REFUSED_STREAM, Reason::INTERNAL_ERROR]).await;
    let error = client.post(&url).json(&1).await.unwrap_err();
    assert!(matches!(&error, Error::Broken(failure) if failure.attempts == 2), "{error}");
    assert_eq!(clock.waits_s(), [1]);
}
