//! Uploads that are given up for good.

use dak_client::UploadToken;
use dak_testkit::Scripted;
use serde_json::json;

use super::play;
use crate::support::impatient;

/// The token of an upload to the method at `url`, with its session at `session`.
fn begun(url: &str, session: &str) -> UploadToken {
    let sender = json!({"uri": session, "length": 9, "chunkBytes": null, "offset": 0, "crc32c": 0, "marks": []});
    let token = json!({
        "method": "POST", "methodOverride": false, "url": url, "headers": [], "metadata": null,
        "mediaType": "text/plain", "file": null, "beganS": 1, "sender": sender,
    });
    UploadToken::from_json(&token.to_string()).unwrap()
}

/// A session may be with another server than the method: that one is told no credentials.
#[test]
fn credentials_stay_with_the_origin_where_the_upload_began() {
    for is_elsewhere in [false, true] {
        let [home, elsewhere] = [(); 2].map(|()| Scripted::start([play("200")]));
        let session = if is_elsewhere { &elsewhere } else { &home };
        let token = begun(&home.url("/upload/demo/v1"), &session.url("/s?upload_id=x"));
        let builder = impatient().0.bearer("hidden").header("x-api-key", "hidden").header("x-other", "shown");
        builder.build().unwrap().cancel_upload(&token).unwrap();
        let requests = session.requests();
        let [request] = requests.as_slice() else { panic!("{requests:?}") };
        assert_eq!((request.method.as_str(), request.target.as_str()), ("DELETE", "/s?upload_id=x"));
        let seen = |name: &str| request.header(name).map(str::to_owned);
        let hidden = |value: &str| (!is_elsewhere).then(|| value.to_owned());
        assert_eq!([seen("authorization"), seen("x-api-key")], [hidden("Bearer hidden"), hidden("hidden")]);
        assert_eq!(seen("x-other").as_deref(), Some("shown"));
    }
}
