//! The parts of a mail as the Gmail API has them.

use std::borrow::Cow;

use super::head::Head;
use super::parameters::Structured;
use super::transfer::Encoding;
use super::tree::{Kind, MESSAGE, Node};
use super::{charset, header_text, transfer_encoding};

/// A header as it is shown: unfolded, encoded words decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// As it was written.
    pub name: String,
    /// On one line, without blanks around it.
    pub value: String,
}

/// A part: `MessagePart` of the API.
#[derive(Debug)]
pub struct Part<'a> {
    /// Empty for the mail itself, `0` for its first part, `0.1` for the second in that.
    pub part_id: String,
    /// Type and subtype in lower case.
    pub mime_type: String,
    /// The name it would have as a file, empty if it has none.
    pub filename: String,
    /// Its headers in their order, each as often as it came.
    pub headers: Vec<Header>,
    /// What it holds itself.
    pub body: Body<'a>,
    /// The parts in it.
    pub parts: Vec<Part<'a>>,
    encoded: &'a [u8],
    encoding: Encoding,
    is_file: bool,
}

/// What a part holds itself: `MessagePartBody` of the API.
#[derive(Debug, PartialEq, Eq)]
pub enum Body<'a> {
    /// Nothing but parts; its size is shown as 0.
    Container,
    /// Text without a file's name, shown where it stands whatever its size.
    Inline {
        /// How many bytes it has when decoded, in its own charset.
        size: usize,
        /// The same in UTF-8, its line ends as they came.
        text: Cow<'a, str>,
    },
    /// Everything else, fetched by itself.
    Attachment {
        /// How many bytes it has when decoded.
        size: usize,
    },
}

impl<'a> Part<'a> {
    /// Of its texts no more than `bytes_left` are read.
    pub(crate) fn of(node: &Node<'a>, part_id: String, bytes_left: &mut usize) -> Part<'a> {
        let disposition = node.head.first("Content-Disposition").map(|field| Structured::parse(field.value));
        let disposition = disposition.unwrap_or_default();
        let filename = disposition.parameter("filename").or_else(|| node.content_type.parameter("name"));
        let filename = filename.unwrap_or_default();
        let encoding = transfer_encoding(&node.head);
        let children: &[Node<'a>] = if let Kind::Container(nodes) = &node.kind { nodes } else { &[] };
        let parts = children.iter().enumerate();
        let parts = parts.map(|(index, node)| Part::of(node, child_id(&part_id, index), bytes_left)).collect();
        Part {
            parts,
            body: Body::of(node, encoding, &filename, bytes_left),
            mime_type: node.content_type.value.clone(),
            headers: headers(&node.head),
            encoded: node.body,
            encoding,
            is_file: is_file(node, &disposition.value, &filename),
            part_id,
            filename,
        }
    }

    /// The part of this id, here or below.
    pub fn find(&self, part_id: &str) -> Option<&Part<'a>> {
        if self.part_id == part_id {
            return Some(self);
        }
        self.parts.iter().find(|part| is_within(part_id, &part.part_id))?.find(part_id)
    }

    /// The bytes of the body as they were before they were encoded.
    pub fn decoded(&self) -> Cow<'a, [u8]> {
        self.encoding.decode(self.encoded)
    }

    pub(crate) fn brings_file(&self) -> bool {
        self.is_file || (self.mime_type != MESSAGE && self.parts.iter().any(Part::brings_file))
    }

    pub(crate) fn add_filenames<'p>(&'p self, names: &mut Vec<&'p str>) {
        names.extend(Some(self.filename.as_str()).filter(|name| !name.is_empty()));
        self.parts.iter().for_each(|part| part.add_filenames(names));
    }
}

impl<'a> Body<'a> {
    fn of(node: &Node<'a>, encoding: Encoding, filename: &str, bytes_left: &mut usize) -> Body<'a> {
        if matches!(node.kind, Kind::Container(_)) {
            return Body::Container;
        }
        if !node.content_type.value.starts_with("text/") || !filename.is_empty() {
            return Body::Attachment { size: encoding.decoded_length(node.body) };
        }
        let charset = node.content_type.needed("charset");
        let cut = node.body.get(..*bytes_left).filter(|cut| cut.len() < node.body.len());
        let read = cut.map_or(node.body, whole_lines);
        *bytes_left -= read.len();
        let bytes = encoding.decode(read);
        let size = if read.len() < node.body.len() { encoding.decoded_length(node.body) } else { bytes.len() };
        Body::Inline { size, text: charset::to_utf8(charset.as_deref(), bytes) }
    }
}

/// The lines that are whole, so that no letter is cut; all of it if none is.
fn whole_lines(cut: &[u8]) -> &[u8] {
    memchr::memrchr(b'\n', cut).and_then(|end| cut.get(..=end)).unwrap_or(cut)
}

/// The fields of a head as headers.
pub(crate) fn headers(head: &Head<'_>) -> Vec<Header> {
    let header = |name: &str, value| Header { name: name.into(), value: header_text::decoded(value) };
    head.fields.iter().map(|field| header(field.name, field.value)).collect()
}

fn child_id(part_id: &str, index: usize) -> String {
    if part_id.is_empty() { index.to_string() } else { format!("{part_id}.{index}") }
}

fn is_within(part_id: &str, parent: &str) -> bool {
    part_id.strip_prefix(parent).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// A part with a name, or one that is marked as a file; what HTML shows by its Content-ID is a part of the text.
fn is_file(node: &Node<'_>, disposition: &str, filename: &str) -> bool {
    let is_marked = disposition == "attachment";
    let is_shown = node.head.first("Content-ID").is_some() && node.content_type.value.starts_with("image/");
    is_marked || (!filename.is_empty() && !is_shown)
}
