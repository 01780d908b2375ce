//! What each command does: one file a command, one match to find it.

use dak_client::Method;

use crate::args::{Command, MethodArgs, Typed};
use crate::environment::Environment;
use crate::error::Error;
use crate::exit::Exit;
use crate::plan::Words;

mod answer;
mod api;
mod blog;
mod completions;
mod courier;
mod download;
mod failed;
mod fields;
mod input;
mod mail;
mod man;
mod request;
mod resend;
mod save;
mod serve;
mod stop;
mod store;
mod token;
mod transfer;
mod upload;
mod uploads;
mod user;
mod wire;

/// Does what was typed.
pub(crate) fn run(typed: Typed, environment: &Environment) -> Result<Exit, Error> {
    let command = match typed {
        Typed::Call(call) => return request::run(Words::Free(call.words), &call.request, environment),
        Typed::Command(command) => command,
    };
    let send = |method, args: MethodArgs| {
        let words = Words::Named { method, url: args.url, items: args.items };
        request::run(words, &args.request, environment)
    };
    match command {
        Command::Get(args) => send(Method::GET, args),
        Command::Head(args) => send(Method::HEAD, args),
        Command::Post(args) => send(Method::POST, args),
        Command::Put(args) => send(Method::PUT, args),
        Command::Patch(args) => send(Method::PATCH, args),
        Command::Delete(args) => send(Method::DELETE, args),
        Command::Download(args) => download::run(&args, environment),
        Command::Upload(args) => upload::run(&args, environment),
        Command::Uploads(args) => uploads::run(&args, environment),
        Command::Fields(args) => fields::run(&args),
        Command::Serve(args) => serve::run(*args),
        Command::Token(args) => token::run(args),
        Command::Api(args) => api::run(&args),
        Command::Blog(args) => blog::run(args),
        Command::Mail(args) => mail::run(&args, environment),
        Command::User(args) => user::run(args),
        Command::Backup(args) => store::backup(args),
        Command::Check(args) => store::check(args),
        Command::Completions(args) => completions::run(&args),
        Command::Man => man::run(),
    }
}
