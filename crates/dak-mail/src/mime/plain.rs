//! Text on one line, as it is looked at by snippets and the search.

/// Text whose blanks and line ends are one blank each, up to a size.
#[derive(Debug)]
pub(crate) struct Text {
    text: String,
    bytes_max: usize,
    is_behind_blank: bool,
}

impl Text {
    /// Nothing yet, and room for about so many bytes.
    pub(crate) fn new(bytes_max: usize) -> Text {
        Text { text: String::new(), bytes_max, is_behind_blank: false }
    }

    /// True if nothing more is taken.
    pub(crate) fn is_full(&self) -> bool {
        self.text.len() >= self.bytes_max
    }

    /// Adds a letter, or the blank that it stands for.
    pub(crate) fn push(&mut self, letter: char) {
        if letter.is_whitespace() || letter == '\0' {
            self.is_behind_blank = true;
        } else if !self.is_full() {
            if self.is_behind_blank && !self.text.is_empty() {
                self.text.push(' ');
            }
            self.is_behind_blank = false;
            self.text.push(letter);
        }
    }

    /// Adds each of the letters, as far as there is room.
    pub(crate) fn push_str(&mut self, text: &str) {
        for letter in text.chars() {
            if self.is_full() {
                return;
            }
            self.push(letter);
        }
    }

    /// The text, without blanks around it.
    pub(crate) fn finish(self) -> String {
        self.text
    }
}
