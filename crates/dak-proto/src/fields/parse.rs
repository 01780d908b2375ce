//! The grammar of masks.
//!
//! ```text
//! mask    = item { "," item } [ "," ]
//! item    = path [ "(" mask ")" ]
//! path    = segment { ( "/" | "." ) segment }
//! segment = "*" | name | "`" quoted "`"
//! ```
//!
//! A backslash makes the next character literal; blanks may stand around every token.

use super::error::{MaskError, Segment};
use super::selection::{Members, Selection};

/// The length of a mask, in characters after URL decoding.
pub const MASK_CHARS_MAX: usize = 8192;

/// How many segments may enclose each other, by slashes and by groups.
pub const MASK_DEPTH_MAX: usize = 100;

pub(super) fn parse(text: &str) -> Result<Selection, MaskError> {
    // A character takes at most four bytes, so most masks need no counting.
    if text.len() > MASK_CHARS_MAX && text.chars().count() > MASK_CHARS_MAX {
        return Err(MaskError::TooLong);
    }
    let mut parser = Parser::new(text);
    if parser.next.0 == Token::End {
        return Ok(Selection::All);
    }
    let selection = parser.mask(0)?;
    match parser.next.0 {
        Token::End => Ok(selection),
        _ => Err(parser.refuse("a closing parenthesis has no opening one")),
    }
}

/// A piece of a mask.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Segment(Segment),
    Slash,
    Comma,
    Open,
    Close,
    End,
    /// What is wrong with the text here.
    Bad(&'static str),
}

struct Parser<'t> {
    lexer: Lexer<'t>,
    /// The token to come and the byte it starts at.
    next: (Token, usize),
}

impl<'t> Parser<'t> {
    fn new(text: &'t str) -> Parser<'t> {
        let mut lexer = Lexer::new(text);
        let next = lexer.token();
        Parser { lexer, next }
    }

    /// Items up to a closing parenthesis or the end, which stay where they are.
    fn mask(&mut self, depth: usize) -> Result<Selection, MaskError> {
        let mut items = vec![self.item(depth)?];
        while self.next.0 == Token::Comma {
            self.advance();
            if matches!(self.next.0, Token::Close | Token::End) {
                break;
            }
            items.push(self.item(depth)?);
        }
        Ok(Selection::union(items))
    }

    fn item(&mut self, depth: usize) -> Result<Selection, MaskError> {
        let path = self.path(depth)?;
        let inner = match self.next.0 {
            Token::Open => self.group(depth + path.len())?,
            _ => Selection::All,
        };
        match self.next.0 {
            Token::Comma | Token::Close | Token::End => Ok(below(path, inner)),
            Token::Bad(problem) => Err(self.refuse(problem)),
            _ => Err(self.refuse("only a comma, a closing parenthesis or the end may stand here")),
        }
    }

    fn path(&mut self, depth: usize) -> Result<Vec<Segment>, MaskError> {
        let mut path = vec![self.segment()?];
        while self.next.0 == Token::Slash {
            self.advance();
            path.push(self.segment()?);
            if depth + path.len() > MASK_DEPTH_MAX {
                return Err(MaskError::TooDeep);
            }
        }
        Ok(path)
    }

    fn segment(&mut self) -> Result<Segment, MaskError> {
        match self.advance() {
            (Token::Segment(segment), _) => Ok(segment),
            (Token::Bad(problem), at) => Err(self.lexer.refuse(problem, at)),
            (_, at) => Err(self.lexer.refuse("a name is missing", at)),
        }
    }

    fn group(&mut self, depth: usize) -> Result<Selection, MaskError> {
        // A group holds a segment at least, one level further down.
        if depth >= MASK_DEPTH_MAX {
            return Err(MaskError::TooDeep);
        }
        let (_, opened_at) = self.advance();
        let inner = self.mask(depth)?;
        match self.next.0 {
            Token::Close => {
                self.advance();
                Ok(inner)
            }
            _ => Err(self.lexer.refuse("a group is not closed", opened_at)),
        }
    }

    fn advance(&mut self) -> (Token, usize) {
        let following = self.lexer.token();
        std::mem::replace(&mut self.next, following)
    }

    fn refuse(&self, problem: &'static str) -> MaskError {
        self.lexer.refuse(problem, self.next.1)
    }
}

/// The selection that keeps `inner` at the end of a path.
fn below(path: Vec<Segment>, inner: Selection) -> Selection {
    path.into_iter().rev().fold(inner, |inner, segment| {
        let mut members = Members::default();
        match segment {
            Segment::Wildcard => members.wild = Some(Box::new(inner)),
            Segment::Name(name) => members.named.push((name, inner)),
        }
        Selection::Members(members)
    })
}

/// Cuts a mask into tokens.
pub(super) struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str) -> Lexer<'t> {
        Lexer { text, at: 0 }
    }

    /// The next token and the byte it starts at; `End` again and again at the end.
    pub(super) fn token(&mut self) -> (Token, usize) {
        self.at += self.rest().len() - self.rest().trim_start_matches(is_blank).len();
        let start = self.at;
        let token = match self.bump() {
            None => Token::End,
            Some('/' | '.') => Token::Slash,
            Some(',') => Token::Comma,
            Some('(') => Token::Open,
            Some(')') => Token::Close,
            Some('`') => self.quoted(),
            Some(_) => {
                self.at = start;
                self.name()
            }
        };
        (token, start)
    }

    /// The byte after the last token.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    fn name(&mut self) -> Token {
        let start = self.at;
        let mut name = String::new();
        let mut kept = 0;
        while let Some(c) = self.rest().chars().next() {
            match c {
                ',' | '/' | '.' | '(' | ')' => break,
                '`' => return self.bad("a quoted name must be the whole segment"),
                _ => self.at += c.len_utf8(),
            }
            match c {
                '\\' => match self.bump() {
                    Some(escaped) => name.push(escaped),
                    None => return self.bad("a backslash has nothing after it"),
                },
                _ => name.push(c),
            }
            // Blanks at the end go, unless they are escaped.
            if c == '\\' || !is_blank(c) {
                kept = name.len();
            }
        }
        name.truncate(kept);
        let is_wildcard = self.text[start..self.at].trim_end_matches(is_blank) == "*";
        Token::Segment(match is_wildcard {
            true => Segment::Wildcard,
            false => Segment::Name(name.into()),
        })
    }

    fn quoted(&mut self) -> Token {
        let mut name = String::new();
        loop {
            match self.bump() {
                Some('`') if name.is_empty() => return Token::Bad("a quoted name is empty"),
                Some('`') => return Token::Segment(Segment::Name(name.into())),
                Some('\\') => name.extend(self.bump()),
                Some(c) => name.push(c),
                None => return Token::Bad("a quoted name is not closed"),
            }
        }
    }

    fn bad(&mut self, problem: &'static str) -> Token {
        self.at = self.text.len();
        Token::Bad(problem)
    }

    fn bump(&mut self) -> Option<char> {
        let c = self.rest().chars().next()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn refuse(&self, problem: &'static str, at: usize) -> MaskError {
        let before = self.text.get(..at).unwrap_or(self.text);
        let position = before.chars().count() + 1;
        MaskError::Syntax { position, problem }
    }
}

pub(super) fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}
