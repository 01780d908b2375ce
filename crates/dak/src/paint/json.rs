//! A streaming lexer for JSON that colours and indents on the way through.
//!
//! It works on bytes and changes none but the space between tokens, so a number keeps all its digits and a string its
//! escapes. Several values one after another (NDJSON) are told apart by line feeds. At the first byte that cannot
//! be JSON it stops understanding, and everything from there on goes through as it is.

use anstyle::Style;

use crate::paint::Palette;

/// Deeper levels are not indented further, so that nesting costs no more than a line is long.
const INDENT_LEVELS_MAX: usize = 64;

/// Colours and indents JSON that comes in pieces.
#[derive(Debug)]
pub(crate) struct Painter {
    palette: Palette,
    indents: bool,
    /// The open containers, by their closing brackets.
    open: Vec<u8>,
    expects: Expects,
    token: Token,
}

/// What may come next, apart from space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expects {
    /// A value at the top; the first of the text or a further one.
    Document { first: bool },
    /// A value, behind a colon or a comma.
    Value,
    /// A value or the end of the array that has just begun.
    ValueOrEnd,
    /// A key or the end of the object that has just begun.
    KeyOrEnd,
    /// A key, behind a comma.
    Key,
    /// The colon behind a key.
    Colon,
    /// A comma or the end of the container.
    CommaOrEnd,
}

/// What the last byte belongs to.
#[derive(Debug)]
enum Token {
    /// Nothing: between tokens.
    None,
    /// A string; `escape` counts what an escape still needs.
    String { escape: Escape },
    /// A number, so far.
    Number(Vec<u8>),
    /// `true`, `false` or `null`: what has come and what it must become.
    Literal { word: &'static [u8], at: usize },
    /// Not JSON.
    Broken,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Escape {
    None,
    Backslash,
    Hex(u8),
}

/// Not JSON.
struct Unexpected;

impl Painter {
    /// A painter at the start of a text.
    pub(crate) fn new(palette: Palette, indents: bool) -> Painter {
        Painter { palette, indents, open: Vec::new(), expects: Expects::Document { first: true }, token: Token::None }
    }

    /// Paints the next piece.
    pub(crate) fn feed(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        let mut rest = bytes;
        while !rest.is_empty() {
            if matches!(self.token, Token::Broken) {
                out.extend_from_slice(rest);
                return;
            }
            match self.step(rest, out) {
                Ok(used) => rest = &rest[used..],
                Err(Unexpected) => self.give_up(out),
            }
        }
    }

    /// Ends the text; whether all of it was JSON.
    pub(crate) fn finish(&mut self, out: &mut Vec<u8>) -> bool {
        if let Token::Number(_) = self.token
            && self.end_number(out).is_err()
        {
            self.give_up(out);
        }
        if !matches!(self.token, Token::None | Token::Broken) {
            self.give_up(out);
        }
        matches!(self.token, Token::None) && self.open.is_empty() && self.expects == Expects::Document { first: false }
    }

    /// Takes one token, or a part of one, from the front of `rest`; how many bytes that were.
    fn step(&mut self, rest: &[u8], out: &mut Vec<u8>) -> Result<usize, Unexpected> {
        match &mut self.token {
            Token::None => self.begin(rest[0], out).map(|()| 1),
            Token::String { .. } => self.string(rest, out),
            Token::Number(digits) => match rest[0] {
                byte @ (b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E') => {
                    digits.push(byte);
                    out.push(byte);
                    Ok(1)
                }
                _ => self.end_number(out).map(|()| 0),
            },
            Token::Literal { .. } => self.literal(rest[0], out).map(|()| 1),
            Token::Broken => Err(Unexpected),
        }
    }

    fn begin(&mut self, byte: u8, out: &mut Vec<u8>) -> Result<(), Unexpected> {
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => self.space(byte, out),
            b'}' | b']' => self.close(byte, out)?,
            b',' => self.comma(out)?,
            b':' => self.colon(out)?,
            b'"' => self.begin_string(out)?,
            _ => self.begin_value(byte, out)?,
        }
        Ok(())
    }

    fn space(&mut self, byte: u8, out: &mut Vec<u8>) {
        if !self.indents {
            out.push(byte);
        }
    }

    fn begin_value(&mut self, byte: u8, out: &mut Vec<u8>) -> Result<(), Unexpected> {
        let (token, style) = match byte {
            b'{' | b'[' => return self.open(byte, out),
            b'-' | b'0'..=b'9' => (Token::Number(vec![byte]), self.palette.number),
            b't' => (Token::Literal { word: b"true", at: 1 }, self.palette.literal),
            b'f' => (Token::Literal { word: b"false", at: 1 }, self.palette.literal),
            b'n' => (Token::Literal { word: b"null", at: 1 }, self.palette.literal),
            _ => return Err(Unexpected),
        };
        self.expect_value(out)?;
        start(style, out);
        out.push(byte);
        self.token = token;
        Ok(())
    }

    /// Checks that a value may stand here and goes to where it should.
    fn expect_value(&mut self, out: &mut Vec<u8>) -> Result<(), Unexpected> {
        match self.expects {
            Expects::Document { first: true } | Expects::Value => {}
            Expects::Document { first: false } if self.indents => out.push(b'\n'),
            Expects::Document { first: false } => {}
            Expects::ValueOrEnd => self.line(out),
            _ => return Err(Unexpected),
        }
        Ok(())
    }

    fn open(&mut self, byte: u8, out: &mut Vec<u8>) -> Result<(), Unexpected> {
        self.expect_value(out)?;
        out.push(byte);
        let (closing, expects) = match byte {
            b'{' => (b'}', Expects::KeyOrEnd),
            _ => (b']', Expects::ValueOrEnd),
        };
        self.open.push(closing);
        self.expects = expects;
        Ok(())
    }

    fn close(&mut self, byte: u8, out: &mut Vec<u8>) -> Result<(), Unexpected> {
        let may_end = match self.expects {
            Expects::CommaOrEnd => true,
            Expects::KeyOrEnd => byte == b'}',
            Expects::ValueOrEnd => byte == b']',
            _ => false,
        };
        if !may_end || self.open.last() != Some(&byte) {
            return Err(Unexpected);
        }
        self.open.pop();
        if self.expects == Expects::CommaOrEnd {
            self.line(out);
        }
        out.push(byte);
        self.end_value();
        Ok(())
    }

    fn comma(&mut self, out: &mut Vec<u8>) -> Result<(), Unexpected> {
        if self.expects != Expects::CommaOrEnd {
            return Err(Unexpected);
        }
        out.push(b',');
        self.line(out);
        self.expects = match self.open.last() {
            Some(b'}') => Expects::Key,
            _ => Expects::Value,
        };
        Ok(())
    }

    fn colon(&mut self, out: &mut Vec<u8>) -> Result<(), Unexpected> {
        if self.expects != Expects::Colon {
            return Err(Unexpected);
        }
        out.extend_from_slice(if self.indents { b": " } else { b":" });
        self.expects = Expects::Value;
        Ok(())
    }

    fn begin_string(&mut self, out: &mut Vec<u8>) -> Result<(), Unexpected> {
        let style = match self.expects {
            Expects::KeyOrEnd | Expects::Key => self.palette.key,
            _ => self.palette.string,
        };
        match self.expects {
            Expects::KeyOrEnd => self.line(out),
            Expects::Key => {}
            _ => self.expect_value(out)?,
        }
        start(style, out);
        out.push(b'"');
        self.token = Token::String { escape: Escape::None };
        Ok(())
    }

    /// Takes the plain bytes of a string up to what needs a look, then that.
    fn string(&mut self, rest: &[u8], out: &mut Vec<u8>) -> Result<usize, Unexpected> {
        let Token::String { escape } = &mut self.token else { return Err(Unexpected) };
        if *escape != Escape::None {
            *escape = escape.next(rest[0])?;
            out.push(rest[0]);
            return Ok(1);
        }
        let plain = rest.iter().position(|&byte| byte < b' ' || byte == b'"' || byte == b'\\').unwrap_or(rest.len());
        out.extend_from_slice(&rest[..plain]);
        match rest.get(plain) {
            None => return Ok(plain),
            Some(b'\\') => {
                *escape = Escape::Backslash;
                out.push(b'\\');
            }
            Some(b'"') => {
                out.push(b'"');
                self.end_string(out);
            }
            // The plain bytes are out already: what could not be in a string goes out as broken text.
            Some(_) if plain > 0 => return Ok(plain),
            Some(_) => return Err(Unexpected),
        }
        Ok(plain + 1)
    }

    fn end_string(&mut self, out: &mut Vec<u8>) {
        self.token = Token::None;
        if matches!(self.expects, Expects::KeyOrEnd | Expects::Key) {
            stop(self.palette.key, out);
            self.expects = Expects::Colon;
        } else {
            stop(self.palette.string, out);
            self.end_value();
        }
    }

    fn end_number(&mut self, out: &mut Vec<u8>) -> Result<(), Unexpected> {
        let Token::Number(digits) = &self.token else { return Err(Unexpected) };
        if !is_number(digits) {
            return Err(Unexpected);
        }
        stop(self.palette.number, out);
        self.token = Token::None;
        self.end_value();
        Ok(())
    }

    fn literal(&mut self, byte: u8, out: &mut Vec<u8>) -> Result<(), Unexpected> {
        let Token::Literal { word, at } = &mut self.token else { return Err(Unexpected) };
        if word.get(*at) != Some(&byte) {
            return Err(Unexpected);
        }
        *at += 1;
        out.push(byte);
        if *at == word.len() {
            stop(self.palette.literal, out);
            self.token = Token::None;
            self.end_value();
        }
        Ok(())
    }

    fn end_value(&mut self) {
        self.expects = if self.open.is_empty() { Expects::Document { first: false } } else { Expects::CommaOrEnd };
    }

    fn line(&self, out: &mut Vec<u8>) {
        if self.indents {
            out.push(b'\n');
            let spaces = 2 * self.open.len().min(INDENT_LEVELS_MAX);
            out.resize(out.len() + spaces, b' ');
        }
    }

    /// Ends the colour of a token that turned out to be none; the rest goes through as it is.
    fn give_up(&mut self, out: &mut Vec<u8>) {
        if !matches!(self.token, Token::None) {
            stop(self.palette.string, out);
        }
        self.token = Token::Broken;
    }
}

impl Escape {
    fn next(self, byte: u8) -> Result<Escape, Unexpected> {
        match (self, byte) {
            (Escape::Backslash, b'u') => Ok(Escape::Hex(4)),
            (Escape::Backslash, b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(Escape::None),
            (Escape::Hex(1), byte) if byte.is_ascii_hexdigit() => Ok(Escape::None),
            (Escape::Hex(left), byte) if byte.is_ascii_hexdigit() => Ok(Escape::Hex(left - 1)),
            _ => Err(Unexpected),
        }
    }
}

/// Whether the whole text is JSON (or several JSON texts).
pub(crate) fn is_json(text: &[u8]) -> bool {
    let mut painter = Painter::new(Palette::PLAIN, false);
    let mut scratch = Vec::with_capacity(text.len());
    painter.feed(text, &mut scratch);
    painter.finish(&mut scratch)
}

/// A JSON text without the space between its tokens.
pub(crate) fn compact(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let (mut in_string, mut escaped) = (false, false);
    for &byte in text {
        if in_string || !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
            out.push(byte);
        }
        in_string ^= byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
    }
    out
}

/// RFC 8259 6: no leading zero, digits on both sides of the point.
fn is_number(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"-").unwrap_or(text);
    let (whole, rest) = text.split_at(digits(text));
    if whole.is_empty() || (whole.len() > 1 && whole[0] == b'0') {
        return false;
    }
    let rest = match rest.strip_prefix(b".") {
        Some(fraction) if digits(fraction) == 0 => return false,
        Some(fraction) => &fraction[digits(fraction)..],
        None => rest,
    };
    match rest.split_first() {
        None => true,
        Some((b'e' | b'E', power)) => {
            let power = power.strip_prefix(b"+").or(power.strip_prefix(b"-")).unwrap_or(power);
            !power.is_empty() && digits(power) == power.len()
        }
        Some(_) => false,
    }
}

fn digits(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

fn start(style: Style, out: &mut Vec<u8>) {
    out.extend_from_slice(style.render().to_string().as_bytes());
}

fn stop(style: Style, out: &mut Vec<u8>) {
    out.extend_from_slice(style.render_reset().to_string().as_bytes());
}

#[cfg(test)]
mod tests;
