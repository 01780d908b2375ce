//! Which indexes a query can follow.

use super::words::{all_of, any_of, is_textual, text_expression};
use crate::Filter;

/// Indexes in list order, and how they go together. Nothing that matches is missed by who follows a plan.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Plan {
    /// What is in each of these.
    All(Vec<Plan>),
    /// All of these together.
    Any(Vec<Plan>),
    /// Whichever of these is the shortest.
    Either(Vec<Plan>),
    /// All places of the order.
    Every,
    /// What is in the first and not in the second.
    Except(Box<Plan>, Box<Plan>),
    /// The places of this tag.
    Tag(String),
    /// The hits of this FTS5 query.
    Texts(String),
}

/// The plans among which a conjunction has the choice.
#[derive(Debug)]
pub(crate) struct Plans<'a> {
    /// What the words of the conjunction come to, as an FTS5 query that is followed or looked up.
    pub(crate) texts: Option<String>,
    /// Other parts with a plan each.
    pub(crate) parts: Vec<(Plan, &'a Filter)>,
    /// Parts that cannot be followed.
    pub(crate) left: Vec<&'a Filter>,
}

impl<'a> Plans<'a> {
    /// The plans for these parts, which must hold at once. Texts can be followed only in a list whose documents are numbered
    /// in its order.
    pub(crate) fn new(parts: &[&'a Filter], is_numbered: bool) -> Plans<'a> {
        let is_text = |part: &&&Filter| is_numbered && is_textual(part);
        let (texts, others): (Vec<&Filter>, Vec<&Filter>) = parts.iter().partition(is_text);
        let expression = all_of(&texts);
        let mut plans = Plans { left: Vec::new(), parts: Vec::new(), texts: expression };
        if plans.texts.is_none() {
            plans.left = texts;
        }
        for part in others {
            match plan(part, is_numbered) {
                Some(plan) => plans.parts.push((plan, part)),
                None => plans.left.push(part),
            }
        }
        plans
    }
}

impl Plan {
    /// Whether all that is met by following matches the filter that the plan was made for.
    pub(crate) fn is_exact(&self) -> bool {
        match self {
            Plan::All(plans) | Plan::Any(plans) => plans.iter().all(Plan::is_exact),
            Plan::Either(_) => false,
            Plan::Except(of, but) => of.is_exact() && but.is_exact(),
            Plan::Every | Plan::Tag(_) | Plan::Texts(_) => true,
        }
    }

    /// The plan that meets what matches all of these parts and nothing else, if there is one.
    pub(crate) fn exact(parts: &[&Filter], is_numbered: bool) -> Option<Plan> {
        let is_text = |part: &&&Filter| is_numbered && is_textual(part);
        let (texts, others): (Vec<&Filter>, Vec<&Filter>) = parts.iter().partition(is_text);
        let expression = all_of(&texts);
        let left = if expression.is_none() { texts } else { Vec::new() };
        let (mut wanted, mut unwanted) = (Vec::from_iter(expression.map(Plan::Texts)), Vec::new());
        for part in others.into_iter().chain(left) {
            match part {
                Filter::Not(part) => unwanted.push(Plan::exact_of(part, is_numbered)?),
                part => wanted.push(Plan::exact_of(part, is_numbered)?),
            }
        }
        let of = match wanted.len() {
            0 => Plan::Every,
            1 => wanted.remove(0),
            _ => Plan::All(wanted),
        };
        let but = (!unwanted.is_empty()).then(|| Box::new(Plan::Any(unwanted)));
        Some(but.map_or(of.clone(), |but| Plan::Except(Box::new(of), but)))
    }

    fn exact_of(filter: &Filter, is_numbered: bool) -> Option<Plan> {
        match filter {
            Filter::All => Some(Plan::Every),
            Filter::And(parts) => Plan::exact(&parts.iter().collect::<Vec<_>>(), is_numbered),
            Filter::Not(_) => Plan::exact(&[filter], is_numbered),
            Filter::Or(parts) => any(parts, is_numbered, |part| Plan::exact_of(part, is_numbered)),
            Filter::Range { .. } => None,
            Filter::Tag(_) => plan(filter, is_numbered),
            Filter::Text(text) => match text_expression(text) {
                Some(expression) => is_numbered.then_some(Plan::Texts(expression)),
                None => plan(filter, is_numbered),
            },
        }
    }
}

fn plan(filter: &Filter, is_numbered: bool) -> Option<Plan> {
    match filter {
        Filter::And(parts) => {
            let plans = Plans::new(&parts.iter().collect::<Vec<_>>(), is_numbered);
            let parts = plans.parts.into_iter().map(|(plan, _)| plan);
            let choice: Vec<Plan> = parts.chain(plans.texts.map(Plan::Texts)).collect();
            (!choice.is_empty()).then_some(Plan::Either(choice))
        }
        Filter::Or(parts) => any(parts, is_numbered, |part| plan(part, is_numbered)),
        Filter::Tag(tag) => Some(Plan::Tag(tag.clone())),
        Filter::Text(text) if text_expression(text).is_none() => Some(Plan::Any(Vec::new())),
        Filter::All | Filter::Not(_) | Filter::Range { .. } | Filter::Text(_) => None,
    }
}

/// A plan for a disjunction: its words together, and what each other part comes to.
fn any(parts: &[Filter], is_numbered: bool, other: impl Fn(&Filter) -> Option<Plan>) -> Option<Plan> {
    let is_text = |part: &&Filter| is_numbered && is_textual(part) && !matches!(part, Filter::Not(_));
    let (texts, others): (Vec<&Filter>, Vec<&Filter>) = parts.iter().partition(is_text);
    let others: Option<Vec<Plan>> = others.into_iter().map(other).collect();
    Some(Plan::Any(others?.into_iter().chain(any_of(&texts).map(Plan::Texts)).collect()))
}

#[cfg(test)]
mod tests;
