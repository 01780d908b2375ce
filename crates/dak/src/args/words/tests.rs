use clap::CommandFactory;

use super::*;
use crate::args::{Call, Cli};

fn routed(line: &str) -> Route {
    let argv = line.split(' ').map(OsString::from).collect();
    route(argv, &LazyCell::new(Call::command))
}

fn words(line: &str) -> Vec<OsString> {
    line.split(' ').map(OsString::from).collect()
}

#[test]
fn the_first_word_decides() {
    let commands = [
        ("dak", "dak"),
        ("dak --help", "dak --help"),
        ("dak -h", "dak -h"),
        ("dak --version", "dak --version"),
        ("dak get :7070", "dak get :7070"),
        ("dak -v get :7070", "dak get -v :7070"),
        ("dak -o get get :7070", "dak get -o get :7070"),
        ("dak -qo x get :7070", "dak get -qo x :7070"),
        ("dak -ox get :7070", "dak get -ox :7070"),
        ("dak --fields a,b get :7070", "dak get --fields a,b :7070"),
        ("dak --fields=a,b get :7070", "dak get --fields=a,b :7070"),
        ("dak --idempotency-key post :7070", "dak post --idempotency-key :7070"),
        ("dak serve --listen :0", "dak serve --listen :0"),
        ("dak help get", "dak help get"),
    ];
    for (line, moved) in commands {
        assert_eq!(routed(line), Route::Command(words(moved)), "{line}");
    }
    let calls = [
        "dak :7070",
        "dak GET :7070",
        "dak get/",
        "dak Get",
        "dak -v host",
        "dak -o get host",
        "dak --fields serve host",
        "dak -- get",
        "dak -v",
        "dak -v --help",
    ];
    for line in calls {
        assert_eq!(routed(line), Route::Call(words(line)), "{line}");
    }
}

#[test]
fn the_reserved_words_are_the_commands() {
    let mut command = Cli::command();
    command.build();
    let mut names: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
    let mut reserved = RESERVED.to_vec();
    names.sort_unstable();
    reserved.sort_unstable();
    assert_eq!(names, reserved);
}
