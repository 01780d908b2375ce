//! From a search to its tree.

use dak_proto::fault::Fault;

use super::cursor::{Bracket, Cursor, Token};
use super::operator::Operator;
use super::words::{near, searchable};
use super::{Context, Node};

/// The most terms a search may have.
pub const TERMS_MAX: usize = 1_000;
/// How deep a search may nest: groups in groups, and levels of the tree.
pub const DEPTH_MAX: usize = 50;

/// Reads a search. Every text is one; 400 only for more than [`TERMS_MAX`] terms or [`DEPTH_MAX`] levels.
pub fn parse(query: &str, context: &Context) -> Result<Node, Fault> {
    parse_within(Operator::PLAIN, query, context)
}

/// Reads what stands in the group of an operator.
pub(super) fn parse_within(scope: Operator, query: &str, context: &Context) -> Result<Node, Fault> {
    let mut parser = Parser { cursor: Cursor::new(query), context, terms: 0, groups: 0 };
    let node = parser.sequence(scope, None)?.unwrap_or(Node::All);
    match node.depth() > DEPTH_MAX {
        true => Err(too_deep()),
        false => Ok(node),
    }
}

struct Parser<'a> {
    cursor: Cursor<'a>,
    context: &'a Context,
    terms: usize,
    groups: usize,
}

impl Parser<'_> {
    /// Terms up to the end of a group, or of everything. A bracket that ends no group is not there.
    fn sequence(&mut self, scope: Operator, group: Option<Bracket>) -> Result<Option<Node>, Fault> {
        let mut sequence = Sequence::new(group);
        while let Some(token) = self.cursor.token() {
            match token {
                Token::Close(bracket) if Some(bracket) == group => break,
                Token::Close(_) => {}
                Token::Word("OR") => sequence.join(Joint::Or),
                Token::Word("AND") => sequence.join(Joint::And),
                Token::Word("AROUND") if self.around(scope, &mut sequence)? => {}
                token => sequence.push(self.term(scope, token)?),
            }
        }
        Ok(sequence.node())
    }

    fn term(&mut self, scope: Operator, token: Token) -> Result<Option<Node>, Fault> {
        match token {
            Token::Open(bracket) => self.group(scope, bracket),
            Token::Minus => Ok(self.negated(scope)?.map(Node::negated)),
            Token::Operator { operator, glued } => self.operand(operator, glued),
            Token::Phrase(text) | Token::Word(text) => self.leaf(scope, text),
            Token::Close(_) => Ok(None),
        }
    }

    /// What follows a minus, right behind it.
    fn negated(&mut self, scope: Operator) -> Result<Option<Node>, Fault> {
        match self.cursor.token() {
            Some(token) => self.term(scope, token),
            None => Ok(None),
        }
    }

    fn group(&mut self, scope: Operator, bracket: Bracket) -> Result<Option<Node>, Fault> {
        self.groups += 1;
        if self.groups > DEPTH_MAX {
            return Err(too_deep());
        }
        let node = self.sequence(scope, Some(bracket));
        self.groups -= 1;
        node
    }

    /// The value of an operator: right behind it, or after a blank unless something else begins there.
    fn operand(&mut self, operator: Operator, glued: bool) -> Result<Option<Node>, Fault> {
        let before = self.cursor;
        let token = if glued { self.cursor.value() } else { self.cursor.token() };
        match token {
            Some(Token::Open(bracket)) => self.group(operator, bracket),
            Some(Token::Phrase(text)) => self.leaf(operator, text),
            Some(Token::Word(text)) if glued || !is_keyword(text) => self.leaf(operator, text),
            _ => {
                self.cursor = before;
                Ok(None)
            }
        }
    }

    fn leaf(&mut self, operator: Operator, text: &str) -> Result<Option<Node>, Fault> {
        self.terms += 1;
        if self.terms > TERMS_MAX {
            return Err(Fault::bad_request("invalidArgument", "The search has more than 1,000 terms."));
        }
        Ok(operator.leaf(text, self.context))
    }

    /// Reads `5 b` behind `a AROUND`; false, and nothing was read, if it does not say that.
    fn around(&mut self, scope: Operator, sequence: &mut Sequence) -> Result<bool, Fault> {
        let before = self.cursor;
        let number = match self.cursor.token() {
            Some(Token::Word(number)) => number.parse::<u32>().ok(),
            _ => None,
        };
        let second = match self.cursor.token() {
            Some(Token::Word(text) | Token::Phrase(text)) if !is_keyword(text) => searchable(text),
            _ => None,
        };
        let near = number.zip(second).and_then(|(number, second)| sequence.near(scope, number, &second));
        if near.is_none() {
            self.cursor = before;
        }
        Ok(near.is_some())
    }
}

/// How terms are joined.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Joint {
    And,
    Or,
}

/// The terms of one group: in runs that the tighter joint makes, which the looser one joins.
struct Sequence {
    tight: Joint,
    runs: Vec<Vec<Node>>,
    /// Whether the next term belongs to the last run.
    is_joined: bool,
}

impl Sequence {
    fn new(group: Option<Bracket>) -> Sequence {
        let tight = if group == Some(Bracket::Curly) { Joint::And } else { Joint::Or };
        Sequence { tight, runs: Vec::new(), is_joined: false }
    }

    fn join(&mut self, joint: Joint) {
        self.is_joined = joint == self.tight;
    }

    fn push(&mut self, term: Option<Node>) {
        let is_joined = std::mem::take(&mut self.is_joined);
        let Some(term) = term else { return };
        match self.runs.last_mut() {
            Some(run) if is_joined => run.push(term),
            _ => self.runs.push(vec![term]),
        }
    }

    /// Makes the last term, which must be plain text of this scope, one that is near another. Both could be said in one
    /// phrase; texts that would be read another way there are not near.
    fn near(&mut self, scope: Operator, words_between_max: u32, second: &str) -> Option<()> {
        let last = self.runs.last_mut().filter(|_| !self.is_joined)?.last_mut()?;
        let Node::Words { field, text } = last else { return None };
        let (field, phrase) = (*field, format!("{text} AROUND {words_between_max} {second}"));
        let (first, second, _) = near(&phrase).filter(|(first, ..)| first == text && Operator::Text(field) == scope)?;
        *last = Node::Near { field, first, second, words_between_max };
        Some(())
    }

    fn node(self) -> Option<Node> {
        let tight = self.tight;
        let runs = self.runs.into_iter().map(|run| joined(tight, run));
        let node = match tight {
            Joint::And => joined(Joint::Or, runs.collect()),
            Joint::Or => joined(Joint::And, runs.collect()),
        };
        (node != Node::All).then_some(node)
    }
}

fn joined(joint: Joint, nodes: Vec<Node>) -> Node {
    match joint {
        Joint::And => Node::all_of(nodes),
        Joint::Or => Node::any_of(nodes),
    }
}

fn is_keyword(word: &str) -> bool {
    matches!(word, "OR" | "AND" | "AROUND")
}

fn too_deep() -> Fault {
    Fault::bad_request("invalidArgument", "The search nests more than 50 levels deep.")
}
