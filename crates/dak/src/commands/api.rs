//! `dak api check`: what the methods of descriptions would do.

use std::collections::BTreeMap;
use std::sync::Arc;

use dak_api::{Api, Method, Router, Verdict};

use crate::args::{ApiArgs, ApiCheckArgs, ApiCommand};
use crate::error::Error;
use crate::exit::Exit;
use crate::folder;
use crate::output::print;
use crate::paint::clean;

/// Carries out `dak api`.
pub(crate) fn run(args: &ApiArgs) -> Result<Exit, Error> {
    match &args.command {
        ApiCommand::Check(args) => check(args),
    }
}

fn check(args: &ApiCheckArgs) -> Result<Exit, Error> {
    let apis = folder::described(&args.paths, &args.rules)?;
    let mut totals = Totals::default();
    for api in &apis {
        if !args.totals {
            print(clean::text(&api.id()))?;
        }
        for method in &api.methods {
            let verdict = method.verdict();
            if !args.totals {
                print(clean::text(&line(api, method, &verdict)))?;
            }
            totals.add(method.action.word(), &verdict);
        }
    }
    totals.print()?;
    tell_conflict(&apis)?;
    Ok(Exit::Success)
}

/// `  books.list  GET v1/books  list, served`.
fn line(api: &Api, method: &Method, verdict: &Verdict) -> String {
    let (id, http_method, template) = (&method.id, &method.http_method, &method.template);
    let service_path = api.service_paths.first().map_or("", String::as_str);
    format!("  {id}  {http_method} {service_path}{template}  {}, {verdict}", method.action.word())
}

fn tell_conflict(apis: &[Arc<Api>]) -> Result<(), Error> {
    match Router::new(apis) {
        Ok(_) => Ok(()),
        Err(conflict) if conflict.is_within_one() => {
            let conflict = clean::text(&conflict.to_string());
            Err(Error::failure(format!("{conflict}; leave one of the two out of the document")))
        }
        Err(conflict) => print(clean::text(&format!("To serve them together takes --apart: {conflict}."))),
    }
}

/// How many methods of which kind are served, partly, or not.
#[derive(Default)]
struct Totals {
    by_word: BTreeMap<&'static str, [usize; 3]>,
    reasons: BTreeMap<&'static str, usize>,
}

impl Totals {
    fn add(&mut self, word: &'static str, verdict: &Verdict) {
        let column = match verdict {
            Verdict::Served => 0,
            Verdict::Partly { .. } => 1,
            Verdict::Not(why) => {
                *self.reasons.entry(why).or_default() += 1;
                2
            }
        };
        if let Some(count) = self.by_word.entry(word).or_default().get_mut(column) {
            *count += 1;
        }
    }

    fn print(&self) -> Result<(), Error> {
        let mut all = [0; 3];
        print(format_args!("{:<8}{:>9}{:>9}{:>9}", "methods", "served", "partly", "not"))?;
        for (word, counts) in &self.by_word {
            row(word, counts)?;
            all.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        }
        row("all", &all)?;
        for (why, count) in &self.reasons {
            print(format_args!("{count} not served: {why}"))?;
        }
        Ok(())
    }
}

fn row(word: &str, [served, partly, not]: &[usize; 3]) -> Result<(), Error> {
    print(format_args!("{word:<8}{served:>9}{partly:>9}{not:>9}"))
}
