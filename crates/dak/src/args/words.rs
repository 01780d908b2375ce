//! Which of the two grammars a command line is written in.

use std::cell::LazyCell;
use std::ffi::OsString;

use clap::ArgAction;

/// The words that name a command when they come first; a host of such a name is written `name/`.
pub(crate) const RESERVED: [&str; 21] = [
    "get",
    "head",
    "post",
    "put",
    "patch",
    "delete",
    "download",
    "upload",
    "uploads",
    "fields",
    "serve",
    "token",
    "blog",
    "user",
    "mail",
    "api",
    "backup",
    "check",
    "completions",
    "man",
    "help",
];

/// A command line with its grammar.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// `dak COMMAND …`, the command moved to the front.
    Command(Vec<OsString>),
    /// `dak [METHOD] URL [ITEM…]`.
    Call(Vec<OsString>),
}

/// Decides by the first word that is neither a flag nor a flag's value. `call` tells which flags take a value;
/// it is built only if a flag comes first, as that takes longer than all the rest.
pub(crate) fn route(mut argv: Vec<OsString>, call: &LazyCell<clap::Command>) -> Route {
    match first_word(&argv, call) {
        Some(at) if argv[at].to_str().is_some_and(|word| RESERVED.contains(&word)) => {
            let word = argv.remove(at);
            argv.insert(1, word);
            Route::Command(argv)
        }
        Some(_) => Route::Call(argv),
        None if is_about_the_program(&argv) => Route::Command(argv),
        None => Route::Call(argv),
    }
}

/// `dak`, `dak --help`, `dak -h`, `dak --version`: no request without a URL.
fn is_about_the_program(argv: &[OsString]) -> bool {
    argv.iter().skip(1).all(|word| matches!(word.to_str(), Some("-h" | "--help" | "-V" | "--version")))
}

fn first_word(argv: &[OsString], call: &LazyCell<clap::Command>) -> Option<usize> {
    let mut at = 1;
    while at < argv.len() {
        let word = argv[at].to_string_lossy();
        match word.as_ref() {
            // Behind this mark nothing is a flag, nor a command.
            "--" => return None,
            "-" => return Some(at),
            flag if flag.starts_with('-') => at += 1 + usize::from(takes_next(flag, call)),
            _ => return Some(at),
        }
    }
    None
}

/// Whether the word after this flag is its value.
fn takes_next(flag: &str, call: &LazyCell<clap::Command>) -> bool {
    if let Some(long) = flag.strip_prefix("--") {
        return call.get_arguments().any(|arg| arg.get_long() == Some(long) && needs_value(arg));
    }
    // In `-qo FILE` the last letter may want the next word; in `-oFILE` the value is there already.
    let valued = |letter| call.get_arguments().any(|arg| arg.get_short() == Some(letter) && needs_value(arg));
    let letters = &flag[1..];
    letters.find(valued).is_some_and(|at| letters[at..].chars().count() == 1)
}

fn needs_value(arg: &clap::Arg) -> bool {
    matches!(arg.get_action(), ArgAction::Set | ArgAction::Append) && !arg.is_require_equals_set()
}

#[cfg(test)]
mod tests;
