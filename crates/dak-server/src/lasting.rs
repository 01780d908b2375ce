//! Work that comes to its end although whoever waits for it may go.

#[cfg(test)]
mod tests;

use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::runtime::Handle;

/// Work that is carried out where it is awaited, and goes on as a task of its own if it is dropped before its end.
///
/// A task of its own from the beginning would be on another core than its connection half of the time: each piece of a
/// body would then wake it, and come out of another core's cache.
pub(crate) struct Lasting<F>(Option<Pin<Box<F>>>)
where
    F: Future<Output: Send> + Send + 'static;

impl<F: Future<Output: Send> + Send + 'static> Lasting<F> {
    /// Work that has not begun.
    pub(crate) fn new(work: F) -> Lasting<F> {
        Lasting(Some(Box::pin(work)))
    }
}

impl<F: Future<Output: Send> + Send + 'static> Future for Lasting<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.get_mut();
        // While it works it is not here: what broke down does not go on.
        let Some(mut work) = this.0.take() else { return Poll::Pending };
        let polled = work.as_mut().poll(context);
        if polled.is_pending() {
            this.0 = Some(work);
        }
        polled
    }
}

impl<F: Future<Output: Send> + Send + 'static> Drop for Lasting<F> {
    fn drop(&mut self) {
        if let (Some(work), Ok(runtime)) = (self.0.take(), Handle::try_current()) {
            drop(runtime.spawn(work));
        }
    }
}
