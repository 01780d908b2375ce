//! An mbox brought into a mailbox by the command, beside taking each of its mails apart and nothing more.

use std::fs;
use std::hint::black_box;
use std::process::Command;
use std::time::Instant;

use dak_mail::mime::{Limits, Mail};

use crate::args::Plan;
use crate::child::{self, Cores};
use crate::dak::Dak;
use crate::failure::Failure;
use crate::mailbox;
use crate::place::Place;
use crate::rows::{Goal, Numbers, Row};
use crate::turns;

const NAME: &str = "mail import";
const MIB: f64 = 1048576.0;
const TURNS: usize = 3;

pub(super) fn measure(place: &Place, plan: &Plan) -> Result<Vec<Row>, Failure> {
    if !plan.wants(NAME) {
        return Ok(Vec::new());
    }
    let folder = tempfile::Builder::new().prefix("import-").tempdir_in(&place.out)?;
    let mails: Vec<Vec<u8>> =
        mailbox::mails().map(|mail| mail.raw).take(usize::try_from(plan.writes).unwrap_or(usize::MAX)).collect();
    let mbox = folder.path().join("all.mbox");
    let written: Vec<u8> =
        mails.iter().flat_map(|raw| [b"From a@b Thu Jan  1 00:00:00 2026\n", &**raw, b"\n"].concat()).collect();
    fs::write(&mbox, &written)?;
    let mebibytes = written.len() as f64 / MIB;
    // Into a folder of its own each time, which a server has made and left.
    let import = || {
        let Dak { server, folder } = Dak::start(place, Cores::All)?;
        drop(server);
        let mut command = Command::new(&place.dak);
        command
            .args(["mail", "import", "--quiet", "--user", "me@here.example", "--data"])
            .arg(folder.path())
            .arg(&mbox);
        Ok::<_, Failure>(mebibytes / child::spend(&mut command)?.seconds)
    };
    let parse = || {
        let started = Instant::now();
        mails.iter().for_each(|raw| drop(black_box(Mail::parse(raw, &Limits::default()).search_fields())));
        mebibytes / started.elapsed().as_secs_f64()
    };
    let numbers = turns::in_turns(&mut [true, false], TURNS, |is_ours| if *is_ours { import() } else { Ok(parse()) })?;
    let numbers = Some(Numbers::of(&numbers[0], &numbers[1]));
    Ok(vec![Row { name: NAME, floor_name: "taking apart alone", unit: "MiB per second", numbers, goal: Goal::None }])
}
