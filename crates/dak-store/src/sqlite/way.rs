//! Which of the indexes that a query could follow it does follow.
//!
//! A record on the way costs its reading, and some more if it lies far from the one before. A row of an index costs a tenth
//! of that. So a walk goes along what is rarest, judged by how close its rows are where the walk begins. Others that are
//! not much more frequent are followed with it, so that only what all have in common is read. The rest is asked of
//! each record.

use std::ops::RangeInclusive;

use rusqlite::Connection;

use super::plan::{Plan, Plans};
use super::scene::Scene;
use super::source::Source;
use super::texts::Texts;
use crate::Filter;

/// Of how many records at most the ones of an index are, if it is worth its while to follow it beside another.
const SHARE_MAX: f64 = 0.3;

/// How a query is answered.
pub(crate) struct Way<'a, 'c> {
    pub(crate) walk: Walk<'c>,
    /// What the walk does not ensure; what asks for texts comes last.
    pub(crate) left: Vec<&'a Filter>,
    pub(crate) texts: Texts<'c>,
}

/// The index a walk follows.
pub(crate) enum Walk<'c> {
    /// The places of the order.
    Places,
    /// Several indexes, from this station on.
    Source(Source<'c>, u32),
    /// The places of this tag.
    Tag(String),
    /// The hits of this FTS5 query among these documents.
    Texts(String, RangeInclusive<i64>),
}

/// An index that could be followed.
struct Choice<'a, 'c> {
    plan: Plan,
    /// The part that the plan was made for, unless it is for all words together.
    part: Option<&'a Filter>,
    source: Source<'c>,
    /// What following it costs: reading its records, and passing over its rows.
    reading: f64,
    passing: f64,
    /// How many of all records it has.
    share: f64,
}

impl<'a, 'c> Way<'a, 'c> {
    /// A way along these places or rows alone.
    pub(crate) fn simple(walk: Walk<'c>, left: Vec<&'a Filter>, connection: &'c Connection, list: i64) -> Way<'a, 'c> {
        Way { walk, left, texts: Texts::new(connection, list, None, None) }
    }

    /// The way that seems shortest.
    pub(crate) fn shortest(plans: Plans<'a>, scene: Scene<'c>, is_numbered: bool) -> rusqlite::Result<Way<'a, 'c>> {
        let Plans { texts, parts, mut left } = plans;
        let has_choice = parts.len() + usize::from(texts.is_some()) > 1;
        let parts = parts.into_iter().map(|(plan, part)| (plan, Some(part)));
        let plans = parts.chain(texts.map(|expression| (Plan::Texts(expression), None)));
        let choices = plans.map(|(plan, part)| Choice::new(scene, plan, part, has_choice));
        let (followed, rest) = choose(choices.collect::<rusqlite::Result<_>>()?);
        left.extend(followed.iter().filter(|choice| !choice.plan.is_exact()).filter_map(|choice| choice.part));
        left.extend(rest.iter().filter_map(|choice| choice.part));
        left.sort_by_key(|part| part.has_text());
        let sought = rest.into_iter().find(|choice| choice.part.is_none()).and_then(|choice| choice.source.into_run());
        let texts = Texts::new(scene.connection, scene.axis.list, is_numbered.then_some(scene), sought);
        Ok(Way { walk: walk(followed, scene), left, texts })
    }
}

impl<'a, 'c> Choice<'a, 'c> {
    /// Judges it only if that makes a difference.
    fn new(
        scene: Scene<'c>,
        plan: Plan,
        part: Option<&'a Filter>,
        has_choice: bool,
    ) -> rusqlite::Result<Choice<'a, 'c>> {
        let mut source = Source::new(scene, &plan)?;
        let density = if has_choice { source.density()? } else { 0.0 };
        let (reading, passing) = source.costs();
        let share = density * f64::from(scene.distance);
        Ok(Choice { plan, part, source, reading: density * reading, passing: density * passing, share })
    }
}

/// What is followed, and what is not.
fn choose<'a, 'c>(mut choices: Vec<Choice<'a, 'c>>) -> (Vec<Choice<'a, 'c>>, Vec<Choice<'a, 'c>>) {
    let Some(first) = (0..choices.len()).min_by(|a, b| choices[*a].reading.total_cmp(&choices[*b].reading)) else {
        return (Vec::new(), choices);
    };
    let first = choices.swap_remove(first);
    let is_close = |choice: &Choice<'_, '_>| choice.share < SHARE_MAX && choice.passing < first.reading;
    let (close, rest): (Vec<_>, Vec<_>) = choices.into_iter().partition(is_close);
    (std::iter::once(first).chain(close).collect(), rest)
}

/// One index is followed with its records; several are brought together.
fn walk<'c>(mut followed: Vec<Choice<'_, 'c>>, scene: Scene<'c>) -> Walk<'c> {
    if followed.len() > 1 {
        return Walk::Source(Source::All(followed.into_iter().map(|choice| choice.source).collect()), scene.first);
    }
    match followed.pop() {
        None => Walk::Places,
        Some(Choice { plan: Plan::Tag(tag), .. }) => Walk::Tag(tag),
        Some(Choice { plan: Plan::Texts(expression), .. }) => {
            Walk::Texts(expression, scene.axis.documents(scene.first..=scene.last))
        }
        Some(Choice { source, .. }) => Walk::Source(source, scene.first),
    }
}
