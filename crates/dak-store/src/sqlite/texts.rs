//! Whether something stands in the text of a record that was met otherwise.

use std::collections::HashMap;

use rusqlite::{Connection, Row, params};

use super::document::{list_range, stray_range};
use super::run::Run;
use super::scene::Scene;
use super::words::text_expression;
use crate::TextFilter;

const HITS: &str = "SELECT rowid FROM texts WHERE texts MATCH ?1 AND rowid BETWEEN ?2 AND ?3 ORDER BY rowid";
const IS_HIT: &str = "SELECT 1 FROM texts WHERE texts MATCH ?1 AND rowid = ?2";

/// The hits of text filters, read when they are first asked for.
pub(crate) struct Texts<'c> {
    pub(crate) connection: &'c Connection,
    pub(crate) list: i64,
    /// Where records are met in list order and documents are numbered in it: hits are read along the way.
    scene: Option<Scene<'c>>,
    hits: HashMap<TextFilter, Hits<'c>>,
    /// What must stand in every text.
    sought: Option<Run<'c>>,
}

enum Hits<'c> {
    /// Along the way.
    Along(Run<'c>),
    /// All at once, sorted.
    Whole(Vec<i64>),
}

impl<'c> Texts<'c> {
    /// Nothing read yet.
    pub(crate) fn new(
        connection: &'c Connection,
        list: i64,
        scene: Option<Scene<'c>>,
        sought: Option<Run<'c>>,
    ) -> Texts<'c> {
        Texts { connection, list, scene, hits: HashMap::new(), sought }
    }

    /// Whether what is sought stands in the document, if any, of the record that is met now.
    pub(crate) fn has_sought(&mut self, document: Option<i64>) -> rusqlite::Result<bool> {
        match (&mut self.sought, document) {
            (None, _) => Ok(true),
            (Some(run), Some(document)) => run.has_document(document),
            (Some(_), None) => Ok(false),
        }
    }

    /// Whether this stands in the document of the record that is met now.
    pub(crate) fn has(&mut self, document: i64, filter: &TextFilter) -> rusqlite::Result<bool> {
        if !self.hits.contains_key(filter) {
            let hits = self.hits(filter)?;
            self.hits.insert(filter.clone(), hits);
        }
        match self.hits.get_mut(filter) {
            None => Ok(false),
            Some(Hits::Along(run)) => run.has_document(document),
            Some(Hits::Whole(hits)) => Ok(hits.binary_search(&document).is_ok()),
        }
    }

    fn hits(&self, filter: &TextFilter) -> rusqlite::Result<Hits<'c>> {
        match (text_expression(filter), self.scene) {
            (None, _) => Ok(Hits::Whole(Vec::new())),
            (Some(expression), Some(scene)) => Ok(Hits::Along(Run::of_texts(scene, &expression))),
            (Some(expression), None) => all(self.connection, self.list, &expression).map(Hits::Whole),
        }
    }
}

/// Whether this stands in a document, wherever it is.
pub(crate) fn is_hit(connection: &Connection, document: i64, filter: &TextFilter) -> rusqlite::Result<bool> {
    let Some(expression) = text_expression(filter) else { return Ok(false) };
    connection.prepare_cached(IS_HIT)?.exists(params![expression, document])
}

/// The documents of a list that an FTS5 query finds, and strays of any list.
fn all(connection: &Connection, list: i64, expression: &str) -> rusqlite::Result<Vec<i64>> {
    let mut statement = connection.prepare_cached(HITS)?;
    let mut found = Vec::new();
    for range in [list_range(list), stray_range()] {
        let number = |row: &Row<'_>| row.get::<_, i64>(0);
        for document in statement.query_map(params![expression, range.start(), range.end()], number)? {
            found.push(document?);
        }
    }
    // The strays' range is the last or, read as signed numbers, the one before zero.
    found.sort_unstable();
    Ok(found)
}
