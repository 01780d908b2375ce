//! Mails of all sizes, in all ways (G5, U1).

use bytes::Bytes;
use serde_json::{Value, json};

use super::{Post, id};

/// Sizes about which a mail is kept otherwise.
const SIZES: [usize; 4] = [40, (1 << 20) - 1, (1 << 20) + 1, 12 << 20];

fn mail(bytes: usize) -> String {
    let head = "Subject: Long\r\nMessage-ID: <a@b>\r\n\r\nFirst words, then\r\n";
    let mut mail = head.to_owned();
    mail.extend(std::iter::repeat_n("0123456789 abcdef\r\n", bytes.saturating_sub(head.len()) / 19));
    mail
}

impl Post {
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
