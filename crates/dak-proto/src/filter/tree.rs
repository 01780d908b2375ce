//! Things joined by AND, OR and NOT.

/// Things of which some must be so. It is at most as deep as filters may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tree<Leaf> {
    /// All of these; without any, always.
    All(Vec<Tree<Leaf>>),
    /// One of these.
    Any(Vec<Tree<Leaf>>),
    /// Not this.
    Not(Box<Tree<Leaf>>),
    /// This.
    Is(Leaf),
}

impl<Leaf> Tree<Leaf> {
    /// Whether it holds if this tells what is so.
    pub fn holds(&self, is_so: &impl Fn(&Leaf) -> bool) -> bool {
        match self {
            Tree::All(parts) => parts.iter().all(|part| part.holds(is_so)),
            Tree::Any(parts) => parts.iter().any(|part| part.holds(is_so)),
            Tree::Not(part) => !part.holds(is_so),
            Tree::Is(leaf) => is_so(leaf),
        }
    }

    /// The same over what these leaves become.
    pub(super) fn resolved<Other, E>(self, become_other: &impl Fn(Leaf) -> Result<Other, E>) -> Result<Tree<Other>, E> {
        let all = |parts: Vec<Tree<Leaf>>| -> Result<Vec<_>, E> {
            parts.into_iter().map(|part| part.resolved(become_other)).collect()
        };
        Ok(match self {
            Tree::All(parts) => Tree::All(all(parts)?),
            Tree::Any(parts) => Tree::Any(all(parts)?),
            Tree::Not(part) => Tree::Not(Box::new(part.resolved(become_other)?)),
            Tree::Is(leaf) => Tree::Is(become_other(leaf)?),
        })
    }
}
