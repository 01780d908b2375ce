use super::*;

fn body(fault: &Fault) -> Value {
    serde_json::from_slice(&fault.to_json(true)).unwrap()
}

#[test]
fn the_envelope_is_indented_and_ends_in_a_newline() {
    let fault = Fault::invalid_parameter("fields", "Invalid field selection titel");
    let expected = r#"{
  "error": {
    "code": 400,
    "message": "Invalid field selection titel",
    "errors": [
      {
        "message": "Invalid field selection titel",
        "domain": "global",
        "reason": "invalidParameter",
        "location": "fields",
        "locationType": "parameter"
      }
    ],
    "status": "INVALID_ARGUMENT"
  }
}
"#;
    assert_eq!(String::from_utf8(fault.to_json(true)).unwrap(), expected);
}

#[test]
fn the_newer_envelope_has_no_errors_list() {
    let fault = Fault::not_found("There is no such item.");
    let body: Value = serde_json::from_slice(&fault.to_json(false)).unwrap();
    assert_eq!(body["error"]["status"], "NOT_FOUND");
    assert!(body["error"].get("errors").is_none());
}

#[test]
fn a_failed_precondition_names_its_header_and_has_no_details() {
    let body = body(&Fault::precondition_failed("If-Match"));
    let entry = &body["error"]["errors"][0];
    assert_eq!(entry["reason"], "conditionNotMet");
    assert_eq!(entry["location"], "If-Match");
    assert_eq!(entry["locationType"], "header");
    assert!(body["error"].get("details").is_none());
}

#[test]
fn what_is_written_is_read_back() {
    let detail = serde_json::json!({ "@type": "type.googleapis.com/google.rpc.Help" });
    let faults = [
        Fault::required("q"),
        Fault::unauthorized("The token has expired.").with_detail(detail),
        Fault::precondition_failed("If-Match"),
        Fault::method_not_allowed(&[Method::GET, Method::POST]),
        Fault::unavailable(3),
        Fault::internal(),
    ];
    for fault in faults {
        let mut expected = fault.clone();
        expected.headers.clear();
        assert_eq!(Fault::from_response(fault.code, &fault.to_json(true)), expected);
    }
}

/// The entry of `errors` says of tokens what clients look for (G51).
#[test]
fn entries_about_tokens_are_brief() {
    let cases = [
        (Fault::login_required(), "Login Required."),
        (Fault::unauthorized("The token is revoked."), "Invalid Credentials"),
        (Fault::forbidden("insufficientPermissions", "It needs another scope."), "Insufficient Permission"),
        (Fault::forbidden("forbidden", "No."), "No."),
    ];
    for (fault, brief) in cases {
        let body: Value = serde_json::from_slice(&fault.to_json(true)).unwrap();
        assert_eq!(body["error"]["errors"][0]["message"], brief);
        assert_eq!(body["error"]["message"], fault.message);
    }
}

#[test]
fn any_body_gives_a_fault() {
    let cases: [(u16, &str, &str, &str); 9] = [
        (404, "", "", "Not Found"),
        (502, "<html>Bad Gateway</html>", "", "Bad Gateway"),
        (799, "null", "", "HTTP status 799"),
        (400, "[]", "", "Bad Request"),
        (400, r#"{"error":{}}"#, "", "Bad Request"),
        (400, r#"{"error":{"errors":7,"message":"No."}}"#, "", "No."),
        (400, r#"[{"error":{"message":"No.","status":"OUT_OF_RANGE"}}]"#, "OUT_OF_RANGE", "No."),
        (400, r#"{"error":"invalid_grant"}"#, "invalid_grant", "invalid_grant"),
        (401, r#"{"error":"a","error_description":"Gone stale."}"#, "a", "Gone stale."),
    ];
    for (code, body, reason, message) in cases {
        let fault = Fault::from_response(code, body.as_bytes());
        assert_eq!((&*fault.reason, &*fault.message), (reason, message), "{body}");
    }
}

#[test]
fn a_status_is_told_with_what_its_sender_says_of_it() {
    // (the answer's code and body, the status, what is said beyond it)
    let cases = [
        (404, "", "404 Not Found", None),
        (499, "", "499", None),
        (599, "<html>", "599", None),
        (404, r#"{"error":{"message":"Not Found"}}"#, "404 Not Found", None),
        (499, r#"{"error":{"message":"Gone for lunch."}}"#, "499", Some("Gone for lunch.")),
    ];
    for (code, body, status, message) in cases {
        let fault = Fault::from_response(code, body.as_bytes());
        assert_eq!((Fault::told_status(code).as_str(), fault.own_message()), (status, message), "{code} {body}");
    }
}

#[test]
fn each_kind_gives_its_advice() {
    let cases = [
        (Fault::required("q"), Advice::FixRequest),
        (Fault::too_large("The body is over 1 MiB."), Advice::FixRequest),
        (Fault::login_required(), Advice::GiveUp),
        (Fault::not_found("No."), Advice::GiveUp),
        (Fault::forbidden("insufficientPermissions", "No."), Advice::GiveUp),
        (Fault::forbidden("userRateLimitExceeded", "Slow down."), Advice::Retry),
        (Fault::conflict("No."), Advice::FetchAgain),
        (Fault::precondition_failed("If-Match"), Advice::FetchAgain),
        (Fault::precondition_required(), Advice::FetchAgain),
        (Fault::too_many_requests(1), Advice::Retry),
        (Fault::internal(), Advice::Retry),
        (Fault::unavailable(1), Advice::Retry),
        (Fault::not_implemented("No."), Advice::GiveUp),
        (Fault::insufficient_storage(), Advice::GiveUp),
    ];
    for (fault, advice) in cases {
        assert_eq!(fault.advice(), advice, "{fault}");
    }
}

#[test]
fn answers_carry_the_headers_their_codes_require() {
    let cases = [
        (Fault::method_not_allowed(&[Method::GET, Method::PUT]), "allow", "GET, PUT"),
        (Fault::unavailable(7), "retry-after", "7"),
        (Fault::login_required(), "www-authenticate", "Bearer realm=\"dak\""),
    ];
    for (fault, name, value) in cases {
        let (fault_name, fault_value) = &fault.headers[0];
        assert_eq!((fault_name.as_str(), fault_value.to_str().unwrap()), (name, value));
    }
}

/// (type, body, message)
#[test]
fn plain_text_says_what_is_wrong() {
    let (long, longer) = ("x".repeat(300), "x".repeat(301));
    let cases = [
        ("text/plain; charset=UTF-8", "Failed to parse Content-Range header.", "Failed to parse Content-Range header."),
        ("TEXT/PLAIN", "\r\n  \u{1b}[31mNo.\u{7}\r\nat line 7\r\n", "[31mNo."),
        ("text/plain", &long, &long),
        ("text/plain", &longer, "Bad Request"),
        ("text/plain", "", "Bad Request"),
        ("text/plain", "<html>No.", "Bad Request"),
        ("text/html", "No.", "Bad Request"),
        ("", "No.", "Bad Request"),
        ("text/plain", r#"{"error": {"code": 400, "message": "As JSON."}}"#, "As JSON."),
    ];
    for (content_type, body, message) in cases {
        let headers =
            http::HeaderMap::from_iter([(http::header::CONTENT_TYPE, HeaderValue::from_static(content_type))]);
        assert_eq!(Fault::from_answer(400, &headers, body.as_bytes()).message, message, "{content_type} {body}");
    }
}
