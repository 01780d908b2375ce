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

    /// Adds a blank, if letters follow and some are there.
    pub(crate) fn push_blank(&mut self) {
        self.is_behind_blank = true;
    }

    /// Adds the words of a text, as far as there is room.
    pub(crate) fn push_str(&mut self, text: &str) {
        let mut words = text.split(|letter: char| letter.is_whitespace() || letter == '\0');
        self.word(words.next().unwrap_or_default());
        for word in words {
            if self.is_full() {
                return;
            }
            self.is_behind_blank = true;
            self.word(word);
        }
    }

    fn word(&mut self, word: &str) {
        if word.is_empty() || self.is_full() {
            return;
        }
        if self.is_behind_blank && !self.text.is_empty() {
            self.text.push(' ');
        }
        self.is_behind_blank = false;
        let room = self.bytes_max.saturating_sub(self.text.len());
        self.text.push_str(word.get(..word.floor_char_boundary(room)).unwrap_or_default());
    }

    /// The text, without blanks around it.
    pub(crate) fn finish(self) -> String {
        self.text
    }
}
