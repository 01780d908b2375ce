//! Disks that do what real ones do rarely: they fail, and they forget what was not synced when the power goes.

mod faulty;
mod forgetful;

pub use faulty::{DiskChange, DiskFailure, FaultyDisk};
pub use forgetful::ForgetfulDisk;
