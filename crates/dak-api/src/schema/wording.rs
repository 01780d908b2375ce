//! What the description of a member says of it in set phrases, for documents that say so in words alone (`D83`).

#[cfg(test)]
mod tests;

/// Phrases for what only the server sets.
const SERVER_ONLY: [&str; 4] = ["output only", "output-only", "outputonly", "response only"];
/// Phrases that say so only where they are a sentence or stand in brackets: `Whether the disk is read-only.` does not.
const READ_ONLY: [&str; 2] = ["read-only", "read only"];
/// What descriptions of tags that guard a change speak of (AIP-154).
const GUARDING: [&str; 9] = [
    "concurren",
    "currently stored",
    "freshness",
    "modify",
    "must match",
    "not match",
    "optimistic",
    "prevent",
    "updat",
];

/// A member's description.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wording<'a>(pub(super) &'a str);

impl<'a> Wording<'a> {
    /// Whether only the server sets the member: `Output only.` (AIP-203) at the beginning, or a last sentence that says so.
    pub(super) fn is_output_only(self) -> bool {
        let text = self.0.trim().to_ascii_lowercase();
        let (bracket, first) = match text.strip_prefix(['[', '(', '@']) {
            Some(rest) => (true, rest),
            None => (false, text.as_str()),
        };
        let begins = |phrase: &str| {
            let rest = first.strip_prefix(phrase);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', ',', ':', ';', ']', ')']))
        };
        let ends = |phrase: &str| {
            let before = text.trim_end_matches(['.', ')', ']', ' ']).strip_suffix(phrase).map(str::trim_end);
            before.is_some_and(|before| before.is_empty() || before.ends_with(['.', '(', '[', '@', ';']))
        };
        SERVER_ONLY.iter().any(|phrase| begins(phrase) || ends(phrase))
            || READ_ONLY.iter().any(|phrase| (bracket && begins(phrase)) || ends(phrase))
    }

    /// Whether a tag that is sent back guards against changing another version.
    pub(super) fn guards_changes(self) -> bool {
        let text = self.0.to_ascii_lowercase();
        GUARDING.iter().any(|word| text.contains(word))
    }

    /// The one value that a `kind` has, such as `storage#bucket`, where the description names one and no other.
    pub(super) fn kind(self) -> Option<&'a str> {
        let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '#' | '_' | '.' | '/' | '-');
        let words = self.0.split(|letter| !is_part(letter)).map(|word| word.trim_matches(['.', '/', '-']));
        let is_kind = |word: &&str| {
            word.split_once('#')
                .is_some_and(|(api, thing)| !api.is_empty() && !thing.is_empty() && !thing.contains('#'))
        };
        let mut kinds = words.filter(is_kind);
        let first = kinds.next()?;
        kinds.all(|other| other == first).then_some(first)
    }

    /// Whether it speaks of a time in seconds, not in thousandths of them.
    pub(super) fn counts_seconds(self) -> bool {
        let text = self.0.to_ascii_lowercase();
        text.contains("second") && !text.contains("millisecond") && !text.contains("microsecond")
    }
}
