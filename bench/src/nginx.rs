//! nginx: giving a file, and taking one.

use std::fmt::Write;
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use crate::canned::Canned;
use crate::child::{Cores, Server};
use crate::failure::Failure;
use crate::fetch;
use crate::tools;

/// Where nginx takes files.
pub(crate) const TAKEN: &str = "/taken/";
/// Where nginx gives the media.
pub(crate) const GIVEN: &str = "/given";

/// Starts nginx with one worker that answers a path with a file of these bytes; `None` where nginx is not installed.
///
/// The header fields are the same as ours.
pub(crate) fn start(folder: &Path, path: &str, answer: &Canned) -> Result<Option<Server>, Failure> {
    fs::write(folder.join("body"), &answer.body)?;
    let mut fields = String::new();
    let own = ["content-type", "etag", "last-modified"];
    for (name, value) in answer.headers.iter().filter(|(name, _)| !own.contains(&name.as_str())) {
        let _ = write!(fields, "add_header {name} \"{value}\"; ");
    }
    let location = format!(
        "location = {path} {{ alias {folder}/body; default_type \"{content_type}\"; {fields} }}",
        folder = folder.display(),
        content_type = answer.header("content-type"),
    );
    serve(folder, &location, Cores::First)
}

/// Starts nginx with one worker that gives a file by `sendfile`, and takes files by PUT into the folder `taken`.
///
/// A body goes to a file as it comes, through a buffer of the size with which nginx is fastest, and is then renamed.
pub(crate) fn start_with_media(folder: &Path, media: &Path) -> Result<Option<Server>, Failure> {
    fs::create_dir_all(folder.join("taken"))?;
    let locations = format!(
        "location = {GIVEN} {{ alias {media}; }}\n    \
         location {TAKEN} {{ root {folder}; dav_methods PUT; client_max_body_size 0; client_body_buffer_size 256k; }}",
        media = media.display(),
        folder = folder.display(),
    );
    serve(folder, &locations, Cores::All)
}

fn serve(folder: &Path, locations: &str, cores: Cores) -> Result<Option<Server>, Failure> {
    let Some(nginx) = tools::find_or_install("nginx", "nginx-light") else { return Ok(None) };
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let address = format!("127.0.0.1:{port}");
    let settings = folder.join("nginx.conf");
    fs::write(&settings, configuration(folder, &address, locations))?;
    let mut command = Command::new(nginx);
    command.arg("-p").arg(folder).arg("-c").arg(&settings).args(["-e", "stderr"]);
    let server = Server::start_at(&mut command, cores, address)?;
    fetch::wait_for(&server.address)?;
    Ok(Some(server))
}

/// One process, no log, files kept open.
fn configuration(folder: &Path, address: &str, locations: &str) -> String {
    let folder = folder.display();
    format!(
        "daemon off;\nmaster_process off;\npid {folder}/nginx.pid;\nerror_log stderr crit;\n\
         events {{ worker_connections 1024; }}\n\
         http {{\n  access_log off;\n  sendfile on;\n  tcp_nopush on;\n  keepalive_requests 1000000000;\n  \
         open_file_cache max=16 inactive=1h;\n  open_file_cache_valid 1h;\n  \
         client_body_temp_path {folder}/a;\n  proxy_temp_path {folder}/b;\n  fastcgi_temp_path {folder}/c;\n  \
         uwsgi_temp_path {folder}/d;\n  scgi_temp_path {folder}/e;\n  \
         server {{\n    listen {address};\n    {locations}\n  }}\n}}\n",
    )
}
