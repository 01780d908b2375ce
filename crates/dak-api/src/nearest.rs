//! The known name that a mistyped one was probably meant to be.

#[cfg(test)]
mod tests;

/// ` (did you mean "title"?)` for `titel`, where a known name is near enough; else nothing.
pub(crate) fn hint<'n>(written: &str, known: impl IntoIterator<Item = &'n str>) -> String {
    const CHARS_MAX: usize = 100;
    const EDITS_MAX: usize = 3;
    let edits_max = written.chars().count().div_ceil(3).min(EDITS_MAX);
    if written.chars().count() > CHARS_MAX {
        return String::new();
    }
    let near = known.into_iter().map(|name| (edits(written, name), name));
    match near.filter(|(edits, _)| *edits <= edits_max).min() {
        Some((_, name)) => format!(" (did you mean \"{name}\"?)"),
        None => String::new(),
    }
}

/// How many letters must be put in, taken out or changed to make one of the other (Levenshtein), capitals aside.
fn edits(one: &str, other: &str) -> usize {
    let same = |a: char, b: char| a.eq_ignore_ascii_case(&b);
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (place, a) in one.chars().enumerate() {
        let mut next = vec![place + 1];
        for (pair, b) in row.windows(2).zip(&other) {
            let [diagonal, above] = pair else { continue };
            let left = next.last().copied().unwrap_or_default();
            next.push((diagonal + usize::from(!same(a, *b))).min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}
