use std::process::Command;

use super::*;
use crate::environment::Environment;
use crate::plan::tests::{planned, terminal};

fn curl(line: &str, show_secrets: bool) -> String {
    let plan = planned(line, &terminal()).expect(line);
    command(&plan.request, &plan.sending, &Showing { secrets: show_secrets, ..plan.showing }).expect(line)
}

fn shell(script: &str) -> Vec<u8> {
    let output = Command::new("sh").args(["-c", script]).output().expect("a shell");
    assert!(output.status.success(), "{script}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

#[test]
fn quoted_words_come_back_from_a_shell() {
    let words = [
        "",
        "a",
        "a b",
        "it's",
        "'",
        "$HOME `id` \\ \"",
        "*?[x]",
        "~",
        "#",
        "a\nb",
        "বাংলা",
        "-n",
        "!x",
        "{a,b}",
        ";&|<>",
    ];
    for word in words {
        let script = format!("printf '%s' {}", quote(word));
        assert_eq!(shell(&script), word.as_bytes(), "{script}");
    }
}

#[test]
fn any_bytes_come_back_from_a_shell() {
    let all: Vec<u8> = (0..=255).collect();
    for bytes in [all.as_slice(), b"", b"-x", b"%s %% \\n '", "ক1".as_bytes(), b"\x009"] {
        assert_eq!(shell(&printf(bytes)), bytes);
    }
}

#[test]
fn the_command_says_what_the_plan_says() {
    let cases = [
        ("get|:1/x", "http://localhost:1/x"),
        ("get|:1/x|a=b", "-X GET"),
        ("patch|:1|a:=null", "-X PATCH"),
        ("patch|:1|a:=null|--method-override", "-H 'x-http-method-override: PATCH' --data-raw"),
        (":1|a=it's", r#"--data-raw '{"a":"it'\''s"}'"#),
        ("HEAD|:1", "--head"),
        ("post|:1|-F", "--globoff --data-raw '' --location"),
        (":1/a/../b", " http://localhost:1/b"),
        (":1|-o|a b", "--output 'a b'"),
        (":1|User-Agent:", "-H user-agent:"),
        (":1|--raw|x|Content-Type:", "-H content-type:"),
        (":1|X-A;", "-H 'x-a;'"),
        (":1|@a b.json", "--data-binary '@a b.json'"),
        (":1|@a b.json|--gzip-request", "gzip -c < 'a b.json' | curl"),
        (":1|--raw|x|--gzip-request", "printf -- 'x' | gzip -c | curl"),
        (":1|--timeout|1500ms|--retries|2|-F|-k", "--max-time 1.5 --retry 2 --location --max-redirs 10 --insecure"),
        (":1|--cacert|ca.pem", "--cacert ca.pem"),
        (":1|-f|a@f", "; cat < f; printf"),
    ];
    for (line, part) in cases {
        let command = curl(line, false);
        assert!(command.contains(part), "{line}: {command}");
    }
}

#[test]
fn secrets_stay_out_unless_asked_for() {
    let line = "jo:pw@host/?access_token=zz9&a=1|Cookie:c=1|X-Goog-Api-Key:k1";
    let hidden = curl(line, false);
    for secret in ["zz9", "c=1", "k1", "am86cHc="] {
        assert!(!hidden.contains(secret), "{secret} in {hidden}");
        assert!(curl(line, true).contains(secret), "{secret}");
    }
    assert!(
        hidden.contains("authorization: Basic REDACTED") && hidden.contains("access_token=REDACTED&a=1"),
        "{hidden}"
    );
}

#[test]
fn a_stream_has_no_place_on_the_line() {
    let plan = planned("post|:1", &Environment::default()).expect("a plan");
    assert!(command(&plan.request, &plan.sending, &plan.showing).is_err());
}

#[test]
fn what_curl_does_otherwise_is_said() {
    let cases = [(":1|-F", false), ("post|:1|-F", false), ("delete|:1", false), ("delete|:1|-F", true)];
    for (line, differs) in cases {
        let plan = planned(line, &terminal()).expect(line);
        assert_eq!(difference(&plan.request, &plan.sending).is_some(), differs, "{line}");
    }
    let plan = planned("HEAD|:1|a=b", &terminal()).expect("a plan");
    assert!(command(&plan.request, &plan.sending, &plan.showing).is_err(), "HEAD with a body");
}
