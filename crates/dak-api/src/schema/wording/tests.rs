use crate::schema::wording::Wording;

/// `D83`: phrases as descriptions have them.
#[test]
fn what_only_the_server_sets() {
    let cases = [
        ("Output only. The name.", true),
        ("[Output Only] The name.", true),
        ("@OutputOnly", true),
        ("The name. @OutputOnly", true),
        ("Time that this version was created.@OutputOnly", true),
        ("Response only. When it was made.", true),
        ("When it was made, in RFC 3339. Output only.", true),
        ("Defined by the server (output only)", true),
        ("The creation time of the domain. (Read-only).", true),
        ("(Read-only) The annotated asset id.", true),
        ("When this course was made. Read-only.", true),
        ("Read-only.", true),
        ("Whether the disk is read-only.", false),
        ("Read-only external name of a product.", false),
        ("Identifier. Output only for what is listed.", false),
        ("Output only for one kind of request.", false),
        ("The text for output only.", false),
        ("The name.", false),
        ("", false),
    ];
    for (description, expected) in cases {
        assert_eq!(Wording(description).is_output_only(), expected, "{description}");
    }
}

/// `D82`: the fixed string that a description names.
#[test]
fn the_kind_of_a_thing() {
    let cases = [
        ("Always `drive#file`.", Some("drive#file")),
        ("The kind of item this is. For buckets, this is always storage#bucket.", Some("storage#bucket")),
        ("Value: the fixed string \"drive#file\".", Some("drive#file")),
        ("In this case a#b, always a#b", Some("a#b")),
        ("Either `sql#error` or `sql#warning`.", None),
        ("The type of the resource.", None),
        ("Number # of things, or #1.", None),
        ("", None),
    ];
    for (description, expected) in cases {
        assert_eq!(Wording(description).kind(), expected, "{description}");
    }
}

/// `D81`: which tags in a body are held against the stored one.
#[test]
fn tags_that_guard() {
    let cases = [
        ("This checksum may be sent on update and delete requests.", true),
        ("Used to perform consistent read-modify-write updates.", true),
        ("Optional. Etag of the currently stored Secret.", true),
        ("If this is provided it must match the server's etag.", true),
        ("The version. Send it in If-Match to change exactly this version.", false),
        ("Etag of this resource.", false),
        ("HTTP 1.1 Entity tag for the access control entry.", false),
    ];
    for (description, expected) in cases {
        assert_eq!(Wording(description).guards_changes(), expected, "{description}");
    }
}

#[test]
fn units_of_time() {
    let cases = [
        ("Seconds since the epoch.", true),
        ("In milliseconds since the epoch.", false),
        ("Microseconds since then.", false),
        ("The time.", false),
    ];
    for (description, expected) in cases {
        assert_eq!(Wording(description).counts_seconds(), expected, "{description}");
    }
}
