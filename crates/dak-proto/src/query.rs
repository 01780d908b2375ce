//! The parameters of a request: its query and, where a form body stands in for one, that too.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::slice;

use percent_encoding::percent_decode;

use crate::fault::Fault;

/// The most parameters a request may have.
pub const PARAMETERS_MAX: usize = 4096;

/// Names and values, decoded, in the order they came, repeated ones included.
///
/// What needs no decoding is borrowed from the request; an empty query allocates nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query<'a> {
    pairs: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

impl<'a> Query<'a> {
    /// Reads the part of a URI after `?`: `+` is a space, `%xx` a byte, a `%` without two digits stays one.
    ///
    /// 400 if a name or value is not UTF-8 once decoded, or if there are more than [`PARAMETERS_MAX`].
    pub fn parse(query: &'a str) -> Result<Query<'a>, Fault> {
        let mut parsed = Query::default();
        parsed.push_form(query.as_bytes())?;
        Ok(parsed)
    }

    /// Adds the parameters of a form body after those that are here. Errors as [`Query::parse`].
    pub fn push_form(&mut self, body: &'a [u8]) -> Result<(), Fault> {
        if body.is_empty() {
            return Ok(());
        }
        for pair in body.split(|b| *b == b'&').filter(|pair| !pair.is_empty()) {
            if self.pairs.len() == PARAMETERS_MAX {
                return Err(too_many());
            }
            self.pairs.push(decode_pair(pair)?);
        }
        Ok(())
    }

    /// Whether there are no parameters.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// The first value with this name: of a parameter that takes one value the first wins.
    pub fn first(&self, name: &str) -> Option<&str> {
        self.iter().find(|(other, _)| *other == name).map(|(_, value)| value)
    }

    /// Every value with this name, in order.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = self.iter().filter(move |(other, _)| *other == name);
        named.map(|(_, value)| value)
    }

    /// Names and values in order.
    pub fn iter(&self) -> Pairs<'_> {
        Pairs { inner: self.pairs.iter() }
    }
}

impl<'q> IntoIterator for &'q Query<'_> {
    type Item = (&'q str, &'q str);
    type IntoIter = Pairs<'q>;

    fn into_iter(self) -> Pairs<'q> {
        self.iter()
    }
}

/// The names and values of a [`Query`], in order.
#[derive(Clone, Debug)]
pub struct Pairs<'q> {
    inner: slice::Iter<'q, (Cow<'q, str>, Cow<'q, str>)>,
}

impl<'q> Iterator for Pairs<'q> {
    type Item = (&'q str, &'q str);

    fn next(&mut self) -> Option<Self::Item> {
        let (name, value) = self.inner.next()?;
        Some((name, value))
    }
}

/// The decoded name of a parameter as it stands between two `&`; as it stands where it cannot be decoded.
pub fn name_of(pair: &str) -> Cow<'_, str> {
    let name = pair.split_once('=').map_or(pair, |(name, _)| name);
    decode(name.as_bytes()).unwrap_or(Cow::Borrowed(name))
}

fn decode_pair(pair: &[u8]) -> Result<(Cow<'_, str>, Cow<'_, str>), Fault> {
    let equals = memchr::memchr(b'=', pair).unwrap_or(pair.len());
    let (name, value) = pair.split_at(equals);
    let value = value.get(1..).unwrap_or_default();
    let name = decode(name).ok_or_else(|| not_utf8(name))?;
    match decode(value) {
        Some(value) => Ok((name, value)),
        None => Err(not_utf8(name.as_bytes())),
    }
}

fn decode(text: &[u8]) -> Option<Cow<'_, str>> {
    match memchr::memchr2(b'%', b'+', text) {
        None => str::from_utf8(text).ok().map(Cow::Borrowed),
        Some(_) => decode_escaped(text).map(Cow::Owned),
    }
}

fn decode_escaped(text: &[u8]) -> Option<String> {
    let spaced: Vec<u8> = text.iter().map(plus_as_space).collect();
    String::from_utf8(percent_decode(&spaced).collect()).ok()
}

fn plus_as_space(byte: &u8) -> u8 {
    if *byte == b'+' { b' ' } else { *byte }
}

fn not_utf8(name: &[u8]) -> Fault {
    let name = String::from_utf8_lossy(name).into_owned();
    let message = format!("The parameter {name} is not UTF-8.");
    Fault::invalid_parameter(name, message)
}

fn too_many() -> Fault {
    let message = format!("The request has more than {PARAMETERS_MAX} parameters.");
    Fault::bad_request("tooManyParameters", message)
}
