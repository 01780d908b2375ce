//! `dak man`.

use std::io;

use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

use crate::args;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;

/// Prints the manual page, every command in it.
pub(crate) fn run() -> Result<Exit, Error> {
    let mut page = Vec::new();
    // Writing to memory cannot fail.
    render(&mut page).map_err(|error| Error::failure(error.to_string()))?;
    let mut output = Output::stdout();
    output.write(&page)?;
    output.flush()?;
    Ok(Exit::Success)
}

fn render(page: &mut Vec<u8>) -> io::Result<()> {
    let mut command = args::documented();
    command.build();
    let commands: Vec<clap::Command> = command.get_subcommands().filter(is_documented).cloned().collect();
    let man = Man::new(command);
    man.render_title(page)?;
    man.render_name_section(page)?;
    man.render_synopsis_section(page)?;
    man.render_options_section(page)?;
    man.render_extra_section(page)?;
    for command in commands {
        render_command(&command, page)?;
    }
    Ok(())
}

/// One command as a section of the page; the request's flags stand at its top and are not told six times.
fn render_command(command: &clap::Command, page: &mut Vec<u8>) -> io::Result<()> {
    let title = command.get_bin_name().unwrap_or(command.get_name()).to_uppercase();
    let mut heading = Roff::new();
    heading.control("SH", [title.as_str()]);
    if let Some(about) = command.get_long_about().or(command.get_about()) {
        heading.text([roman(about.to_string())]);
    }
    heading.to_writer(page)?;
    // What has all the flags of a request.
    let is_request = command.get_arguments().any(|arg| arg.get_id() == "offline");
    if is_request {
        let mut note = Roff::new();
        note.control("PP", []);
        note.text([roman("Takes a URL, items and the options above.")]);
        return note.to_writer(page);
    }
    let man = Man::new(command.clone());
    demoted(|section| man.render_synopsis_section(section), page)?;
    demoted(|section| man.render_options_section(section), page)?;
    demoted(|section| man.render_extra_section(section), page)?;
    for inner in command.get_subcommands().filter(is_documented) {
        render_command(inner, page)?;
    }
    Ok(())
}

/// Writes a section with its headings one level down.
fn demoted(render: impl FnOnce(&mut Vec<u8>) -> io::Result<()>, page: &mut Vec<u8>) -> io::Result<()> {
    let mut section = Vec::new();
    render(&mut section)?;
    let text = String::from_utf8_lossy(&section).replace(".SH ", ".SS ");
    page.extend_from_slice(text.as_bytes());
    Ok(())
}

fn is_documented(command: &&clap::Command) -> bool {
    command.get_name() != "help"
}
