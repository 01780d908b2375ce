//! Indexes walked as one.

use rusqlite::{Connection, OptionalExtension};

use super::plan::Plan;
use super::run::Run;
use super::scene::Scene;

const OWNER: &str = "SELECT record FROM documents WHERE document = ?1";
/// What it costs to read a record that is met by a tag, by a text, or by several runs; and to pass over a row.
const TAG_COSTS: (f64, f64) = (1.0, 0.15);
const TEXT_COSTS: (f64, f64) = (1.5, 0.06);
const SEVERAL_COSTS: (f64, f64) = (2.0, 0.3);

/// The records of one run or of several, met station by station. Stations are sought upwards only.
pub(crate) enum Source<'c> {
    /// What is in each of these.
    All(Vec<Source<'c>>),
    /// What is in one of these.
    Any(Vec<Source<'c>>),
    /// What is in the first and not in the second.
    Except(Box<Source<'c>>, Box<Source<'c>>),
    /// The records of this.
    One(Run<'c>),
}

impl<'c> Source<'c> {
    /// What a plan leads to; where it has a choice, what seems shortest.
    pub(crate) fn new(scene: Scene<'c>, plan: &Plan) -> rusqlite::Result<Source<'c>> {
        let each = |plans: &[Plan]| plans.iter().map(|plan| Source::new(scene, plan)).collect::<rusqlite::Result<_>>();
        match plan {
            Plan::All(plans) => each(plans).map(Source::All),
            Plan::Any(plans) => each(plans).map(Source::Any),
            Plan::Either(plans) => {
                let mut best = (f64::INFINITY, Source::Any(Vec::new()));
                for plan in plans {
                    let mut source = Source::new(scene, plan)?;
                    let cost = source.density()? * source.costs().0;
                    if cost < best.0 {
                        best = (cost, source);
                    }
                }
                Ok(best.1)
            }
            Plan::Every => Ok(Source::One(Run::of_places(scene))),
            Plan::Except(of, but) => {
                Ok(Source::Except(Box::new(Source::new(scene, of)?), Box::new(Source::new(scene, but)?)))
            }
            Plan::Tag(tag) => Ok(Source::One(Run::of_tag(scene, tag))),
            Plan::Texts(expression) => Ok(Source::One(Run::of_texts(scene, expression))),
        }
    }

    /// Its run, if it is one.
    pub(crate) fn into_run(self) -> Option<Run<'c>> {
        if let Source::One(run) = self { Some(run) } else { None }
    }

    /// How many records there are to a station, judged by where the walk begins.
    pub(crate) fn density(&mut self) -> rusqlite::Result<f64> {
        match self {
            Source::All(parts) => densities(parts).map(|densities| densities.into_iter().fold(f64::INFINITY, f64::min)),
            Source::Any(parts) => densities(parts).map(|densities| densities.into_iter().sum()),
            Source::Except(of, _) => of.density(),
            Source::One(run) => run.density(),
        }
    }

    /// What it costs to read the records that it meets, for each station.
    pub(crate) fn reading(&mut self) -> rusqlite::Result<f64> {
        match self {
            Source::All(parts) => {
                let readings = parts.iter_mut().map(Source::reading).collect::<rusqlite::Result<Vec<_>>>()?;
                Ok(readings.into_iter().fold(f64::INFINITY, f64::min))
            }
            Source::Except(of, _) => of.reading(),
            Source::Any(_) | Source::One(_) => Ok(self.density()? * self.costs().0),
        }
    }

    /// What it costs to pass over all that it is made of, for each station.
    pub(crate) fn passing(&mut self) -> rusqlite::Result<f64> {
        match self {
            Source::All(parts) | Source::Any(parts) => parts.iter_mut().map(Source::passing).sum(),
            Source::Except(of, but) => Ok(of.passing()? + but.passing()?),
            Source::One(run) => Ok(run.density()? * self.costs().1),
        }
    }

    /// What it costs to read each record, and what to pass over it.
    pub(crate) fn costs(&self) -> (f64, f64) {
        match self {
            Source::All(_) | Source::Any(_) | Source::Except(..) => SEVERAL_COSTS,
            Source::One(run) if run.is_of_texts() => TEXT_COSTS,
            Source::One(_) => TAG_COSTS,
        }
    }

    /// The first station at or after this one where there may be records.
    pub(crate) fn seek(&mut self, target: u32) -> rusqlite::Result<Option<u32>> {
        match self {
            Source::All(parts) => seek_all(parts, target),
            Source::Any(parts) => {
                let mut first: Option<u32> = None;
                for part in parts {
                    first = part.seek(target)?.into_iter().chain(first).min();
                }
                Ok(first)
            }
            Source::Except(of, but) => {
                let found = of.seek(target)?;
                found.map_or(Ok(None), |station| but.seek(station))?;
                Ok(found)
            }
            Source::One(run) => run.seek(target),
        }
    }

    /// Whether there may be records at this station, the last that was found.
    fn is_at(&self, station: u32) -> bool {
        match self {
            Source::All(parts) => parts.iter().all(|part| part.is_at(station)),
            Source::Any(parts) => parts.iter().any(|part| part.is_at(station)),
            Source::Except(of, _) => of.is_at(station),
            Source::One(run) => run.numbers(station).next().is_some(),
        }
    }

    /// How many records there are at this station, the last that was found. Where one index says so, no more is read.
    pub(crate) fn count(&self, connection: &Connection, station: u32) -> rusqlite::Result<usize> {
        let records = || Ok(self.records(connection, station)?.len());
        match self {
            Source::All(_) => records(),
            Source::Any(parts) => {
                let mut there = parts.iter().filter(|part| part.is_at(station));
                match (there.next(), there.next()) {
                    (Some(part), None) => part.count(connection, station),
                    _ => records(),
                }
            }
            Source::Except(of, but) if !but.is_at(station) => of.count(connection, station),
            Source::Except(..) => records(),
            Source::One(run) => Ok(run.numbers(station).count()),
        }
    }

    /// The records at this station, each once.
    pub(crate) fn records(&self, connection: &Connection, station: u32) -> rusqlite::Result<Vec<i64>> {
        let each = |parts: &[Source<'c>]| {
            parts.iter().map(|part| part.records(connection, station)).collect::<rusqlite::Result<Vec<_>>>()
        };
        match self {
            Source::All(parts) => {
                let mut parts = each(parts)?;
                let mut records = parts.pop().unwrap_or_default();
                records.retain(|record| parts.iter().all(|part| part.contains(record)));
                Ok(records)
            }
            Source::Any(parts) => {
                let mut records = each(parts)?.concat();
                records.sort_unstable();
                records.dedup();
                Ok(records)
            }
            Source::Except(of, but) => {
                let (mut records, but) = (of.records(connection, station)?, but.records(connection, station)?);
                records.retain(|record| !but.contains(record));
                Ok(records)
            }
            Source::One(run) if !run.is_of_texts() => Ok(run.numbers(station).collect()),
            Source::One(run) => {
                let mut owner = connection.prepare_cached(OWNER)?;
                let owners =
                    run.numbers(station).map(|document| owner.query_row([document], |row| row.get(0)).optional());
                owners.filter_map(Result::transpose).collect()
            }
        }
    }
}

fn densities(parts: &mut [Source<'_>]) -> rusqlite::Result<Vec<f64>> {
    parts.iter_mut().map(Source::density).collect()
}

/// Each part in turn is asked for the station that the others have come to, until all are there.
fn seek_all(parts: &mut [Source<'_>], mut target: u32) -> rusqlite::Result<Option<u32>> {
    let count = parts.len();
    let mut agreed = 0;
    for turn in (0..count).cycle() {
        match parts[turn].seek(target)? {
            None => return Ok(None),
            Some(found) if found == target => agreed += 1,
            Some(found) => (target, agreed) = (found, 1),
        }
        if agreed == count {
            return Ok(Some(target));
        }
    }
    Ok(None)
}
