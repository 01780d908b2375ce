//! Work that Ctrl-C or SIGTERM ends.

use crate::error::Error;

/// Does the work on a runtime of this thread alone; none if it was stopped: then it was dropped where it stood.
pub(crate) fn unless_stopped<T>(work: impl Future<Output = T>) -> Result<Option<T>, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::failure(format!("the system refuses what a connection needs: {error}")))?;
    let ended = runtime.block_on(async {
        tokio::select! {
            ended = work => Some(ended),
            () = stopped() => None,
        }
    });
    // A name that is still being looked up, or standard input that is still being read, is not waited for.
    runtime.shutdown_background();
    Ok(ended)
}

/// Done at Ctrl-C or SIGTERM; where the system does not tell of the latter, it ends the process by itself.
async fn stopped() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        },
        Err(_) => drop(tokio::signal::ctrl_c().await),
    }
}
