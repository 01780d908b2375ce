use url::Url;

use super::{Way, upload_url};

#[test]
fn the_way_follows_from_length_and_metadata() {
    let cases = [
        (Some(0), false, Way::Simple),
        (Some(5_000_000), false, Way::Simple),
        (Some(5_000_000), true, Way::Multipart),
        (Some(5_000_001), false, Way::Resumable),
        (Some(5_000_001), true, Way::Resumable),
        (None, false, Way::Resumable),
        (None, true, Way::Resumable),
    ];
    for (length, has_metadata, way) in cases {
        assert_eq!(Way::of(length, has_metadata), way, "{length:?} {has_metadata}");
    }
}

#[test]
fn a_url_is_made_one_for_uploads() {
    let cases = [
        ("/demo/v1", Way::Resumable, "/upload/demo/v1?uploadType=resumable"),
        ("/upload/demo/v1/324", Way::Simple, "/upload/demo/v1/324?uploadType=media"),
        ("/resumable/upload/demo/v1", Way::Multipart, "/resumable/upload/demo/v1?uploadType=multipart"),
        ("/uploads", Way::Simple, "/upload/uploads?uploadType=media"),
        ("/a%2Fb?x=1&uploadType=media", Way::Resumable, "/upload/a%2Fb?x=1&uploadType=resumable"),
        ("/", Way::Simple, "/upload/?uploadType=media"),
    ];
    for (path, way, wanted) in cases {
        let url = Url::parse(&format!("http://h{path}")).unwrap();
        assert_eq!(upload_url(url, way).as_str(), format!("http://h{wanted}"), "{path}");
    }
}

#[test]
fn a_url_may_ask_for_a_way() {
    let cases = [
        ("", None),
        ("?uploadType=media", Some(Way::Simple)),
        ("?a=b&uploadType=multipart", Some(Way::Multipart)),
        ("?uploadType=resumable", Some(Way::Resumable)),
        ("?uploadType=other", None),
    ];
    for (query, way) in cases {
        assert_eq!(Way::in_url(&Url::parse(&format!("http://h/{query}")).unwrap()), way, "{query}");
    }
}
