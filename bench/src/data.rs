//! What is served: items as people write them, with escapes and scripts beyond ASCII.

use serde_json::{Value, json};

/// What words are made of; one word in eight is Bengali, and some have to be escaped in JSON.
const SYLLABLES: [&str; 32] = [
    "an", "ber", "cor", "da", "el", "fin", "go", "hal", "in", "jo", "ket", "lu", "mer", "no", "or", "pla", "qui", "ra",
    "sen", "ti", "um", "ver", "wo", "xi", "yar", "zo", "th", "ing", "ed", "str", "\"", "\\",
];
const BENGALI: [&str; 8] = ["বাং", "লা", "বিশ্ব", "দ্যা", "লয়", "নদী", "মাঠ", "আলো"];

/// An item whose JSON has about so many bytes as it is stored.
pub(crate) fn item(number: usize, bytes: usize) -> String {
    let mut item = json!({
        "title": format!("Item {number} of many"),
        "comment": "",
        "characteristics": {
            "length": "short",
            "level": (number % 10).to_string(),
            "followers": ["Jo", "Will", format!("Reader {number}")],
        },
        "status": if number.is_multiple_of(3) { "pending" } else { "active" },
        "author": { "uri": format!("https://example.com/people/{number}"), "email": format!("w{number}@example.com") },
        "pagemap": { "article": { "title": format!("Item {number}, the article") } },
        "links": { "self": { "href": format!("https://example.com/items/{number}") } },
    });
    let comment = comment(number, bytes.saturating_sub(item.to_string().len()));
    item["comment"] = Value::from(comment);
    item.to_string()
}

/// A blog's post, of the size of a short one.
pub(crate) fn post(number: usize) -> String {
    const CONTENT_BYTES: usize = 600;
    let content = format!("<p>{}</p>", comment(number, CONTENT_BYTES));
    json!({ "title": format!("Post {number} of many"), "content": content, "labels": ["many"] }).to_string()
}

/// Bytes that nothing could make shorter, in pieces of at most 1 MiB; the same each time.
pub(crate) fn noise(bytes: u64) -> impl Iterator<Item = Vec<u8>> {
    const PIECE_BYTES: u64 = 1 << 20;
    let mut draw = Draw(bytes);
    (0..bytes).step_by(PIECE_BYTES as usize).map(move |from| {
        let mut piece: Vec<u8> = (0..PIECE_BYTES / 8).flat_map(|_| draw.next().to_le_bytes()).collect();
        piece.truncate(usize::try_from(bytes - from).unwrap_or(usize::MAX));
        piece
    })
}

/// Text that takes up about so many bytes; the same for the same number, and as little alike as prose is.
fn comment(number: usize, bytes: usize) -> String {
    let mut draw = Draw(number as u64);
    let mut text = String::with_capacity(bytes + 64);
    while text.len() < bytes {
        let bengali = draw.below(8) == 0;
        for _ in 0..=draw.below(3) {
            text.push_str(if bengali { BENGALI[draw.below(8)] } else { SYLLABLES[draw.below(32)] });
        }
        text.push(' ');
    }
    text
}

/// Numbers that look random (`SplitMix64`).
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).unwrap_or_default()
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
