//! `dak fields`.

use clap::Args;

/// Reads JSON and keeps only the parts a mask names, as a server would for `?fields=`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  dak fields 'items(id,title)' list.json
  dak get :7070/demo/v1 | dak fields 'items/characteristics/length'
  dak fields 'items/pagemap/*/title' < list.json --pretty")]
pub(crate) struct FieldsArgs {
    /// The parts to keep: a,b  a/b  a(b,c)  a/*
    #[arg(value_name = "MASK")]
    pub(crate) mask: String,
    /// The JSON to read; standard input when left out or -
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<String>,
    /// Indent the result
    #[arg(long)]
    pub(crate) pretty: bool,
}
