//! Mails of all sizes, in all ways (G5, U1).

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};

use bytes::Bytes;
use dak_server::Settings;
use dak_server::settings::Limits;
use serde_json::{Value, json};

use super::{Post, id};
use crate::stage::Told;

/// Sizes about which a mail is kept otherwise.
const SIZES: [usize; 4] = [40, (1 << 20) - 1, (1 << 20) + 1, 12 << 20];

/// The ways of an upload.
const WAYS: [&str; 3] = ["media", "multipart", "resumable"];

fn mail(bytes: usize) -> String {
    let head = "Subject: Long\r\nMessage-ID: <a@b>\r\n\r\nFirst words, then\r\n";
    let mut mail = head.to_owned();
    mail.extend(std::iter::repeat_n("0123456789 abcdef\r\n", bytes.saturating_sub(head.len()) / 19));
    mail
}

impl Post {
    /// What an upload of no bytes is answered with in the end.
    async fn upload_nothing(&self, way: &str, method: &str, path: &str, metadata: &str) -> Told {
        let upload = format!("{method} /upload/gmail/v1/users/me/{path}?uploadType={way}");
        let (fields, body) = match way {
            "media" => ("Content-Type: message/rfc822", String::new()),
            "multipart" => (
                "Content-Type: multipart/related; boundary=b",
                format!(
                    "--b\r\nContent-Type: application/json\r\n\r\n{metadata}\r\n\
                     --b\r\nContent-Type: message/rfc822\r\n\r\n\r\n--b--\r\n"
                ),
            ),
            _ => ("Content-Type: application/json\nX-Upload-Content-Type: message/rfc822", metadata.to_owned()),
        };
        let head = format!("{upload}\n{fields}\nContent-Length: {}", body.len());
        let told = self.stage.send_bytes(&head, body.into()).await;
        let Some(session) = told.answer.headers.get("location") else { return told };
        let session = session.to_str().unwrap().strip_prefix("http://127.0.0.1:7070").unwrap();
        self.stage.send_bytes(&format!("PUT {session}\nContent-Length: 0"), Bytes::new()).await
    }

    /// Everything that can be read of a mail of this size; then it is deleted, and no byte of it is left.
    async fn check(&self, made: &Value, mail: &str) {
        let path = format!("messages/{}", id(made));
        let read = self.get(&format!("{path}?format=raw")).await;
        assert_eq!(read["sizeEstimate"], mail.len());
        assert!(base64_simd::URL_SAFE.decode_to_vec(read["raw"].as_str().unwrap()).unwrap() == mail.as_bytes());
        let full = self.get(&format!("{path}?fields=snippet,payload/body/size")).await;
        assert_eq!(full["payload"]["body"]["size"], mail.len() - mail.find("\r\n\r\n").unwrap() - 4);
        assert!(full["snippet"].as_str().unwrap().starts_with("First words, then"));
        self.call(204, &format!("DELETE {path}"), Value::Null).await;
        self.desk("POST /_dak/clock", &json!({"advanceMs": 0})).await;
        assert_eq!(self.stage.blobs.names(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn mails_in_json() {
    let post = Post::new().await;
    for size in SIZES {
        let mail = mail(size);
        let made = post.call(200, "POST messages", json!({"raw": base64_simd::URL_SAFE.encode_to_string(&mail)})).await;
        post.check(&made, &mail).await;
    }
}

#[tokio::test]
async fn mails_as_media() {
    let post = Post::new().await;
    for size in SIZES {
        let mail = mail(size);
        let head = "POST /upload/gmail/v1/users/me/messages?uploadType=media\nContent-Type: message/rfc822";
        let told = post.stage.send_bytes(head, Bytes::from(mail.clone())).await;
        assert_eq!(told.status, 200, "{}", told.text);
        post.check(&told.json(), &mail).await;

        let head = "POST /upload/gmail/v1/users/me/messages/import?uploadType=multipart\nContent-Type: multipart/related; boundary=b";
        let body = format!(
            "--b\r\nContent-Type: application/json\r\n\r\n{{\"labelIds\":[\"STARRED\"]}}\r\n--b\r\n\
             Content-Type: message/rfc822\r\n\r\n{mail}\r\n--b--\r\n"
        );
        let told = post.stage.send_bytes(head, Bytes::from(body)).await;
        assert_eq!((told.status, &told.json()["labelIds"]), (200, &json!(["STARRED"])), "{}", told.text);
        post.check(&told.json(), &mail).await;

        let head = "POST /upload/gmail/v1/users/me/messages?uploadType=resumable\nContent-Length: 0\nX-Upload-Content-Type: message/rfc822";
        let begun = post.stage.send_bytes(head, Bytes::new()).await;
        let session = begun.header("location").strip_prefix("http://127.0.0.1:7070").unwrap().to_owned();
        let head = format!("PUT {session}\nContent-Length: {}", mail.len());
        let told = post.stage.send_bytes(&head, Bytes::from(mail.clone())).await;
        assert_eq!(told.status, 201, "{}", told.text);
        post.check(&told.json(), &mail).await;
        let again = post.stage.send_bytes(&head, Bytes::from(mail.clone())).await;
        assert_eq!((again.status, again.json()), (201, told.json()));
    }
    assert_eq!(post.get("profile").await["messagesTotal"], 0);
}

/// What is too large, or no mail by its media type, is refused before it is sent.
#[tokio::test]
async fn uploads_that_cannot_be() {
    let post = Post::new().await;
    let upload = "POST /upload/gmail/v1/users/me/messages?uploadType=resumable\nContent-Length: 0\n";
    for (status, head) in [
        (413, format!("{upload}X-Upload-Content-Length: 157286401")),
        (400, format!("{upload}X-Upload-Content-Type: image/png")),
        (200, format!("{upload}X-Upload-Content-Length: 157286400")),
    ] {
        let told = post.stage.send_bytes(&head, Bytes::new()).await;
        assert_eq!(told.status, status, "{head}\n{}", told.text);
    }
    let metadata = r#"{"labelIds":["Label_1"]}"#;
    let head = format!(
        "{}\nContent-Type: application/json\nContent-Length: {}",
        upload.lines().next().unwrap(),
        metadata.len()
    );
    let told = post.stage.send_bytes(&head, metadata.into()).await;
    assert_eq!((told.status, &told.json()["error"]["message"]), (400, &json!("Invalid label: Label_1")));
}

/// Media without a byte is no mail, however it comes and wherever it goes (G75).
#[tokio::test]
async fn uploads_of_nothing() {
    let post = Post::new().await;
    let draft = id(&post.call(200, "POST drafts", json!({"message": {"raw": super::raw("Subject: a\n\nb")}})).await);
    for (method, path) in [
        ("POST", "messages".to_owned()),
        ("POST", "messages/import".to_owned()),
        ("POST", "messages/send".to_owned()),
        ("POST", "drafts".to_owned()),
        ("PUT", format!("drafts/{draft}")),
    ] {
        for way in WAYS {
            let told = post.upload_nothing(way, method, &path, "{}").await;
            let error = &told.json()["error"];
            let found = (told.status, error["message"].as_str(), error["errors"][0]["reason"].as_str());
            let message = "'raw' RFC822 payload message string or uploading message via /upload/* URL required";
            assert_eq!(found, (400, Some(message), Some("invalidArgument")), "{way} {path}");
        }
    }
    assert_eq!(post.get("profile").await["messagesTotal"], 1);
    assert_eq!(post.stage.blobs.names(), Vec::<String>::new());
}

/// A draft that is sent without media is sent as it is (G75).
#[tokio::test]
async fn drafts_sent_with_nothing() {
    let post = Post::new().await;
    let mut found = Vec::new();
    for way in &WAYS[1..] {
        let mail = super::raw("To: me@example.com\nSubject: As it is\n\nb");
        let draft = id(&post.call(200, "POST drafts", json!({"message": {"raw": mail}})).await);
        let told = post.upload_nothing(way, "POST", "drafts/send", &json!({"id": draft}).to_string()).await;
        assert!(told.status < 300, "{}", told.text);
        found.push(post.get(&format!("messages/{}", id(&told.json()))).await["snippet"].clone());
        assert_eq!(post.get("drafts").await["resultSizeEstimate"], 0);
    }
    assert_eq!(found, ["b", "b"]);
    assert_eq!(post.stage.blobs.names(), Vec::<String>::new());
}

/// Large answers take room until they are sent, and a thread that has none is refused as a whole (G2, G8).
#[tokio::test]
async fn large_answers_take_room() {
    const ROOM_BYTES: usize = 16 << 20;
    let limits = Limits { room_bytes_max: ROOM_BYTES, ..Limits::default() };
    let post = Post::with(Settings { limits, ..Settings::default() }).await;
    let raw = base64_simd::URL_SAFE.encode_to_string(mail(3 << 20));
    let made = id(&post.call(200, "POST messages", json!({ "raw": raw })).await);
    let is_free = || {
        let mut context = Context::from_waker(Waker::noop());
        pin!(post.stage.app.answer_room.take(ROOM_BYTES as u64)).poll(&mut context).is_ready()
    };
    for (path, is_large) in [
        (format!("messages/{made}?format=raw"), true),
        (format!("messages/{made}"), true),
        (format!("threads/{made}"), true),
        (format!("messages/{made}?format=metadata"), false),
        (format!("threads/{made}?format=minimal"), false),
        (format!("messages/{made}?fields=snippet"), false),
    ] {
        let told = post.send(&format!("GET {path}"), &Value::Null).await;
        assert_eq!((told.status, is_free()), (200, !is_large), "{path}");
        drop(told);
        assert!(is_free(), "{path}");
    }
    let answer = "Subject: Re: Long\r\nIn-Reply-To: <a@b>\r\n\r\n".to_owned() + &mail(3 << 20);
    let answer = json!({"raw": base64_simd::URL_SAFE.encode_to_string(answer)});
    assert_eq!(post.call(200, "POST messages", answer).await["threadId"], made.as_str());
    let (message, reason) = post.refused(403, &format!("GET threads/{made}"), Value::Null).await;
    assert_eq!((&*message, &*reason), ("The requested resource is too large to return.", "responseTooLarge"));
    assert_eq!(post.get(&format!("threads/{made}?format=metadata")).await["messages"].as_array().unwrap().len(), 2);
    assert!(is_free());
}

/// Large mails take room for all copies of them while they are taken in or sent, however they came.
#[tokio::test]
async fn large_mails_take_room() {
    const MAIL_BYTES: usize = 3 << 20;
    const ROOM_BYTES: usize = 4 * MAIL_BYTES;
    let limits = Limits { room_bytes_max: ROOM_BYTES, ..Limits::default() };
    let post = Post::with(Settings { limits, ..Settings::default() }).await;
    let mail = "To: you@example.com\r\n".to_owned() + &mail(MAIL_BYTES);
    let json = json!({"raw": base64_simd::URL_SAFE.encode_to_string(&mail)}).to_string();
    let draft = json!({"message": {"raw": base64_simd::URL_SAFE.encode_to_string(&mail)}}).to_string();
    for (path, content_type, body, copies) in [
        ("/upload/gmail/v1/users/me/messages/send?uploadType=media", "message/rfc822", &mail, 3),
        ("/upload/gmail/v1/users/me/messages/import?uploadType=media", "message/rfc822", &mail, 3),
        ("/upload/gmail/v1/users/me/messages?uploadType=media", "message/rfc822", &mail, 3),
        ("/upload/gmail/v1/users/me/drafts?uploadType=media", "message/rfc822", &mail, 3),
        ("/gmail/v1/users/me/messages/send", "application/json", &json, 2),
        ("/gmail/v1/users/me/messages", "application/json", &json, 2),
        ("/gmail/v1/users/me/drafts", "application/json", &draft, 2),
    ] {
        let room = &post.stage.app.mail_room;
        let head = format!("POST {path}\nContent-Type: {content_type}\nContent-Length: {}", body.len());
        let is_free = |bytes: usize| {
            let mut context = Context::from_waker(Waker::noop());
            pin!(room.take(bytes as u64)).poll(&mut context).is_ready()
        };
        let mut sent = pin!(post.stage.send_bytes(&head, body.clone().into()));
        // Whatever it waits for next, it has the room by then.
        while is_free(ROOM_BYTES - copies * MAIL_BYTES + MAIL_BYTES / 2) {
            let mut context = Context::from_waker(Waker::noop());
            assert!(sent.as_mut().poll(&mut context).is_pending(), "{path}");
            tokio::task::yield_now().await;
        }
        let told = sent.await;
        assert_eq!((told.status, is_free(ROOM_BYTES)), (200, true), "{path} {}", told.text);
    }
}
