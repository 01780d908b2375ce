//! The tree of a mail's parts: where each begins and ends (RFC 2046 5.1), found in one pass.
//!
//! Every byte is looked at once for lines that divide parts, whatever lies within what; so the time is linear, and the
//! depth is bounded, since what a stranger sends may lie within itself a million times. The parser of `mail-parser`
//! has no such bound (it ends the process), decodes every part at once, and does not keep what Gmail's tree shows.

use memchr::memmem;

use super::Limits;
use super::head::{self, Budget, Head, line_end};
use super::parameters::Structured;

/// A part as it lies in the mail.
#[derive(Debug)]
pub(crate) struct Node<'a> {
    pub(crate) head: Head<'a>,
    /// The field Content-Type, with the type that holds in its place if there is none.
    pub(crate) content_type: Structured,
    /// Its body, encoded as it came.
    pub(crate) body: &'a [u8],
    pub(crate) kind: Kind<'a>,
}

/// What a part holds.
#[derive(Debug)]
pub(crate) enum Kind<'a> {
    Leaf,
    /// Parts, or the one mail of a `message/rfc822`.
    Container(Vec<Node<'a>>),
}

/// Reads the tree of a mail.
pub(crate) fn read<'a>(raw: &'a [u8], limits: &Limits) -> Node<'a> {
    let budget = Budget::of(limits);
    let mut reader =
        Reader { raw, budget, depth_max: limits.depth_max, parts_left: limits.parts_max, open: Vec::new() };
    reader.part(0, PLAIN).0
}

/// What a part is if it does not say (RFC 2045 5.2).
const PLAIN: &str = "text/plain";
/// The same within a digest (RFC 2046 5.1.5), and the type of mails within mails.
pub(crate) const MESSAGE: &str = "message/rfc822";

struct Reader<'a> {
    raw: &'a [u8],
    budget: Budget,
    depth_max: usize,
    parts_left: usize,
    /// What lies around the part that is read, from the outside in.
    open: Vec<Around>,
}

/// A container that is being read.
enum Around {
    Mail,
    Parts { boundary: Vec<u8> },
}

/// Where a part ends and why: at a line that divides parts, or with the mail.
#[derive(Clone, Copy)]
struct Ending {
    /// The end of what stands before the line, the line end that belongs to it aside.
    content: usize,
    behind: usize,
    /// Which of `open` the line belongs to; none at the end of the mail.
    level: Option<usize>,
    is_last: bool,
}

impl<'a> Reader<'a> {
    /// Reads the part that starts at `start`, and finds what it ends with.
    fn part(&mut self, start: usize, default_type: &str) -> (Node<'a>, Ending) {
        self.parts_left = self.parts_left.saturating_sub(1);
        let head = head::read(self.raw.get(start..).unwrap_or_default(), &mut self.budget);
        let body = start + head.length;
        let content_type = content_type(&head, default_type);
        let (kind, ending, content_type) = self.content(body, content_type, &head);
        let body = self.raw.get(body..ending.content).unwrap_or_default();
        (Node { head, content_type, body, kind }, ending)
    }

    fn content(
        &mut self,
        body: usize,
        mut content_type: Structured,
        head: &Head<'_>,
    ) -> (Kind<'a>, Ending, Structured) {
        let has_room = self.open.len() < self.depth_max;
        let (kind, ending) = match container(&content_type, head) {
            Some(around) if has_room => self.container(body, around, &content_type),
            Some(_) => {
                content_type = Structured::of(OPAQUE);
                (Kind::Leaf, self.next_line(body))
            }
            None => (Kind::Leaf, self.next_line(body)),
        };
        // What calls itself a container and is none is shown as text, which it was meant to hold.
        if matches!(kind, Kind::Leaf) && content_type.value.starts_with("multipart/") {
            content_type = Structured::of(PLAIN);
        }
        (kind, ending, content_type)
    }

    fn container(&mut self, body: usize, around: Around, content_type: &Structured) -> (Kind<'a>, Ending) {
        let default_type = if content_type.value == "multipart/digest" { MESSAGE } else { PLAIN };
        let is_mail = matches!(around, Around::Mail);
        self.open.push(around);
        let (kind, ending) = if is_mail { self.mail(body) } else { self.parts(body, default_type) };
        self.open.pop();
        (kind, ending)
    }

    /// The mail within a `message/rfc822`.
    fn mail(&mut self, body: usize) -> (Kind<'a>, Ending) {
        if self.parts_left == 0 {
            return (Kind::Container(Vec::new()), self.next_line(body));
        }
        let (node, ending) = self.part(body, PLAIN);
        (Kind::Container(vec![node]), ending)
    }

    /// The parts between the lines of the innermost boundary. Without any such line it is no container.
    fn parts(&mut self, body: usize, default_type: &str) -> (Kind<'a>, Ending) {
        let own = self.open.len().checked_sub(1);
        let mut nodes = Vec::new();
        let mut ending = self.next_line(body);
        if ending.level != own {
            return (Kind::Leaf, ending);
        }
        if ending.is_last {
            return (Kind::Leaf, self.behind_last(ending));
        }
        while ending.level == own && !ending.is_last {
            // Two lines without any between them hold no part (RFC 2046 5.1.1).
            let empty = self.dividing(ending.behind, ending.behind).filter(|next| next.level == own);
            if let Some(next) = empty {
                ending = next;
            } else if self.parts_left == 0 {
                ending = self.next_line(ending.behind);
            } else {
                let (node, next) = self.part(ending.behind, default_type);
                nodes.push(node);
                ending = next;
            }
        }
        (Kind::Container(nodes), if ending.level == own { self.behind_last(ending) } else { ending })
    }

    /// What ends the container whose last line was read: the next line of one around it.
    fn behind_last(&mut self, last: Ending) -> Ending {
        let own = self.open.pop();
        let next = self.next_line(last.behind);
        self.open.extend(own);
        next
    }

    /// The next line that divides parts, from the start of a line on.
    fn next_line(&self, start: usize) -> Ending {
        let rest = self.raw.get(start..).unwrap_or_default();
        let first = rest.starts_with(b"--").then_some(start);
        let others = memmem::find_iter(rest, "\n--").map(|index| start + index + 1);
        let found = first.into_iter().chain(others).find_map(|line| self.dividing(start, line));
        let end = self.raw.len();
        found.unwrap_or(Ending { content: end, behind: end, level: None, is_last: true })
    }

    /// The line that starts at `line`, if it divides parts.
    fn dividing(&self, start: usize, line: usize) -> Option<Ending> {
        let behind = line_end(self.raw, line);
        let text = self.raw.get(line..behind)?.strip_prefix(b"--")?.trim_ascii_end();
        let levels = self.open.iter().enumerate().rev();
        let (level, is_last) = levels.filter_map(|(level, around)| Some((level, around.divides(text)?))).next()?;
        Some(Ending { content: content_end(self.raw, start, line), behind, level: Some(level), is_last })
    }
}

impl Around {
    /// Whether a line, without its dashes, is one of this container's; then whether it is the last.
    fn divides(&self, line: &[u8]) -> Option<bool> {
        let Around::Parts { boundary } = self else { return None };
        match line.strip_prefix(boundary.as_slice())? {
            [] => Some(false),
            b"--" => Some(true),
            _ => None,
        }
    }
}

/// The type of a container that is too deep to be looked into.
const OPAQUE: &str = "application/octet-stream";

/// How a part is a container; encoded ones are none, since nothing in them has a place in the mail.
fn container(content_type: &Structured, head: &Head<'_>) -> Option<Around> {
    if content_type.value == MESSAGE {
        return super::transfer_encoding(head).is_identity().then_some(Around::Mail);
    }
    let boundary = content_type.needed("boundary").filter(|_| content_type.value.starts_with("multipart/"))?;
    let boundary = boundary.trim_ascii_end();
    (!boundary.is_empty()).then(|| Around::Parts { boundary: boundary.into() })
}

/// The Content-Type of a part; a type without a form is plain text (RFC 2045 5.2).
fn content_type(head: &Head<'_>, default_type: &str) -> Structured {
    let Some(field) = head.first("content-type") else { return Structured::of(default_type) };
    let mut content_type = Structured::parse(field.value);
    let has_form = content_type
        .value
        .split_once('/')
        .is_some_and(|(kind, subtype)| !kind.is_empty() && !subtype.is_empty() && !subtype.contains('/'));
    if !has_form {
        content_type.value = PLAIN.into();
    }
    content_type
}

/// The end of what stands before the line at `line`: the line end before it belongs to the line (RFC 2046 5.1.1).
fn content_end(raw: &[u8], start: usize, line: usize) -> usize {
    let content = raw.get(start..line).unwrap_or_default();
    let content = content.strip_suffix(b"\n").unwrap_or(content);
    start + content.strip_suffix(b"\r").unwrap_or(content).len()
}
