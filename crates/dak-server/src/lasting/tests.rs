use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use tokio::sync::oneshot;

use super::Lasting;

/// Work that waits for a word and then says it again.
fn echo() -> (oneshot::Sender<u8>, Lasting<impl Future<Output = u8>>, oneshot::Receiver<u8>) {
    let (word, heard) = oneshot::channel();
    let (says, said) = oneshot::channel();
    let work = Lasting::new(async move {
        let word = heard.await.unwrap();
        says.send(word).unwrap();
        word
    });
    (word, work, said)
}

#[tokio::test]
async fn is_carried_out_where_it_is_awaited() {
    let (word, work, said) = echo();
    word.send(1).unwrap();
    assert_eq!(work.await, 1);
    assert_eq!(said.await, Ok(1));
}

#[tokio::test]
async fn goes_on_when_it_is_dropped() {
    for polls in 0..3 {
        let (word, mut work, said) = echo();
        for _ in 0..polls {
            let is_pending = poll_fn(|context| Poll::Ready(Pin::new(&mut work).poll(context).is_pending())).await;
            assert!(is_pending);
        }
        drop(work);
        word.send(2).unwrap();
        assert_eq!(said.await, Ok(2), "dropped after {polls} polls");
    }
}

#[tokio::test]
async fn does_not_go_on_after_it_broke_down() {
    let (word, work, said) = echo();
    drop(word);
    let broken = tokio::spawn(work).await;
    assert!(broken.unwrap_err().is_panic());
    assert!(said.await.is_err());
}
