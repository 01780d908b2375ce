//! The client against a server that plays a script, over real sockets.

mod answers;
mod failures;
mod recipes;
mod streams;
mod support;
