use std::ffi::OsString;

use super::*;

fn typed(line: &str) -> Result<Typed, clap::Error> {
    parse(line.split_whitespace().map(OsString::from).collect())
}

#[test]
fn the_grammar_holds_together() {
    Cli::command().debug_assert();
    Call::command().debug_assert();
    documented().debug_assert();
}

#[test]
fn flags_may_stand_anywhere() {
    for line in ["dak -v get :7070 a==1", "dak get -v :7070 a==1", "dak get :7070 a==1 -v", "dak get :7070 -v a==1"] {
        let Ok(Typed::Command(Command::Get(args))) = typed(line) else { panic!("{line}") };
        assert!(args.request.verbose && args.url == ":7070" && args.items == ["a==1"], "{line}");
    }
    for line in ["dak -v GET :7070", "dak GET :7070 -v", "dak GET -v :7070"] {
        let Ok(Typed::Call(call)) = typed(line) else { panic!("{line}") };
        assert!(call.request.verbose && call.words == ["GET", ":7070"], "{line}");
    }
}

#[test]
fn an_idempotency_key_may_be_drawn() {
    let cases = [("", None), ("--idempotency-key", Some("")), ("--idempotency-key=k", Some("k"))];
    for (flag, key) in cases {
        let Ok(Typed::Command(Command::Post(args))) = typed(&format!("dak post {flag} :7070")) else {
            panic!("{flag}")
        };
        assert_eq!(args.request.idempotency_key.as_deref(), key);
        assert_eq!(args.url, ":7070");
    }
}

#[test]
fn every_flag_of_the_server_is_read() {
    let line = "dak serve --listen 127.0.0.1:0 --ephemeral --public-url http://x --allow-host a --allow-host b \
        --cors-origin http://o --trusted-proxy 10.0.0.1 --allow-remote-without-auth --auth tokens --default-user a@b.c \
        --tls-cert c.pem --tls-key k.pem --gzip-user-agent require --faithful --strict-etag --test-controls \
        --control-token t --seed s.json --api a.json --api b --log json --head-bytes-max 1KiB --body-bytes-max 1MB \
        --inflated-bytes-max 2MB --json-depth-max 9 --headers-max 8 --head-timeout 5s --idle-timeout 500ms \
        --shutdown-timeout 1m --connections-max 7 --writer-queue-max 6 --page-bytes-max 1MiB --cache-bytes-max 0 \
        --room-bytes-max 1GiB --history-kept 30d --quota 250 --quota-status 429 --quota-units messages.get=20";
    let Ok(Typed::Command(Command::Serve(args))) = typed(line) else { panic!("{:?}", typed(line)) };
    assert_eq!(args.access.allowed_hosts, ["a", "b"]);
    assert_eq!(args.limits.idle_timeout.0.as_millis(), 500);
    assert_eq!(args.limits.shutdown_timeout.0.as_secs(), 60);
    assert_eq!((args.limits.head_bytes_max.0, args.limits.cache_bytes_max.0), (1024, 0));
    assert_eq!((args.gmail.quota, args.gmail.quota_status), (Some(250), 429));
    assert_eq!(args.gmail.quota_units, [("messages.get".to_owned(), 20)]);
    assert_eq!((args.limits.room_bytes_max.0, args.gmail.history_kept.0.as_secs()), (1 << 30, 30 * 24 * 60 * 60));
}

#[test]
fn a_server_is_not_told_what_cannot_be_meant() {
    let refused = [
        ("--public-url", "api.example.com"),
        ("--public-url", "ftp://host"),
        ("--public-url", "http://"),
        ("--cors-origin", "app.example.com"),
        ("--cors-origin", "https://app.example.com/x"),
        ("--allow-host", "a/b"),
        ("--allow-host", "a b"),
        ("--default-user", "jo"),
        ("--control-token", ""),
        ("--writer-queue-max", "0"),
        ("--quota-status", "500"),
        ("--quota-units", "messages.get"),
        ("--quota-units", "=5"),
        ("--head-timeout", "0s"),
        ("--listen", "host:1"),
        ("--listen", "127.0.0.1"),
    ];
    for (flag, value) in refused {
        let error = parse(["dak", "serve", flag, value].map(OsString::from).to_vec()).expect_err(flag);
        let message = complaint(&error).to_string();
        assert!(message.contains(": write ") && !message.contains('\n'), "{flag} {value}: {message}");
    }
}

#[test]
fn a_server_listens_here_unless_told_where() {
    let cases = [
        ("7071", "127.0.0.1:7071"),
        (":7071", "127.0.0.1:7071"),
        ("localhost:0", "127.0.0.1:0"),
        ("[::1]:1", "[::1]:1"),
        ("0.0.0.0:1", "0.0.0.0:1"),
    ];
    for (text, address) in cases {
        let Ok(Typed::Command(Command::Serve(args))) = typed(&format!("dak serve --listen {text}")) else {
            panic!("{text}")
        };
        assert_eq!(args.place.listen.to_string(), address, "{text}");
    }
}

#[test]
fn the_last_of_a_repeated_flag_wins() {
    let Ok(Typed::Command(Command::Get(args))) =
        typed("dak get :1 --fields a --retries 1 --fields b --retries 2 -v -v")
    else {
        panic!("repeated flags")
    };
    assert_eq!((args.request.fields.as_deref(), args.request.retries), (Some("b"), Some(2)));
    let Ok(Typed::Call(call)) = typed("dak :1 --fields a --fields b") else { panic!("repeated flags") };
    assert_eq!(call.request.fields.as_deref(), Some("b"));
}

#[test]
fn the_data_commands_are_read() {
    for line in [
        "dak token create --user a@b.c --scope s --scope t --expires 30d --data d",
        "dak token list",
        "dak token revoke x",
        "dak backup dest --data d",
        "dak check --rebuild",
        "dak man",
        "dak completions zsh",
    ] {
        assert!(matches!(typed(line), Ok(Typed::Command(_))), "{line}: {:?}", typed(line));
    }
}

#[test]
fn a_complaint_is_one_sentence_that_says_what_to_do() {
    let cases = [
        (
            "dak get :1 --feilds x",
            "unexpected argument '--feilds' found; a similar argument exists: '--fields'",
            " get",
        ),
        ("dak get", "the following required arguments were not provided: <URL>", " get"),
        ("dak :1 --timeout soon", "write a time such as 30s, 500ms or 2m", ""),
        ("dak :1 --timeout -1", "write a time such as 30s, 500ms or 2m", ""),
        ("dak :1 --timeout 0", "write a time above 0, such as 30s", ""),
        ("dak :1 --retries x", "write a whole number, 0 or more", ""),
        ("dak :1 --retries -1", "write a whole number, 0 or more", ""),
        ("dak serve --connections-max 0", "write a whole number above 0", ""),
        ("dak serve --idle-timeout 0s", "write a time above 0", ""),
        ("dak serve --body-bytes-max 0", "write a size above 0", ""),
        ("dak serve --listen here", "write ADDRESS:PORT, such as 127.0.0.1:7070", ""),
        ("dak token create --user jo", "write an e-mail address", ""),
        ("dak token create --user a@b@c", "write an e-mail address", ""),
        ("dak token create --user a@b --expires 0s", "write a time such as 12h or 30d", ""),
        ("dak :1 -v -b", "cannot be used with", ""),
        ("dak serve --page-bytes-max much", "write a size such as 65536, 64KiB or 10MB", ""),
    ];
    for (line, part, command) in cases {
        let message = complaint(&typed(line).expect_err(line)).to_string();
        assert!(message.contains(part), "{line}: {message}");
        assert!(message.ends_with(&format!("; see dak{command} --help")), "{line}: {message}");
        assert!(!message.contains('\n'), "{message}");
    }
}
