//! The curl command that sends the same request.

use crate::error::Error;
use crate::plan::body::Piece;
use crate::plan::{Body, Request, Sending, Showing, secrets};

/// How curl differs from what `dak` does with this request, if it does.
pub(crate) fn difference(request: &Request, sending: &Sending) -> Option<String> {
    let method = request.wire_method();
    let is_named = !["GET", "HEAD", "POST"].contains(&method.as_str());
    (sending.redirects_max > 0 && is_named)
        .then(|| format!("curl goes on with {method} after every redirect, where dak sends GET after a 303"))
}

/// Writes the command, each word quoted for a POSIX shell.
pub(crate) fn command(request: &Request, sending: &Sending, showing: &Showing) -> Result<String, Error> {
    let show_secrets = showing.secrets;
    let mut line = Line { words: vec!["curl".to_owned()], feed: None };
    line.method(request)?;
    line.sending(sending);
    if let Some(path) = &showing.save {
        line.option("--output", path);
    }
    line.headers(request, show_secrets);
    line.body(request)?;
    let url = request.target.url();
    line.value(&if show_secrets { url } else { secrets::url(&url) });
    Ok(line.finish())
}

/// A command line under construction.
struct Line {
    words: Vec<String>,
    /// The command whose output is the body, where it cannot stand on the line.
    feed: Option<String>,
}

impl Line {
    fn flag(&mut self, flag: &str) {
        self.words.push(flag.to_owned());
    }

    fn value(&mut self, value: &str) {
        self.words.push(quote(value));
    }

    fn option(&mut self, flag: &str, value: &str) {
        self.flag(flag);
        self.value(value);
    }

    /// Names the method where curl would choose another by itself.
    fn method(&mut self, request: &Request) -> Result<(), Error> {
        // Brackets and braces in a URL would be taken for patterns.
        self.flag("--globoff");
        match (request.wire_method().as_str(), &request.body) {
            ("HEAD", Body::None) => self.flag("--head"),
            ("HEAD", _) => {
                return Err(Error::usage("curl cannot send HEAD with a body; leave the body out, or send it with dak"));
            }
            // A named method would outlive a redirect that makes it GET.
            ("POST", Body::None) => self.option("--data-raw", ""),
            ("GET", Body::None) | ("POST", _) => {}
            (method, _) => self.option("-X", method),
        }
        Ok(())
    }

    fn sending(&mut self, sending: &Sending) {
        if let Some(timeout) = sending.timeout {
            self.option("--max-time", &timeout.as_secs_f64().to_string());
        }
        if sending.retries > 0 {
            self.option("--retry", &sending.retries.to_string());
        }
        if sending.redirects_max > 0 {
            self.flag("--location");
            self.option("--max-redirs", &sending.redirects_max.to_string());
        }
        if let Some(path) = &sending.cacert {
            self.option("--cacert", path);
        }
        if sending.insecure {
            self.flag("--insecure");
        }
    }

    fn headers(&mut self, request: &Request, show_secrets: bool) {
        let headers = request.wire_headers();
        if headers.iter().any(|(name, _)| name == "accept-encoding") {
            self.flag("--compressed");
        }
        for (name, value) in &headers {
            let value = if show_secrets { value.clone() } else { secrets::header(name, value) };
            // An empty value is written with a semicolon; a colon alone would remove the header.
            let text = if value.is_empty() { format!("{name};") } else { format!("{name}: {value}") };
            self.option("-H", &text);
        }
        let silenced = ["accept", "user-agent"]
            .into_iter()
            .chain((request.body != Body::None || request.wire_method() == "POST").then_some("content-type"));
        for name in silenced {
            if !headers.iter().any(|(known, _)| known == name) {
                self.option("-H", &format!("{name}:"));
            }
        }
    }

    fn body(&mut self, request: &Request) -> Result<(), Error> {
        match &request.body {
            Body::None => {}
            Body::Bytes(bytes) if request.is_gzipped() => self.feed = Some(format!("{} | gzip -c", printf(bytes))),
            Body::Bytes(bytes) => self.bytes(bytes),
            Body::File(path) if request.is_gzipped() => self.feed = Some(format!("gzip -c < {}", quote(path))),
            Body::File(path) => self.option("--data-binary", &format!("@{path}")),
            Body::Pieces(pieces) => self.feed = Some(piped(pieces, request.is_gzipped())),
            Body::Stdin => {
                return Err(Error::usage("a body that streams from standard input cannot be put on curl's line"));
            }
        }
        if self.feed.is_some() {
            self.option("--data-binary", "@-");
        }
        Ok(())
    }

    fn bytes(&mut self, bytes: &[u8]) {
        match std::str::from_utf8(bytes) {
            Ok(text) if !text.contains('\0') && text.len() <= WORD_BYTES_MAX => self.option("--data-raw", text),
            _ => self.feed = Some(printf(bytes)),
        }
    }

    fn finish(self) -> String {
        let line = self.words.join(" ");
        match self.feed {
            Some(feed) => format!("{feed} | {line}"),
            None => line,
        }
    }
}

/// The longest body that stands on the line itself; systems limit one word to 128 KiB.
const WORD_BYTES_MAX: usize = 100 << 10;

/// Puts a word into single quotes where the shell would see more in it than a word.
pub(crate) fn quote(word: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._/:=@,+%".contains(&byte);
    if !word.is_empty() && word.bytes().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// A command that prints these bytes: octal escapes for those that a line of text cannot hold.
fn printf(bytes: &[u8]) -> String {
    let mut format = String::new();
    for &byte in bytes {
        match byte {
            b'%' => format.push_str("%%"),
            b'\\' => format.push_str(r"\\"),
            b' '..=b'~' => format.push(char::from(byte)),
            _ => format.push_str(&format!("\\{byte:03o}")),
        }
    }
    // Without the mark a body that begins with a hyphen would be taken for an option.
    format!("printf -- {}", quoted_always(&format))
}

fn quoted_always(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

fn piped(pieces: &[Piece], gzipped: bool) -> String {
    let commands: Vec<String> = pieces
        .iter()
        .map(|piece| match piece {
            Piece::Bytes(bytes) => printf(bytes),
            Piece::File(path) => format!("cat < {}", quote(path)),
        })
        .collect();
    let gzip = if gzipped { " | gzip -c" } else { "" };
    format!("{{ {}; }}{gzip}", commands.join("; "))
}

#[cfg(test)]
mod tests;
