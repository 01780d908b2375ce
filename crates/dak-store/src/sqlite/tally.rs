//! Counting by indexes alone.
//!
//! Where each part of a query has an index, the indexes together say which records there are. Those of the page are read;
//! of the others no more than how many there are. Only at the two stations where the query begins and ends some records may
//! lie beyond its bounds: those are looked at.

use rusqlite::Connection;

use super::collect::{Collector, Filling};
use super::plan::Plan;
use super::scene::Scene;
use super::search::Search;
use super::source::Source;
use super::texts::Texts;
use crate::Filter;

/// Indexes whose records are exactly what a query finds.
pub(crate) struct Tally<'a, 'c> {
    source: Source<'c>,
    scene: Scene<'c>,
    /// Ranges in the list order. The stretch takes care of them, but for its ends.
    ranges: Vec<&'a Filter>,
}

impl<'a> Search<'a> {
    /// The indexes to be counted, unless nothing is to be counted, reading records is shorter, or there are parts without an
    /// index.
    pub(crate) fn tally<'c>(
        &'c self,
        connection: &'c Connection,
        list: i64,
        filling: &Filling<'_>,
        is_canceled: &'c dyn Fn() -> bool,
    ) -> rusqlite::Result<Option<Tally<'a, 'c>>> {
        let Some(kind) = self.list_order.filter(|_| filling.wanted() > 0 && !self.query.collapse) else {
            return Ok(None);
        };
        let is_range = |part: &&&Filter| matches!(part, Filter::Range { order, .. } if *order == self.query.order);
        let (ranges, parts): (Vec<&Filter>, Vec<&Filter>) = self.parts.iter().partition(is_range);
        let Some(plan) = Plan::exact(&parts, self.is_numbered(connection, list)?) else { return Ok(None) };
        let scene = Scene { wanted: filling.wanted(), ..self.scene(connection, list, kind, is_canceled)? };
        let mut source = Source::new(scene, &plan)?;
        let is_shorter = source.passing()? <= source.reading()?;
        Ok(is_shorter.then_some(Tally { source, scene, ranges }))
    }

    /// Fills the page with what the indexes have, and counts it.
    pub(crate) fn follow_tally<'c>(
        &'c self,
        tally: Tally<'c, 'c>,
        filling: Filling<'c>,
    ) -> rusqlite::Result<Filling<'c>> {
        let Tally { mut source, scene, ranges } = tally;
        let ends = self.stations(scene.axis);
        let texts = Texts::new(scene.connection, scene.axis.list, None, None);
        let mut collector = Collector::new(self.query, filling, ranges, texts);
        let mut target = Some(scene.first);
        while let Some(station) = target.map_or(Ok(None), |target| source.seek(target))? {
            if !collector.filling.is_closed() || [*ends.start(), *ends.end()].contains(&station) {
                self.offer_station(&mut collector, &source, station)?;
            } else {
                collector.filling.count(source.count(scene.connection, station)?);
            }
            target = station.checked_add(1).filter(|_| !collector.filling.is_full());
        }
        Ok(collector.filling)
    }
}
