//! The head of a mail or of a part: its fields as they stand, and where its body begins.

use std::ops::Range;

use memchr::memchr;

use super::Limits;

/// A field as it came: nothing unfolded, nothing decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field<'a> {
    pub(crate) name: &'a str,
    /// What stands behind the colon, with its folds and its line end.
    pub(crate) value: &'a [u8],
    /// All its lines, in the bytes that were read.
    pub(crate) range: Range<usize>,
}

impl Field<'_> {
    pub(crate) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// The fields of a head, in their order, and the length of all its lines, the empty one behind it included.
#[derive(Debug, Default)]
pub(crate) struct Head<'a> {
    pub(crate) fields: Vec<Field<'a>>,
    pub(crate) length: usize,
}

impl<'a> Head<'a> {
    /// The first field of this name, which is the one that counts.
    pub(crate) fn first(&self, name: &str) -> Option<&Field<'a>> {
        self.fields.iter().find(|field| field.is(name))
    }

    /// All fields of this name.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &Field<'a>> {
        self.fields.iter().filter(move |field| field.is(name))
    }
}

/// What may still be kept of heads; what is beyond it is passed over, and its body is found all the same.
#[derive(Debug)]
pub(crate) struct Budget {
    bytes: usize,
    count: usize,
}

impl Budget {
    pub(crate) fn of(limits: &Limits) -> Budget {
        Budget { bytes: limits.header_bytes_max, count: limits.header_count_max }
    }

    /// True if a field of this size may be kept; it is then paid for.
    fn pays_for(&mut self, field: &Field<'_>) -> bool {
        let left = self.bytes.checked_sub(field.range.len()).zip(self.count.checked_sub(1));
        if let Some((bytes, count)) = left {
            (self.bytes, self.count) = (bytes, count);
        }
        left.is_some()
    }
}

/// Reads the head that `bytes` begin with, as far as it is within the budget.
pub(crate) fn read<'a>(bytes: &'a [u8], budget: &mut Budget) -> Head<'a> {
    let mut fields = Fields::of(bytes);
    Head { fields: fields.by_ref().filter(|field| budget.pays_for(field)).collect(), length: fields.at }
}

/// Whether the first line of these bytes is a header's (RFC 5322 2.2), as a mail's is. A line `From …` may stand before it.
pub fn begins_with_header(bytes: &[u8]) -> bool {
    matches!(line_kind(bytes, envelope_length(bytes)), Kind::Field { .. })
}

/// The fields of a head one by one.
///
/// The head ends at an empty line or before the first line that cannot be a field, which is then the body's first: mail
/// that lacks the empty line is still read. A line `From …` of an mbox file may stand before it.
pub(crate) struct Fields<'a> {
    bytes: &'a [u8],
    /// Where the next line begins; after the last field the body does.
    pub(crate) at: usize,
    is_over: bool,
}

impl<'a> Fields<'a> {
    /// The fields that `bytes` begin with.
    pub(crate) fn of(bytes: &'a [u8]) -> Fields<'a> {
        Fields { bytes, at: envelope_length(bytes), is_over: false }
    }

    fn field(&mut self, name_end: usize) -> Option<Field<'a>> {
        let (bytes, start) = (self.bytes, self.at);
        self.at = folded_end(bytes, start);
        let name = str::from_utf8(bytes.get(start..name_end)?).ok()?;
        let behind = bytes.get(name_end..self.at)?;
        let value = behind.get(memchr(b':', behind)? + 1..)?;
        Some(Field { name, value, range: start..self.at })
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Field<'a>;

    fn next(&mut self) -> Option<Field<'a>> {
        while !self.is_over {
            match line_kind(self.bytes, self.at) {
                Kind::Field { name_end } => return self.field(name_end),
                Kind::Passed => self.at = line_end(self.bytes, self.at),
                Kind::Empty => {
                    self.at = line_end(self.bytes, self.at);
                    self.is_over = true;
                }
                Kind::Body => self.is_over = true,
            }
        }
        None
    }
}

/// What a line is, at a place where a field may begin.
enum Kind {
    Field {
        name_end: usize,
    },
    /// Belongs to no field and ends no head: a fold before any field, or a name without letters.
    Passed,
    Empty,
    Body,
}

fn line_kind(bytes: &[u8], at: usize) -> Kind {
    match bytes.get(at..).unwrap_or_default() {
        [b'\n', ..] | [b'\r', b'\n', ..] => Kind::Empty,
        // A line between parts is none of the head, whatever colons it has.
        [] | [b'-', b'-', ..] => Kind::Body,
        [b' ' | b'\t' | b':', ..] => Kind::Passed,
        line => name_length(line).map_or(Kind::Body, |length| Kind::Field { name_end: at + length }),
    }
}

/// The length of a field's name (RFC 5322 2.2), if a colon follows it, blanks before that aside (4.5).
fn name_length(line: &[u8]) -> Option<usize> {
    let length = line.iter().position(|byte| !(33..=126).contains(byte) || *byte == b':')?;
    let behind = line.get(length..)?;
    let blanks = behind.iter().position(|byte| !matches!(byte, b' ' | b'\t'))?;
    (behind.get(blanks) == Some(&b':')).then_some(length)
}

/// The end of the line that starts `at`, its line end included.
pub(crate) fn line_end(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + memchr(b'\n', rest).map_or(rest.len(), |index| index + 1)
}

/// The end of the line that starts `at` and of those that continue it.
fn folded_end(bytes: &[u8], at: usize) -> usize {
    let mut end = line_end(bytes, at);
    while matches!(bytes.get(end), Some(b' ' | b'\t')) {
        end = line_end(bytes, end);
    }
    end
}

/// The length of the line that an mbox file has before a mail.
pub(crate) fn envelope_length(bytes: &[u8]) -> usize {
    let end = memchr(b'\n', bytes).filter(|_| bytes.starts_with(b"From "));
    end.map_or(0, |end| end + 1)
}
