//! What is printed, and how it looks.

use crate::args::{ColorWhen, Pretty, RequestArgs};
use crate::environment::Environment;
use crate::error::Error;
use crate::paint::Palette;

/// What to print of an exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Showing {
    pub(crate) parts: Parts,
    /// Whether JSON is indented.
    pub(crate) indents: bool,
    /// The colours of everything.
    pub(crate) palette: Palette,
    /// Whether text is made safe for a terminal; bytes go out as they came otherwise.
    pub(crate) cleans: bool,
    /// Whether an error status is told on standard error, as no head is printed that tells it.
    pub(crate) tells_status: bool,
    /// Whether secrets are printed.
    pub(crate) secrets: bool,
    /// Where the body of a 2xx answer goes instead.
    pub(crate) save: Option<String>,
}

/// The four parts of an exchange.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(crate) request_head: bool,
    pub(crate) request_body: bool,
    pub(crate) answer_head: bool,
    pub(crate) answer_body: bool,
}

impl Showing {
    /// Decides by the flags, else by whether a person looks.
    pub(crate) fn new(args: &RequestArgs, environment: &Environment) -> Result<Showing, Error> {
        let parts = Parts::new(args, environment)?;
        let pretty = pretty(args, environment);
        let colours = matches!(pretty, Pretty::All | Pretty::Colors) && is_colour_wanted(args, environment);
        Ok(Showing {
            parts,
            indents: matches!(pretty, Pretty::All | Pretty::Format),
            palette: if colours { Palette::COLOURED } else { Palette::PLAIN },
            cleans: environment.stdout_is_terminal || colours,
            tells_status: !parts.answer_head,
            secrets: args.show_secrets,
            save: args.output.clone().filter(|path| path != "-"),
        })
    }

    /// Whether nothing but errors is wanted.
    pub(crate) fn is_silent(&self) -> bool {
        self.parts == Parts::default()
    }
}

impl Parts {
    fn new(args: &RequestArgs, environment: &Environment) -> Result<Parts, Error> {
        let letters = match &args.print {
            Some(letters) => letters.as_str(),
            None if args.quiet => "",
            None if args.headers => "h",
            None if args.body => "b",
            None if args.verbose => "HBhb",
            None if args.offline => "HB",
            None if environment.stdout_is_terminal => "hb",
            None => "b",
        };
        let mut parts = Parts::default();
        for letter in letters.chars() {
            *parts.named(letter)? = true;
        }
        Ok(parts)
    }

    /// The same without the request's body.
    pub(crate) fn without_request_body(self) -> Parts {
        Parts { request_body: false, ..self }
    }

    fn named(&mut self, letter: char) -> Result<&mut bool, Error> {
        match letter {
            'H' => Ok(&mut self.request_head),
            'B' => Ok(&mut self.request_body),
            'h' => Ok(&mut self.answer_head),
            'b' => Ok(&mut self.answer_body),
            other => Err(Error::usage(format!(
                "--print does not know \"{}\"; use H and B for the request, h and b for the answer",
                other.escape_debug()
            ))),
        }
    }
}

fn pretty(args: &RequestArgs, environment: &Environment) -> Pretty {
    match (args.pretty, args.color) {
        (Some(pretty), _) => pretty,
        (None, _) if environment.stdout_is_terminal => Pretty::All,
        (None, ColorWhen::Always) => Pretty::Colors,
        (None, ColorWhen::Auto) if environment.force_color && !environment.no_color => Pretty::Colors,
        (None, _) => Pretty::None,
    }
}

/// <https://no-color.org> before the variables that ask for colour, and the flags before both.
fn is_colour_wanted(args: &RequestArgs, environment: &Environment) -> bool {
    match args.color {
        ColorWhen::Always => true,
        ColorWhen::Never => false,
        ColorWhen::Auto if environment.no_color => false,
        ColorWhen::Auto if environment.force_color => true,
        ColorWhen::Auto => args.pretty.is_some() || (environment.stdout_is_terminal && !environment.term_is_dumb),
    }
}

#[cfg(test)]
mod tests;
