//! `orderBy` of lists (AIP-132): `title, size.pages desc`.

#[cfg(test)]
mod tests;

use serde_json::Value;

use crate::comparable::{Comparable, Typed};
use crate::update_mask;

/// The longest order, in bytes.
pub const ORDER_BYTES_MAX: usize = 1024;
/// The most members of an order.
pub const MEMBERS_MAX: usize = 10;
/// Texts are compared by so many bytes at most: page tokens hold them.
const KEY_BYTES_MAX: usize = 128;

/// By which members items come one after the other. Where they are the same something else must decide.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrderBy {
    members: Vec<OrderMember>,
}

/// A member to order by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderMember {
    /// The names that lead to it.
    pub path: Vec<String>,
    /// What its values are.
    pub comparable: Comparable,
    /// Whether the largest comes first.
    pub descending: bool,
}

/// What of an order is not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Disorder {
    /// There is no such member, or it has members of its own.
    Unknown(String),
    /// Neither `asc` nor `desc`, nor a comma.
    Beyond(String),
}

impl OrderBy {
    /// Reads members between commas, each with `asc`, `desc` or nothing behind it. A name with underscores is also known
    /// in camel case. Of a member that comes twice the first counts.
    ///
    /// # Errors
    /// The first part that is not understood, or the beginning of an order that is too long.
    pub fn parse<S: Typed>(text: &str, shape: &S) -> Result<OrderBy, Disorder> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        if text.len() > ORDER_BYTES_MAX || parts.clone().count() > MEMBERS_MAX {
            return Err(Disorder::Beyond(text.chars().take(100).collect()));
        }
        let mut members: Vec<OrderMember> = Vec::new();
        for part in parts {
            let member = OrderMember::parse(part, shape)?;
            if members.iter().all(|known| known.path != member.path) {
                members.push(member);
            }
        }
        Ok(OrderBy { members })
    }

    /// The order by one member.
    pub fn member(member: OrderMember) -> OrderBy {
        OrderBy { members: vec![member] }
    }

    /// The members, the most important first.
    pub fn members(&self) -> &[OrderMember] {
        &self.members
    }

    /// Bytes that compare as items do in this order. What is not there comes before what is there; backwards, behind it.
    pub fn key(&self, item: &Value) -> Vec<u8> {
        let mut key = Vec::new();
        self.members.iter().for_each(|member| member.push(item, &mut key));
        key
    }
}

impl OrderMember {
    fn parse<S: Typed>(part: &str, shape: &S) -> Result<OrderMember, Disorder> {
        let beyond = || Disorder::Beyond(part.to_owned());
        let mut words = part.split_whitespace();
        let name = words.next().ok_or_else(beyond)?;
        let descending = match words.next() {
            None => false,
            Some(way) if way.eq_ignore_ascii_case("asc") => false,
            Some(way) if way.eq_ignore_ascii_case("desc") => true,
            Some(_) => return Err(beyond()),
        };
        if words.next().is_some() {
            return Err(beyond());
        }
        let (path, comparable) = comparable_member(name, shape).ok_or_else(|| Disorder::Unknown(name.to_owned()))?;
        Ok(OrderMember { path, comparable, descending })
    }

    /// The bytes of its value: none if there is none.
    pub fn value_key(&self, item: &Value) -> Option<Vec<u8>> {
        let value = self.path.iter().try_fold(item, |value, name| value.get(name))?;
        self.comparable.key(value)
    }

    /// Zeros in a value are told from its end, so that no value runs into the next.
    fn push(&self, item: &Value, key: &mut Vec<u8>) {
        let start = key.len();
        match self.value_key(item) {
            None => key.push(0),
            Some(value) => {
                key.push(1);
                value.into_iter().take(KEY_BYTES_MAX).for_each(|byte| match byte {
                    0 => key.extend([0, 0xff]),
                    _ => key.push(byte),
                });
                key.extend([0, 0]);
            }
        }
        if self.descending {
            key.iter_mut().skip(start).for_each(|byte| *byte = !*byte);
        }
    }
}

/// The path of a member that has no members of its own, as the document spells it, and what its values are.
pub fn comparable_member<S: Typed>(name: &str, shape: &S) -> Option<(Vec<String>, Comparable)> {
    use crate::fields::Kind;
    let (path, member) = update_mask::resolve(name, shape)?;
    let is_whole = matches!(member.kind(), Kind::Object | Kind::Map);
    (!is_whole).then(|| (path, member.comparable()))
}
