//! Counting by indexes alone.
//!
//! Where each part of a query has an index, the indexes together say how many records there are, and no record is read.
//! Only at the two stations where the query begins and ends some records may lie beyond its bounds: those are looked at.

use rusqlite::Connection;

use super::collect::{Collector, Counting};
use super::plan::Plan;
use super::scene::Scene;
use super::search::Search;
use super::source::Source;
use super::texts::Texts;
use crate::{Filter, OrderKind};

/// Indexes whose records are exactly what a query finds.
pub(crate) struct Tally<'c> {
    source: Source<'c>,
    scene: Scene<'c>,
    is_numbered: bool,
}

impl Search<'_> {
    /// The indexes to be counted, unless reading records is shorter, or there are parts without an index.
    pub(crate) fn tally<'c>(
        &'c self,
        connection: &'c Connection,
        list: i64,
        kind: OrderKind,
        is_canceled: &'c dyn Fn() -> bool,
    ) -> rusqlite::Result<Option<Tally<'c>>> {
        let is_numbered = self.is_numbered(connection, list)?;
        // The stretch takes care of ranges in the order itself.
        let is_range = |part: &&&Filter| matches!(part, Filter::Range { order, .. } if *order == self.query.order);
        let parts: Vec<&Filter> = self.parts.iter().filter(|part| !is_range(part)).copied().collect();
        let Some(plan) = Plan::exact(&parts, is_numbered) else { return Ok(None) };
        let scene = self.scene(connection, list, kind, is_canceled)?;
        let mut source = Source::new(scene, &plan)?;
        let is_shorter = source.passing()? <= source.reading()?;
        Ok(is_shorter.then_some(Tally { source, scene, is_numbered }))
    }

    /// How many records the indexes have, at most `count_max`.
    pub(crate) fn follow_tally(&self, tally: Tally<'_>, count_max: usize) -> rusqlite::Result<usize> {
        let Tally { mut source, scene, is_numbered } = tally;
        let ends = self.stations(scene.axis);
        let texts = Texts::new(scene.connection, scene.axis.list, is_numbered.then_some(scene), None);
        let mut counting = Counting::new(count_max);
        let mut collector = Collector::new(self.query, &mut counting, self.parts.clone(), texts);
        let (mut between, mut target) = (0, Some(scene.first));
        while let Some(station) = target.map_or(Ok(None), |target| source.seek(target))? {
            if [*ends.start(), *ends.end()].contains(&station) {
                self.offer_station(&mut collector, &source, station)?;
            } else {
                between += source.count(scene.connection, station)?;
            }
            target = station.checked_add(1).filter(|_| between < count_max);
        }
        Ok(count_max.min(between + counting.count))
    }
}
