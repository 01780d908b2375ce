//! Words that have no place in a commit.

use crate::tidy::source::Source;

/// Each with the reason. `todo!` and `unimplemented!` are also lints, which see only what is compiled.
const FORBIDDEN: [(&str, &str); 10] = [
    ("FIXME", "do it now, or open an issue"),
    ("TODO", "do it now, or open an issue"),
    ("XXX", "say it in a sentence"),
    ("todo!", "what is not written is not offered"),
    ("unimplemented!", "what is not written is not offered"),
    ("<<<<<<< ", "an unfinished merge"),
    (">>>>>>> ", "an unfinished merge"),
    ("/root/", "a path of one machine"),
    ("/tmp/", "a path of one machine; tests take a temporary folder"),
    ("/work/", "a path of one machine"),
];

/// The file that must name them.
const SELF: &str = "xtask/src/tidy/words.rs";

/// What npm writes: nobody chose the letters of its hashes.
const LOCK: &str = "package-lock.json";

/// Forbidden words in any text, code or not.
pub(crate) fn check(source: &Source) -> Vec<String> {
    if source.path == SELF || source.path.rsplit('/').next() == Some(LOCK) {
        return Vec::new();
    }
    let lines = source.text().unwrap_or_default().lines().enumerate();
    let findings = lines.flat_map(|(index, line)| {
        let found = FORBIDDEN.iter().filter(move |(word, _)| line.contains(word));
        found.map(move |(word, reason)| format!("{}:{}: `{word}`: {reason}", source.path, index + 1))
    });
    findings.collect()
}
