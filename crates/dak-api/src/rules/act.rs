//! What a rule makes of a method.

use serde_json::{Map, Value};

use crate::action::{Action, Change};
use crate::rules::expression::{Asked, Expression, at};

/// What a method does by a rule.
#[derive(Clone, Debug)]
pub enum Rule {
    /// It answers this, and nothing is changed.
    Answer(Expression),
    /// It is about items.
    Act(Box<Act>),
    /// It does what its shape tells, and is answered otherwise.
    Shape(Box<Action>),
}

/// Something done to items.
#[derive(Clone, Debug)]
pub struct Act {
    /// The collection, and what is answered.
    pub change: Change,
    /// To which of its items.
    pub scope: Scope,
    /// What must hold of an item, else it is 400.
    pub conditions: Vec<Condition>,
    /// What is done.
    pub effect: Effect,
}

/// Which items an act is about.
#[derive(Clone, Debug, PartialEq)]
pub enum Scope {
    /// The one that the path names.
    Item,
    /// Those of the collection of which this holds.
    Each(Vec<Condition>),
    /// None that is there.
    Collection,
}

/// What is done to an item.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Nothing.
    Nothing,
    /// Members are set, and it may get another parent: its id, or its name such as `shelves/2`.
    Alter {
        /// The members.
        set: Vec<Assignment>,
        /// The parent.
        parent: Option<Expression>,
    },
    /// It is deleted.
    Delete,
    /// It is made.
    Insert {
        /// Of this.
        item: Expression,
        /// And these members.
        set: Vec<Assignment>,
    },
}

/// What a member must be.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// The names that lead to it.
    pub path: Vec<String>,
    /// One of these.
    pub values: Vec<Expression>,
}

/// What a member becomes.
#[derive(Clone, Debug, PartialEq)]
pub struct Assignment {
    /// The names that lead to it.
    pub path: Vec<String>,
    /// Its value; where there is none the member goes.
    pub value: Expression,
}

impl Act {
    /// The same with what it takes from a request filled in.
    #[must_use]
    pub fn bound(&self, asked: &Asked<'_>) -> Act {
        let conditions = |conditions: &[Condition]| conditions.iter().map(|one| one.bound(asked)).collect();
        let all = |set: &[Assignment]| set.iter().map(|one| one.bound(asked)).collect();
        let mut act = self.clone();
        act.change.outcome = act.change.outcome.bound(asked);
        act.conditions = conditions(&self.conditions);
        if let Scope::Each(each) = &self.scope {
            act.scope = Scope::Each(conditions(each));
        }
        act.effect = match &self.effect {
            Effect::Alter { set, parent } => {
                Effect::Alter { set: all(set), parent: parent.as_ref().map(|parent| parent.bound(asked)) }
            }
            Effect::Insert { item, set } => Effect::Insert { item: item.bound(asked), set: all(set) },
            other => other.clone(),
        };
        act
    }

    /// Every expression in it.
    pub(crate) fn expressions(&self) -> Vec<&Expression> {
        let mut all: Vec<&Expression> = self.conditions.iter().flat_map(|condition| &condition.values).collect();
        if let Scope::Each(each) = &self.scope {
            all.extend(each.iter().flat_map(|condition| &condition.values));
        }
        match &self.effect {
            Effect::Alter { set, parent } => all.extend(set.iter().map(|one| &one.value).chain(parent)),
            Effect::Insert { item, set } => all.extend(set.iter().map(|one| &one.value).chain([item])),
            Effect::Nothing | Effect::Delete => {}
        }
        all.extend(self.change.outcome.said());
        all
    }
}

impl Condition {
    fn bound(&self, asked: &Asked<'_>) -> Condition {
        let values = self.values.iter().map(|value| value.bound(asked)).collect();
        Condition { path: self.path.clone(), values }
    }

    /// Whether it holds of an item. A member that is not there is like one that is null.
    pub fn holds(&self, item: &Value) -> bool {
        let is = at(item, &self.path).unwrap_or(&Value::Null);
        self.values.iter().any(|value| value.value(item).unwrap_or(Value::Null) == *is)
    }

    /// The member, as its names are written.
    pub fn member(&self) -> String {
        self.path.join(".")
    }
}

impl Assignment {
    fn bound(&self, asked: &Asked<'_>) -> Assignment {
        Assignment { path: self.path.clone(), value: self.value.bound(asked) }
    }

    /// Sets the member in `changed`; what it takes from the item is as it was before.
    pub fn apply(&self, changed: &mut Map<String, Value>, before: &Value) {
        let value = self.value.value(before).filter(|value| !value.is_null());
        let Some((last, parents)) = self.path.split_last() else { return };
        let mut members = changed;
        for name in parents {
            let inner = members.entry(name.clone()).or_insert_with(|| Value::Object(Map::new()));
            if !inner.is_object() {
                *inner = Value::Object(Map::new());
            }
            let Value::Object(next) = inner else { return };
            members = next;
        }
        match value {
            Some(value) => drop(members.insert(last.clone(), value)),
            None => drop(members.shift_remove(last)),
        }
    }
}
