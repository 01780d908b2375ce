//! `dak mail import`.

use dak_client::Bytes;
use dak_mail::labels::{INBOX, TRASH, system};
use dak_mail::parcel::Parcel;
use serde_json::Value;

use super::sources::{self, Found, Mails};
use super::wish;
use crate::args::MailImportArgs;
use crate::commands::transfer;
use crate::environment::Environment;
use crate::error::Error;
use crate::exit::Exit;
use crate::folder::{self, Desk, Wish};
use crate::output::tell;
use crate::paint::clean;
use crate::progress::Progress;

/// From how many bytes on mails are handed over. Together they are one commit.
const CALL_BYTES: usize = 4 << 20;
/// How many mails are handed over at most at a time.
const CALL_MAILS: usize = 200;

/// Carries out `dak mail import`.
pub(super) fn run(args: &MailImportArgs, environment: &Environment) -> Result<Exit, Error> {
    let sources = sources::find(&args.sources)?;
    if sources.is_empty() {
        return Err(Error::failure("there is no mail; name mbox files, Maildir folders, or .eml files"));
    }
    let folder = folder::path(args.data.as_deref())?;
    let desk = folder::desk(&folder, folder::REPAIR)?;
    let progress = Progress::new("mail", transfer::loudness(false, args.quiet), environment);
    let mut intake = Intake::new(&desk, args, &progress);
    let ended = transfer::run(intake.take(Mails::new(sources)), &progress)?;
    if intake.is_made && !args.quiet {
        tell(format_args!("A mailbox was made for {}.", clean::line(&args.user)));
    }
    match ended {
        None => Err(Error::new(
            Exit::Interrupted,
            format!("stopped after {}, {}; the same command goes on", progress.so_far(), intake.sum()),
        )),
        Some(Err(error)) => Err(error),
        Some(Ok(())) => {
            tell(format_args!("{}.", intake.sum()));
            Ok(if intake.too_large + intake.no_mail == 0 { Exit::Success } else { Exit::Failure })
        }
    }
}

/// Mails on their way to the desk.
struct Intake<'a> {
    desk: &'a Desk,
    wish: Wish,
    labels: Vec<String>,
    progress: &'a Progress,
    /// What is to be handed over next, and how many mails that is.
    waiting: (Vec<u8>, usize),
    added: u64,
    known: u64,
    too_large: u64,
    no_mail: u64,
    /// Whether there was no mailbox before.
    is_made: bool,
}

impl<'a> Intake<'a> {
    fn new(desk: &'a Desk, args: &MailImportArgs, progress: &'a Progress) -> Intake<'a> {
        let labels = args.labels.iter().map(|name| label(name)).collect();
        Intake {
            desk,
            wish: wish("POST", &args.user),
            labels,
            progress,
            waiting: (Vec::new(), 0),
            added: 0,
            known: 0,
            too_large: 0,
            no_mail: 0,
            is_made: false,
        }
    }

    async fn take(&mut self, mut mails: Mails) -> Result<(), Error> {
        while let Some(found) = mails.next()? {
            match found {
                Found::Mail { parcel, is_labelled } => self.add(parcel, is_labelled),
                Found::TooLarge(name) => {
                    self.too_large += 1;
                    self.progress.wipe();
                    tell(format_args!("dak: a mail in {} is too large and was passed over", clean::line(&name)));
                }
                Found::NoMail(name) => {
                    self.no_mail += 1;
                    self.progress.wipe();
                    tell(format_args!(
                        "dak: {} begins with no header, so it is no mail, and was passed over",
                        clean::line(&name)
                    ));
                }
            }
            if self.waiting.0.len() >= CALL_BYTES || self.waiting.1 >= CALL_MAILS {
                self.hand_over().await?;
                self.progress.moved(mails.read_bytes(), Some(mails.total_bytes()));
            }
        }
        self.hand_over().await
    }

    fn add(&mut self, mut parcel: Parcel, is_labelled: bool) {
        let has_place = is_labelled || !self.labels.is_empty() || parcel.labels.iter().any(|label| label == TRASH);
        parcel.labels.extend(self.labels.iter().cloned());
        if !has_place {
            parcel.labels.push(INBOX.to_owned());
        }
        self.waiting.0.extend(parcel.to_bytes());
        self.waiting.1 += 1;
    }

    async fn hand_over(&mut self) -> Result<(), Error> {
        let (bytes, mails) = std::mem::take(&mut self.waiting);
        if mails > 0 {
            let told = self.desk.send(&self.wish, Bytes::from(bytes)).await?;
            let count = |name: &str| told.get(name).and_then(Value::as_u64).unwrap_or_default();
            self.added += count("added");
            self.known += count("known");
            self.is_made |= told["made"] == true;
        }
        Ok(())
    }

    /// What was done so far.
    fn sum(&self) -> String {
        let mut sum = format!("{} {} imported", counted(self.added), were(self.added));
        for (count, what) in [(self.known, "there already"), (self.too_large, "too large"), (self.no_mail, "no mail")] {
            if count > 0 {
                sum = format!("{sum}, {count} {} {what}", were(count));
            }
        }
        sum
    }
}

/// So many mails, in words.
pub(super) fn counted(count: u64) -> String {
    format!("{count} {}", if count == 1 { "mail" } else { "mails" })
}

/// What goes with so many.
pub(super) fn were(count: u64) -> &'static str {
    if count == 1 { "was" } else { "were" }
}

/// A label as the mailbox knows it: those of the system in any case.
fn label(name: &str) -> String {
    system(&name.to_ascii_uppercase()).map_or_else(|| name.to_owned(), |label| label.id.to_owned())
}
