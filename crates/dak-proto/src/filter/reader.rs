//! From words to what they say.

use super::tree::Tree;
use super::words::{Word, words};
use super::{DEPTH_MAX, FILTER_BYTES_MAX, Misfit, TERMS_MAX, beyond};

/// What the words between terms mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// `OR` binds tighter than `AND` (AIP-160).
    Filter,
    /// From left to right.
    Query,
    /// The same, but only capitals are more than words.
    Words,
}

/// What stands between the words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Leaf {
    Comparison(Comparison),
    Word(String),
}

/// A member, a sign and a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Comparison {
    pub(super) path: String,
    pub(super) sign: &'static str,
    pub(super) value: String,
    pub(super) is_quoted: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Join {
    And,
    Or,
}

pub(super) struct Reader {
    words: Vec<Word>,
    place: usize,
    terms: usize,
    dialect: Dialect,
}

impl Reader {
    pub(super) fn read(text: &str, dialect: Dialect) -> Result<Tree<Leaf>, Misfit> {
        if text.len() > FILTER_BYTES_MAX {
            return Err(beyond(text));
        }
        let (words, is_whole) = words(text);
        if !is_whole {
            return Err(beyond(text));
        }
        let mut reader = Reader { words, place: 0, terms: 0, dialect };
        if reader.words.is_empty() {
            return Ok(Tree::All(Vec::new()));
        }
        let tree = reader.row(0).filter(|_| reader.place == reader.words.len());
        tree.ok_or_else(|| beyond(reader.here()))
    }

    /// What is not understood; at the end the last word.
    fn here(&self) -> &str {
        self.words.get(self.place).or(self.words.last()).map_or("", Word::text)
    }

    /// Terms up to the end, or to the closing parenthesis.
    fn row(&mut self, depth: usize) -> Option<Tree<Leaf>> {
        let first = self.operand(depth)?;
        let mut others = Vec::new();
        while !matches!(self.peek(), None | Some(Word::Sign(")"))) {
            let join = self.join();
            others.push((join, self.operand(depth)?));
        }
        Some(match self.dialect {
            Dialect::Filter => tighter_or(first, others),
            Dialect::Query | Dialect::Words => from_left(first, others),
        })
    }

    fn join(&mut self) -> Join {
        if self.takes_keyword("OR") {
            return Join::Or;
        }
        self.takes_keyword("AND");
        Join::And
    }

    fn operand(&mut self, depth: usize) -> Option<Tree<Leaf>> {
        (depth < DEPTH_MAX).then_some(())?;
        if self.takes(&Word::Sign("-")) || self.takes_keyword("NOT") {
            return Some(Tree::Not(Box::new(self.operand(depth + 1)?)));
        }
        if self.takes(&Word::Sign("(")) {
            let inner = self.row(depth + 1)?;
            return self.takes(&Word::Sign(")")).then_some(inner);
        }
        self.term()
    }

    fn term(&mut self) -> Option<Tree<Leaf>> {
        self.terms += 1;
        (self.terms <= TERMS_MAX).then_some(())?;
        if let Some(member) = self.contained() {
            return Some(member);
        }
        let Some([Word::Plain(path), sign]) = self.words.get(self.place..self.place.saturating_add(2)) else {
            return self.word();
        };
        let sign = match sign {
            Word::Sign(sign) if self.words.get(self.place + 1).is_some_and(Word::is_comparing) => *sign,
            contains if contains.is_keyword("contains") && self.dialect != Dialect::Words => ":",
            _ => return self.word(),
        };
        let path = path.clone();
        // What is not understood is the whole of a term whose value is missing.
        let start = self.place;
        self.place += 2;
        let values = self.values(&path, sign);
        if values.is_none() {
            self.place = start;
        }
        values
    }

    /// `'x' in parents`.
    fn contained(&mut self) -> Option<Tree<Leaf>> {
        let three = self.words.get(self.place..self.place.saturating_add(3))?;
        let [Word::Quoted(value), word, Word::Plain(path)] = three else { return None };
        (word.is_keyword("in") && self.dialect != Dialect::Words).then_some(())?;
        let comparison = Comparison { path: path.clone(), sign: "=", value: value.clone(), is_quoted: true };
        self.place += 3;
        Some(Tree::Is(Leaf::Comparison(comparison)))
    }

    /// One value, or several in parentheses: `state = (OPEN OR CLOSED)`.
    fn values(&mut self, path: &str, sign: &'static str) -> Option<Tree<Leaf>> {
        if !self.takes(&Word::Sign("(")) {
            return self.value(path, sign);
        }
        let mut values = vec![self.value(path, sign)?];
        let mut joins = Vec::new();
        while !self.takes(&Word::Sign(")")) {
            joins.push(self.join());
            self.terms += 1;
            (self.terms <= TERMS_MAX).then_some(())?;
            values.push(self.value(path, sign)?);
        }
        let is_same = joins.iter().all(|join| Some(join) == joins.first());
        is_same.then(|| if joins.first() == Some(&Join::Or) { Tree::Any(values) } else { Tree::All(values) })
    }

    fn value(&mut self, path: &str, sign: &'static str) -> Option<Tree<Leaf>> {
        let word = self.peek()?;
        if let Word::Sign(_) = word {
            return None;
        }
        let is_quoted = matches!(word, Word::Quoted(_));
        let comparison = Comparison { path: path.to_owned(), sign, value: word.text().to_owned(), is_quoted };
        self.place += 1;
        Some(Tree::Is(Leaf::Comparison(comparison)))
    }

    fn word(&mut self) -> Option<Tree<Leaf>> {
        let word = self.peek().filter(|word| !matches!(word, Word::Sign(_)))?.text().to_owned();
        self.place += 1;
        Some(Tree::Is(Leaf::Word(word)))
    }

    fn peek(&self) -> Option<&Word> {
        self.words.get(self.place)
    }

    fn takes(&mut self, word: &Word) -> bool {
        let is_there = self.peek() == Some(word);
        self.place += usize::from(is_there);
        is_there
    }

    fn takes_keyword(&mut self, keyword: &str) -> bool {
        let is_word = |word: &Word| match self.dialect {
            Dialect::Words => matches!(word, Word::Plain(text) if text == keyword),
            Dialect::Filter | Dialect::Query => word.is_keyword(keyword),
        };
        let is_there = self.peek().is_some_and(is_word);
        self.place += usize::from(is_there);
        is_there
    }
}

fn tighter_or(first: Tree<Leaf>, others: Vec<(Join, Tree<Leaf>)>) -> Tree<Leaf> {
    let mut rows = vec![vec![first]];
    for (join, other) in others {
        match rows.last_mut() {
            Some(row) if join == Join::Or => row.push(other),
            _ => rows.push(vec![other]),
        }
    }
    single(rows.into_iter().map(|row| single(row, Tree::Any)).collect(), Tree::All)
}

fn from_left(first: Tree<Leaf>, others: Vec<(Join, Tree<Leaf>)>) -> Tree<Leaf> {
    let mut joined = (None, vec![first]);
    for (join, other) in others {
        if joined.0.is_some_and(|before| before != join) {
            joined.1 = vec![row(joined.0, joined.1)];
        }
        joined.0 = Some(join);
        joined.1.push(other);
    }
    row(joined.0, joined.1)
}

fn row(join: Option<Join>, parts: Vec<Tree<Leaf>>) -> Tree<Leaf> {
    single(parts, if join == Some(Join::Or) { Tree::Any } else { Tree::All })
}

/// One part is what it is.
fn single(mut parts: Vec<Tree<Leaf>>, many: fn(Vec<Tree<Leaf>>) -> Tree<Leaf>) -> Tree<Leaf> {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            many(parts)
        }
        None => Tree::All(parts),
    }
}
