//! Masks against what is known of an answer.

use super::error::{MaskError, Segment};
use super::selection::{Members, Selection};

/// How many shapes a wildcard may stand for before its names are taken on trust: schemas refer to themselves.
const SHAPES_MAX: usize = 64;

/// How many unknown paths are collected before the check ends.
const UNKNOWN_MAX: usize = 32;

/// What is known of a value, as a schema tells it. Arrays are transparent: the shape of an array is its elements'.
pub trait Shape: Sized {
    /// What can stand below it.
    fn kind(&self) -> Kind;
    /// The shape of the member with this name, if there can be one; for a map, the shape of its values.
    fn member(&self, name: &str) -> Option<Self>;
    /// The shapes that its members have; for a map, that of its values.
    fn members(&self) -> impl Iterator<Item = Self>;
}

/// What can stand below a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nothing.
    Scalar,
    /// Members with known names.
    Object,
    /// Members with any name.
    Map,
    /// Nothing is known, and nothing is checked.
    Any,
}

pub(super) fn check<S: Shape>(selection: &Selection, shape: S) -> Result<(), MaskError> {
    let mut checker = Checker::default();
    checker.selection(selection, vec![shape]);
    match checker.unknown.is_empty() {
        true => Ok(()),
        false => Err(MaskError::Unknown(checker.unknown)),
    }
}

#[derive(Default)]
struct Checker {
    path: Vec<Segment>,
    unknown: Vec<Vec<Segment>>,
}

impl Checker {
    /// The value has one of these shapes; a name is known when one of them has it.
    fn selection<S: Shape>(&mut self, selection: &Selection, shapes: Vec<S>) {
        let Selection::Members(members) = selection else {
            return;
        };
        let is_open = shapes.len() > SHAPES_MAX || shapes.iter().any(|shape| shape.kind() == Kind::Any);
        if !is_open {
            self.members(members, &shapes);
        }
    }

    fn members<S: Shape>(&mut self, members: &Members, shapes: &[S]) {
        if let Some(wild) = &members.wild {
            let inner = shapes.iter().flat_map(Shape::members);
            self.member(Segment::Wildcard, wild, inner.take(SHAPES_MAX + 1).collect());
        }
        for (name, selection) in &members.named {
            if self.unknown.len() >= UNKNOWN_MAX {
                return;
            }
            let inner = shapes.iter().filter_map(|shape| shape.member(name));
            self.member(Segment::Name(name.clone()), selection, inner.collect());
        }
    }

    fn member<S: Shape>(&mut self, segment: Segment, selection: &Selection, shapes: Vec<S>) {
        self.path.push(segment);
        match shapes.is_empty() {
            true => self.unknown.push(self.path.clone()),
            false => self.selection(selection, shapes),
        }
        self.path.pop();
    }
}
