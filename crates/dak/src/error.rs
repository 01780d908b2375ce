//! What goes wrong on the way: one plain sentence and an exit code.

use std::fmt;
use std::io;

use dak_proto::fields::MaskError;

use crate::exit::Exit;
use crate::output::tell;
use crate::paint::clean;

/// A run that could not do what was asked.
#[derive(Debug)]
pub(crate) struct Error {
    exit: Exit,
    message: String,
}

impl Error {
    /// An error that ends the process with `exit`; `message` is one sentence without the final stop.
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Error {
        Error { exit, message: message.into() }
    }

    /// The command line cannot be meant so.
    pub(crate) fn usage(message: impl Into<String>) -> Error {
        Error::new(Exit::Usage, message)
    }

    /// Anything without a code of its own.
    pub(crate) fn failure(message: impl Into<String>) -> Error {
        Error::new(Exit::Failure, message)
    }

    /// A mask that cannot be read.
    pub(crate) fn mask(exit: Exit, mask: &str, error: &MaskError) -> Error {
        let why = error.to_string();
        let why = why.trim_end_matches('.');
        Error::new(
            exit,
            format!("Invalid field selection {mask}: {why}; write a mask such as kind,items(id,author/name)"),
        )
    }

    /// A failed write to standard output; a reader that went away is no fault worth a word.
    pub(crate) fn output(error: &io::Error) -> Error {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Error::new(Exit::BrokenPipe, "");
        }
        Error::failure(format!("cannot write to standard output: {}", reason(error)))
    }

    /// A file that could not be read.
    pub(crate) fn reading(path: &str, error: &io::Error) -> Error {
        Error::failure(format!(
            "cannot read {}: {}; check the path and its permissions",
            clean::line(path),
            reason(error)
        ))
    }

    /// A file that could not be written.
    pub(crate) fn writing(path: &str, error: &io::Error) -> Error {
        Error::failure(format!(
            "cannot write {}: {}; check the folder and its permissions",
            clean::line(path),
            reason(error)
        ))
    }

    /// The same error with the name of what it is about in front; one that says nothing goes on saying nothing.
    pub(crate) fn about(self, name: &str) -> Error {
        if self.message.is_empty() {
            return self;
        }
        Error { message: format!("{name}: {}", self.message), ..self }
    }

    /// How the process should end.
    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }

    /// Writes the sentence to standard error, unless there is nothing to say.
    pub(crate) fn report(&self) {
        if !self.message.is_empty() {
            tell(format_args!("dak: {self}"));
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// A message without a system's number in it: nobody looks up `(os error 111)`.
pub(crate) fn without_number(message: &str) -> String {
    match message.split_once(" (os error ") {
        Some((before, after)) => format!("{before}{}", after.split_once(')').map_or("", |(_, rest)| rest)),
        None => message.to_owned(),
    }
}

/// The system's reason without its number, in lower case: `no such file or directory`.
pub(crate) fn reason(error: &io::Error) -> String {
    let plain = without_number(&error.to_string());
    let mut letters = plain.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => plain.clone(),
    }
}
