//! HTML that users write and that is shown to others: signatures, answers. Only what is known to be harmless is kept, and
//! all of it is written anew, so that nothing depends on how a browser reads what is broken.

#[cfg(test)]
mod tests;

/// Elements that are kept, in alphabetical order.
const ELEMENTS: [&str; 51] = [
    "a",
    "abbr",
    "b",
    "big",
    "blockquote",
    "br",
    "center",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "div",
    "dl",
    "dt",
    "em",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "tt",
    "u",
    "ul",
    "wbr",
];
/// Elements that go with all that is in them; of others that are not kept only the tags go.
const DROPPED: [&str; 17] = [
    "applet",
    "audio",
    "iframe",
    "math",
    "noembed",
    "noframes",
    "noscript",
    "object",
    "plaintext",
    "script",
    "select",
    "style",
    "svg",
    "template",
    "textarea",
    "title",
    "video",
];
/// Attributes that are kept.
const ATTRIBUTES: [&str; 31] = [
    "align",
    "alt",
    "background",
    "bgcolor",
    "border",
    "cellpadding",
    "cellspacing",
    "class",
    "color",
    "colspan",
    "dir",
    "face",
    "height",
    "href",
    "hspace",
    "id",
    "lang",
    "noshade",
    "nowrap",
    "rowspan",
    "size",
    "src",
    "start",
    "style",
    "target",
    "title",
    "type",
    "valign",
    "value",
    "vspace",
    "width",
];
/// Attributes that lead somewhere.
const LINKS: [&str; 3] = ["background", "href", "src"];
/// Where they may lead.
const SCHEMES: [&str; 6] = ["cid", "http", "https", "mailto", "sms", "tel"];
/// What makes a style more than looks.
const ACTIVE_STYLE: [&str; 6] = ["\\", "&", "@", "behavior", "expression", "url("];

/// The HTML without scripts and whatever could be one.
///
/// ```
/// use dak_mail::sanitise::without_scripts;
///
/// assert_eq!(without_scripts("<b onclick=x()>Rina</b><script>x()</script>"), "<b>Rina</b>");
/// ```
pub fn without_scripts(html: &str) -> String {
    let mut clean = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let (text, markup) = rest.split_at(start);
        clean.push_str(text);
        rest = match Markup::read(markup) {
            Markup::Text(after) => {
                clean.push_str("&lt;");
                after
            }
            Markup::Nothing(after) => after,
            Markup::Tag(tag, after) => {
                tag.write(&mut clean);
                if tag.drops_content() { behind_end(after, &tag.name) } else { after }
            }
        };
    }
    clean.push_str(rest);
    clean
}

/// What a bracket begins, and what stands behind it.
enum Markup<'a> {
    /// Nothing: it is text.
    Text(&'a str),
    /// A comment or a declaration.
    Nothing(&'a str),
    Tag(Tag<'a>, &'a str),
}

struct Tag<'a> {
    /// In lower case.
    name: String,
    is_end: bool,
    /// Names in lower case; values as they were written.
    attributes: Vec<(String, &'a str)>,
}

impl<'a> Markup<'a> {
    /// `markup` begins with the bracket.
    fn read(markup: &'a str) -> Markup<'a> {
        let inside = markup.get(1..).unwrap_or_default();
        if let Some(comment) = inside.strip_prefix("!--") {
            return Markup::Nothing(comment.split_once("-->").map_or("", |(_, after)| after));
        }
        if inside.starts_with(['!', '?']) {
            return Markup::Nothing(inside.split_once('>').map_or("", |(_, after)| after));
        }
        let (is_end, inside) = inside.strip_prefix('/').map_or((false, inside), |inside| (true, inside));
        if !inside.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return Markup::Text(markup.get(1..).unwrap_or_default());
        }
        let (name, rest) = split(inside, |c| c.is_ascii_whitespace() || matches!(c, '/' | '>'));
        let (attributes, after) = attributes(rest);
        Markup::Tag(Tag { name: name.to_ascii_lowercase(), is_end, attributes }, after)
    }
}

impl Tag<'_> {
    fn drops_content(&self) -> bool {
        !self.is_end && DROPPED.contains(&self.name.as_str())
    }

    fn write(&self, out: &mut String) {
        if ELEMENTS.binary_search(&self.name.as_str()).is_err() {
            return;
        }
        out.push_str(if self.is_end { "</" } else { "<" });
        out.push_str(&self.name);
        let attributes = if self.is_end { &[] } else { self.attributes.as_slice() };
        for (name, value) in attributes.iter().filter(|(name, value)| is_harmless(name, value)) {
            let value = value.replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;");
            out.push_str(&format!(" {name}=\"{value}\""));
        }
        out.push('>');
    }
}

/// The attributes of a tag, and what stands behind it; nothing does behind a tag that does not end.
fn attributes(mut rest: &str) -> (Vec<(String, &str)>, &str) {
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if rest.is_empty() {
            return (attributes, rest);
        }
        if let Some(after) = rest.strip_prefix('>') {
            return (attributes, after);
        }
        // A name has at least one character, whichever it is.
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let more = rest.get(first..).unwrap_or_default();
        let end = first + split(more, |c| c.is_ascii_whitespace() || matches!(c, '/' | '>' | '=')).0.len();
        let (name, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let (value, after) = value(after);
        attributes.push((name.to_ascii_lowercase(), value));
        rest = after;
    }
}

/// The value behind the name of an attribute, and what stands behind that.
fn value(after_name: &str) -> (&str, &str) {
    let Some(value) = after_name.trim_ascii_start().strip_prefix('=') else { return ("", after_name) };
    let value = value.trim_ascii_start();
    for quote in ['"', '\''] {
        if let Some(quoted) = value.strip_prefix(quote) {
            return quoted.split_once(quote).unwrap_or(("", ""));
        }
    }
    split(value, |c| c.is_ascii_whitespace() || c == '>')
}

fn is_harmless(name: &str, value: &str) -> bool {
    if LINKS.contains(&name) {
        return leads_somewhere_harmless(value);
    }
    let value = value.to_ascii_lowercase();
    ATTRIBUTES.contains(&name) && (name != "style" || !ACTIVE_STYLE.iter().any(|active| value.contains(active)))
}

/// Browsers leave out blanks and control characters, and read references (`&#106;`): what may hide a scheme is none.
fn leads_somewhere_harmless(url: &str) -> bool {
    let (scheme, after) = split(url, |c| matches!(c, ':' | '/' | '?' | '#'));
    let is_plain = scheme.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'&');
    let is_image = || after.get(..7).is_some_and(|kind| kind.eq_ignore_ascii_case(":image/") && !after.contains("svg"));
    match after.starts_with(':') {
        true if scheme.eq_ignore_ascii_case("data") => is_image(),
        true => SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known)),
        false => is_plain,
    }
}

/// What stands behind the end of an element. Its name is in lower case.
fn behind_end<'a>(html: &'a str, name: &str) -> &'a str {
    let mut rest = html;
    while let Some(start) = rest.find("</") {
        rest = rest.get(start + 2..).unwrap_or_default();
        if rest.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name)) {
            return rest.split_once('>').map_or("", |(_, after)| after);
        }
    }
    ""
}

fn split(text: &str, is_end: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at_checked(text.find(is_end).unwrap_or(text.len())).unwrap_or((text, ""))
}
