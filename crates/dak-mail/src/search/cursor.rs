//! A search as characters: what comes next.

use super::operator::Operator;

/// The two kinds of groups.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Bracket {
    /// `(` and `)`: all of these.
    Round,
    /// `{` and `}`: one of these.
    Curly,
}

/// What comes next.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Token<'a> {
    /// A group begins.
    Open(Bracket),
    /// A group ends.
    Close(Bracket),
    /// What follows is negated.
    Minus,
    /// An operator; `glued` if its value follows without a blank.
    Operator { operator: Operator, glued: bool },
    /// A phrase in quotes, which need not be closed.
    Phrase(&'a str),
    /// A word, whatever it holds.
    Word(&'a str),
}

/// What of a search has not been read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    rest: &'a str,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(rest: &'a str) -> Cursor<'a> {
        Cursor { rest }
    }

    /// The next token. Signs before it are read: a plus says nothing, and neither does a minus with a blank behind it.
    pub(super) fn token(&mut self) -> Option<Token<'a>> {
        loop {
            self.skip_blanks();
            let signs = self.take_while(|c| c == '-' || c == '+');
            match (signs.contains('-'), self.is_glued()) {
                (true, true) => return Some(Token::Minus),
                _ if signs.is_empty() || !self.rest.starts_with(char::is_whitespace) => return self.unsigned(),
                _ => {}
            }
        }
    }

    /// The next token, if what follows is the value of an operator: no operator of its own, and a sign is part of it.
    pub(super) fn value(&mut self) -> Option<Token<'a>> {
        self.skip_blanks();
        self.bracket().or_else(|| self.phrase()).or_else(|| self.word())
    }

    fn unsigned(&mut self) -> Option<Token<'a>> {
        self.bracket().or_else(|| self.phrase()).or_else(|| self.operator()).or_else(|| self.word())
    }

    fn bracket(&mut self) -> Option<Token<'a>> {
        let token = match self.rest.chars().next()? {
            '(' => Token::Open(Bracket::Round),
            ')' => Token::Close(Bracket::Round),
            '{' => Token::Open(Bracket::Curly),
            '}' => Token::Close(Bracket::Curly),
            _ => return None,
        };
        self.rest = self.rest.get(1..)?;
        Some(token)
    }

    fn phrase(&mut self) -> Option<Token<'a>> {
        let inside = self.rest.strip_prefix(is_quote)?;
        let (phrase, rest) = inside.split_once(is_quote).unwrap_or((inside, ""));
        self.rest = rest;
        Some(Token::Phrase(phrase))
    }

    fn operator(&mut self) -> Option<Token<'a>> {
        let (operator, rest) = Operator::split(self.rest)?;
        self.rest = rest;
        Some(Token::Operator { operator, glued: self.is_glued() })
    }

    fn word(&mut self) -> Option<Token<'a>> {
        let word = self.take_while(|c| !c.is_whitespace() && !is_quote(c) && !matches!(c, '(' | ')' | '{' | '}'));
        (!word.is_empty()).then_some(Token::Word(word))
    }

    /// Whether something follows that is neither a blank nor the end of a group.
    fn is_glued(&self) -> bool {
        self.rest.chars().next().is_some_and(|c| !c.is_whitespace() && c != ')' && c != '}')
    }

    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn take_while(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !belongs(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }
}

/// Straight quotes, and those that editors make of them.
pub(super) fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„')
}
