//! `dak fields`: a server's partial response, for any JSON.

use std::fs;
use std::io::{self, Read};

use dak_proto::fields::Mask;
use dak_proto::json::{self, Layout};

use crate::args::FieldsArgs;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::paint::json as lexer;

/// Reads, checks the whole, and only then prints the part.
pub(crate) fn run(args: &FieldsArgs) -> Result<Exit, Error> {
    let mask = Mask::parse(&args.mask).map_err(|error| Error::mask(Exit::Failure, &args.mask, &error))?;
    let layout = if args.pretty { Layout::Pretty } else { Layout::Compact };
    let text = read(args.file.as_deref())?;
    let part = filter(&mask, &text, layout).map_err(|why| {
        let name = args.file.as_deref().filter(|path| *path != "-").unwrap_or("standard input");
        Error::failure(format!("{name} cannot be read: {}; give one JSON value", why.trim_end_matches('.')))
    })?;
    let mut output = Output::stdout();
    output.write(&part)?;
    output.flush()?;
    Ok(Exit::Success)
}

/// The part of a JSON text that the mask keeps, with a final line feed.
fn filter(mask: &Mask, text: &[u8], layout: Layout) -> Result<Vec<u8>, String> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    json::parse_limited(text, json::DEPTH_MAX).map_err(|fault| fault.message)?;
    // Not printed from the tree: numbers keep the digits they were written with.
    let compact = lexer::compact(text);
    let mut part = Vec::with_capacity(compact.len() / 2);
    mask.project(&compact, layout, &mut part);
    part.push(b'\n');
    Ok(part)
}

fn read(file: Option<&str>) -> Result<Vec<u8>, Error> {
    match file {
        None | Some("-") => {
            let mut text = Vec::new();
            let read = io::stdin().lock().read_to_end(&mut text);
            read.map(|_| text).map_err(|error| Error::reading("standard input", &error))
        }
        Some(path) => fs::read(path).map_err(|error| Error::reading(path, &error)),
    }
}

#[cfg(test)]
mod tests;
