//! nginx, giving a file.

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

/// Starts nginx with one worker that answers a path with a file of these bytes; `None` where nginx is not installed.
pub(crate) fn start(folder: &Path, path: &str, answer: &Canned) -> Result<Option<Server>, Failure> {
    let Some(nginx) = tools::find_or_install("nginx", "nginx-light") else { return Ok(None) };
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let address = format!("127.0.0.1:{port}");
    fs::write(folder.join("body"), &answer.body)?;
    let settings = folder.join("nginx.conf");
    fs::write(&settings, configuration(folder, &address, path, answer))?;
    let mut command = Command::new(nginx);
    command.arg("-p").arg(folder).arg("-c").arg(&settings).args(["-e", "stderr"]);
    let server = Server::start_at(&mut command, Cores::First, address)?;
    fetch::wait_for(&server.address)?;
    Ok(Some(server))
}

/// One process, no log, the file kept open, and the same header fields.
fn configuration(folder: &Path, address: &str, path: &str, answer: &Canned) -> String {
    let folder = folder.display();
    let mut fields = String::new();
    let own = ["content-type", "etag", "last-modified"];
    for (name, value) in answer.headers.iter().filter(|(name, _)| !own.contains(&name.as_str())) {
        let _ = writeln!(fields, "      add_header {name} \"{value}\";");
    }
    format!(
        "daemon off;\nmaster_process off;\npid {folder}/nginx.pid;\nerror_log stderr crit;\n\
         events {{ worker_connections 1024; }}\n\
         http {{\n  access_log off;\n  sendfile on;\n  tcp_nopush on;\n  keepalive_requests 1000000000;\n  \
         open_file_cache max=16 inactive=1h;\n  open_file_cache_valid 1h;\n  \
         client_body_temp_path {folder}/a;\n  proxy_temp_path {folder}/b;\n  fastcgi_temp_path {folder}/c;\n  \
         uwsgi_temp_path {folder}/d;\n  scgi_temp_path {folder}/e;\n  \
         server {{\n    listen {address};\n    location = {path} {{\n      alias {folder}/body;\n      \
         default_type \"{content_type}\";\n{fields}    }}\n  }}\n}}\n",
        content_type = answer.header("content-type"),
    )
}
