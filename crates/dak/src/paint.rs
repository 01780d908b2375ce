//! How things look: colours, indentation, and nothing that could command a terminal.

pub(crate) mod clean;
pub(crate) mod head;
pub(crate) mod json;

use anstyle::{AnsiColor, Style};

/// The colours of each kind of text; without colour every style is plain and prints nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Palette {
    pub(crate) key: Style,
    pub(crate) string: Style,
    pub(crate) number: Style,
    pub(crate) literal: Style,
    pub(crate) good: Style,
    pub(crate) bad: Style,
    pub(crate) dim: Style,
}

impl Palette {
    /// No colour.
    pub(crate) const PLAIN: Palette = Palette {
        key: Style::new(),
        string: Style::new(),
        number: Style::new(),
        literal: Style::new(),
        good: Style::new(),
        bad: Style::new(),
        dim: Style::new(),
    };

    /// The sixteen colours that every terminal lets its user choose.
    pub(crate) const COLOURED: Palette = Palette {
        key: AnsiColor::Blue.on_default().bold(),
        string: AnsiColor::Green.on_default(),
        number: AnsiColor::Cyan.on_default(),
        literal: AnsiColor::Magenta.on_default(),
        good: AnsiColor::Green.on_default().bold(),
        bad: AnsiColor::Red.on_default().bold(),
        dim: Style::new().dimmed(),
    };
}
