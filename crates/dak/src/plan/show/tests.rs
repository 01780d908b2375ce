use super::*;

fn environment(changes: &str) -> Environment {
    Environment {
        stdout_is_terminal: changes.contains("tty"),
        no_color: changes.contains("no_color"),
        force_color: changes.contains("force"),
        term_is_dumb: changes.contains("dumb"),
        ..Environment::default()
    }
}

#[test]
fn the_flags_and_the_terminal_decide_what_is_printed() {
    let verbose = RequestArgs { verbose: true, ..RequestArgs::default() };
    let headers = RequestArgs { headers: true, ..RequestArgs::default() };
    let body = RequestArgs { body: true, ..RequestArgs::default() };
    let quiet = RequestArgs { quiet: true, ..RequestArgs::default() };
    let offline = RequestArgs { offline: true, ..RequestArgs::default() };
    let print = RequestArgs { print: Some("Hb".into()), ..RequestArgs::default() };
    let cases = [
        (RequestArgs::default(), "", "b"),
        (RequestArgs::default(), "tty", "hb"),
        (verbose, "", "HBhb"),
        (headers, "", "h"),
        (body, "tty", "b"),
        (quiet, "tty", ""),
        (offline, "", "HB"),
        (print, "tty", "Hb"),
    ];
    for (args, around, expected) in cases {
        let parts = Showing::new(&args, &environment(around)).expect("flags").parts;
        let letters =
            [(parts.request_head, 'H'), (parts.request_body, 'B'), (parts.answer_head, 'h'), (parts.answer_body, 'b')];
        let letters: String = letters.iter().filter(|(on, _)| *on).map(|(_, letter)| letter).collect();
        assert_eq!(letters, expected, "{args:?}");
    }
}

#[test]
fn the_look_follows_flags_then_environment_then_terminal() {
    use ColorWhen::{Always, Auto, Never};
    // Flags, surroundings; indented, coloured, cleaned.
    let cases = [
        (None, Auto, "", (false, false, false)),
        (None, Auto, "tty", (true, true, true)),
        (None, Auto, "tty no_color", (true, false, true)),
        (None, Auto, "tty dumb", (true, false, true)),
        (None, Auto, "tty dumb force", (true, true, true)),
        (None, Auto, "tty no_color force", (true, false, true)),
        (None, Auto, "force", (false, true, true)),
        (None, Auto, "no_color force", (false, false, false)),
        (None, Never, "force", (false, false, false)),
        (None, Always, "", (false, true, true)),
        (None, Always, "no_color", (false, true, true)),
        (None, Never, "tty", (true, false, true)),
        (Some(Pretty::All), Auto, "", (true, true, true)),
        (Some(Pretty::All), Never, "", (true, false, false)),
        (Some(Pretty::Format), Auto, "", (true, false, false)),
        (Some(Pretty::Colors), Auto, "", (false, true, true)),
        (Some(Pretty::None), Always, "tty", (false, false, true)),
    ];
    for (pretty, color, around, expected) in cases {
        let args = RequestArgs { pretty, color, ..RequestArgs::default() };
        let showing = Showing::new(&args, &environment(around)).expect("flags");
        let look = (showing.indents, showing.palette == Palette::COLOURED, showing.cleans);
        assert_eq!(look, expected, "{pretty:?} {color:?} {around}");
    }
}

#[test]
fn an_unknown_part_is_named() {
    let args = RequestArgs { print: Some("hx".into()), ..RequestArgs::default() };
    let message = Showing::new(&args, &Environment::default()).expect_err("x").to_string();
    assert!(message.contains("\"x\""), "{message}");
}
