use super::{Place, listening};

#[test]
fn the_place_is_read_from_the_line_that_says_listening() {
    let place = |port, is_secure| Some(Place { address: ([127, 0, 0, 1], port).into(), is_secure });
    let cases: [(&[&str], _); 6] = [
        (&["Listening on http://127.0.0.1:7070"], place(7070, false)),
        (&["Data: /x", "listening on https://127.0.0.1:1/ (HTTP/2 too)"], place(1, true)),
        (&["Try: curl http://127.0.0.1:9/", "  Listening  http://127.0.0.1:8080, 2 APIs"], place(8080, false)),
        (&["Try: curl http://127.0.0.1:9/"], None),
        (&["Listening on http://localhost:9/"], None),
        (&[], None),
    ];
    for (lines, expected) in cases {
        let lines: Vec<String> = lines.iter().map(|&line| line.into()).collect();
        assert_eq!(listening(&lines), expected, "{lines:?}");
    }
}
