//! Method, URL and items, told apart.

use dak_client::Method;

use crate::error::Error;
use crate::plan::item::Item;

/// The positional words of a request.
#[derive(Debug)]
pub(crate) enum Words {
    /// `[METHOD] URL [ITEM…]`.
    Free(Vec<String>),
    /// `URL [ITEM…]` behind a command that is the method.
    Named {
        /// The method.
        method: Method,
        /// The URL, as typed.
        url: String,
        /// The items, as typed.
        items: Vec<String>,
    },
}

/// What the words say.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Resolved {
    /// The method, if one was named.
    pub(crate) method: Option<Method>,
    /// The URL, as typed.
    pub(crate) url: String,
    /// The items.
    pub(crate) items: Vec<Item>,
}

/// The methods that are known in lower case too.
const METHODS: [&str; 9] = ["get", "head", "post", "put", "patch", "delete", "options", "trace", "connect"];

impl Words {
    /// Tells method, URL and items apart.
    pub(crate) fn resolve(self) -> Result<Resolved, Error> {
        let (method, url, items) = match self {
            Words::Named { method, url, items } => (Some(method), url, items),
            Words::Free(words) => split(words)?,
        };
        let items = items.iter().map(|word| Item::parse(word)).collect::<Result<_, _>>()?;
        Ok(Resolved { method, url, items })
    }
}

fn split(words: Vec<String>) -> Result<(Option<Method>, String, Vec<String>), Error> {
    let mut words = words.into_iter();
    let first = words.next().unwrap_or_default();
    let is_word = is_word(&first) && words.as_slice().first().is_some_and(|second| is_surely_url(second));
    if !is_word && !is_method(&first) {
        return Ok((None, first, words.collect()));
    }
    let url = words.next().ok_or_else(|| {
        Error::usage(format!("{first} needs a URL behind it; write dak {first} host/path, or {first}/ if it is a host"))
    })?;
    let method = Method::from_bytes(first.to_ascii_uppercase().as_bytes())
        .map_err(|_| Error::usage(format!("\"{first}\" is no method")))?;
    Ok((Some(method), url, words.collect()))
}

/// What may be a method if a URL follows: letters alone.
fn is_word(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// Whether a word can be read as a URL and not as an item; `X-Name:1` could be a host with its port.
pub(crate) fn is_surely_url(word: &str) -> bool {
    let is_port = |text: &str| text.starts_with(|letter: char| letter.is_ascii_digit());
    match word.split_once(':') {
        Some(("" | "localhost", rest)) => is_port(rest) || rest.starts_with('/'),
        Some((host, rest)) => rest.starts_with("//") && !host.contains('=') || host.contains('.') && is_port(rest),
        None => Item::parse(word).is_err() && word.contains(['/', '.']),
    }
}

/// A known method in any case, or any word of capitals alone.
fn is_method(word: &str) -> bool {
    METHODS.contains(&word.to_ascii_lowercase().as_str())
        || (!word.is_empty() && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-'))
}
