//! The server without sockets: requests as text down the whole road, over the engine that keeps records in memory.

mod access;
mod control;
mod examples;
mod limits;
mod lists;
mod stage;
mod writes;
