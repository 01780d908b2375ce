//! The tree a mask is: everything, or some members and what is kept of each.

use super::MaskError;

/// How many steps spreading wildcards over the names beside them may take. A mask without such a meeting takes none;
/// only nested ones, made to explode, come near.
pub const MASK_STEPS_MAX: usize = 16_384;

/// Up to this many names are looked through one after the other; a search in halves is slower there.
const NAMES_SCANNED_MAX: usize = 8;

/// What is kept of a value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Selection {
    /// The value as it is.
    All,
    /// Some members of an object, or of every object in an array.
    Members(Members),
}

/// What is kept of an object.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Members {
    /// What is kept of every member.
    pub(crate) wild: Option<Box<Selection>>,
    /// What is kept of the members with these names; sorted by name, each name once.
    pub(crate) named: Vec<(Box<str>, Selection)>,
}

impl Selection {
    /// What any of these keeps: everything absorbs its parts, and `*` every name beside it.
    pub(crate) fn union(mut sources: Vec<Selection>) -> Selection {
        if sources.len() == 1 {
            return sources.remove(0);
        }
        let mut wilds = Vec::new();
        let mut named = Vec::new();
        for source in sources {
            match source {
                Selection::All => return Selection::All,
                Selection::Members(members) => {
                    wilds.extend(members.wild.map(|wild| *wild));
                    named.extend(members.named);
                }
            }
        }
        Selection::Members(Members::union(wilds, named))
    }

    /// What is kept of the member with this name. Only a resolved tree has the whole answer.
    pub(crate) fn member(&self, name: &[u8]) -> Option<&Selection> {
        match self {
            Selection::All => Some(self),
            Selection::Members(members) => members.member(name),
        }
    }

    /// Whether this is `*` and nothing else.
    pub(crate) fn is_lone_wildcard(&self) -> bool {
        match self {
            Selection::All => false,
            Selection::Members(members) => members.is_all_members(),
        }
    }

    /// The tree in which one look-up finds all that is kept of a member: each name has what the wildcard beside it
    /// keeps, too. `None` when this is such a tree already.
    pub(crate) fn resolve(&self) -> Result<Option<Selection>, MaskError> {
        if !self.has_overlap() {
            return Ok(None);
        }
        let mut steps = MASK_STEPS_MAX;
        resolve(&[self], &mut steps).map(Some)
    }

    fn has_overlap(&self) -> bool {
        match self {
            Selection::All => false,
            Selection::Members(members) => members.has_overlap(),
        }
    }
}

impl Members {
    fn union(wilds: Vec<Selection>, mut named: Vec<(Box<str>, Selection)>) -> Members {
        let wild = (!wilds.is_empty()).then(|| Box::new(Selection::union(wilds)));
        let mut members = Members { wild, named: Vec::new() };
        if !members.is_all_members() {
            named.sort_by(|one, other| one.0.cmp(&other.0));
            members.named = united_by_name(named);
        }
        members
    }

    /// What is kept of the member with this name, as [`Selection::member`] says.
    pub(crate) fn member(&self, name: &[u8]) -> Option<&Selection> {
        self.named(name).or(self.wild.as_deref())
    }

    fn named(&self, name: &[u8]) -> Option<&Selection> {
        let found = match self.named.len() {
            0..=NAMES_SCANNED_MAX => self.named.iter().find(|entry| entry.0.as_bytes() == name),
            _ => {
                let place = self.named.binary_search_by(|entry| entry.0.as_bytes().cmp(name));
                place.ok().and_then(|place| self.named.get(place))
            }
        };
        found.map(|entry| &entry.1)
    }

    /// How many items the members are when written.
    pub(crate) fn count(&self) -> usize {
        usize::from(self.wild.is_some()) + self.named.len()
    }

    fn is_all_members(&self) -> bool {
        self.named.is_empty() && self.wild.as_deref() == Some(&Selection::All)
    }

    fn has_overlap(&self) -> bool {
        (self.wild.is_some() && !self.named.is_empty())
            || self.wild.as_ref().is_some_and(|wild| wild.has_overlap())
            || self.named.iter().any(|(_, selection)| selection.has_overlap())
    }
}

fn united_by_name(sorted: Vec<(Box<str>, Selection)>) -> Vec<(Box<str>, Selection)> {
    let mut entries = sorted.into_iter().peekable();
    let mut united = Vec::new();
    while let Some((name, first)) = entries.next() {
        let mut same = vec![first];
        while let Some((_, other)) = entries.next_if(|entry| entry.0 == name) {
            same.push(other);
        }
        united.push((name, Selection::union(same)));
    }
    united
}

/// What a set of selections keeps together. Each source and each byte of a name costs a step, so that the work is
/// bounded by the steps: nested wildcards could double it at every level.
fn resolve(sources: &[&Selection], steps: &mut usize) -> Result<Selection, MaskError> {
    spend(steps, sources.len())?;
    let mut wilds: Vec<&Selection> = Vec::new();
    let mut named: Vec<(&str, &Selection)> = Vec::new();
    for source in sources {
        match source {
            Selection::All => return Ok(Selection::All),
            Selection::Members(members) => {
                wilds.extend(members.wild.as_deref());
                named.extend(members.named.iter().map(|(name, inner)| (&**name, inner)));
            }
        }
    }
    named.sort_by_key(|entry| entry.0);
    let wild = match wilds.is_empty() {
        true => None,
        false => Some(Box::new(resolve(&wilds, steps)?)),
    };
    let mut members = Members { wild, named: Vec::new() };
    for same in named.chunk_by(|one, other| one.0 == other.0) {
        let name = same[0].0;
        spend(steps, name.len())?;
        let inner: Vec<&Selection> = same.iter().map(|entry| entry.1).chain(wilds.iter().copied()).collect();
        let selection = resolve(&inner, steps)?;
        if members.wild.as_deref() != Some(&selection) {
            members.named.push((name.into(), selection));
        }
    }
    Ok(Selection::Members(members))
}

fn spend(steps: &mut usize, count: usize) -> Result<(), MaskError> {
    *steps = steps.checked_sub(count).ok_or(MaskError::TooComplex)?;
    Ok(())
}
