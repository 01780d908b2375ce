use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use tokio::io::ReadBuf;

use super::{Arrivals, PIECE_BYTES_MAX, read_bytes_max};

#[test]
fn less_is_read_at_a_time_the_more_bodies_arrive() {
    for (arriving, bytes_max) in [
        (0, usize::MAX),
        (1, usize::MAX),
        (128, usize::MAX),
        (129, (128 << 10) - 1),
        (1000, (32 << 10) - 1),
        (4000, (8 << 10) - 1),
        (100_000, (8 << 10) - 1),
    ] {
        assert_eq!(read_bytes_max(arriving), bytes_max, "{arriving}");
    }
}

/// How many bytes of a stream that has them all are read at a time, and of one that is at its end.
#[test]
fn what_is_read_at_a_time_is_bounded() {
    let arrivals = Arc::new(Arrivals::default());
    let read = |bytes: &[u8]| {
        let (mut stream, mut place) = (bytes, vec![0; PIECE_BYTES_MAX]);
        let mut buffer = ReadBuf::new(&mut place);
        let mut context = Context::from_waker(Waker::noop());
        assert!(matches!(arrivals.poll_read(&mut stream, &mut context, &mut buffer), Poll::Ready(Ok(()))));
        assert!(buffer.filled().iter().all(|byte| *byte == 7));
        buffer.filled().len()
    };
    let bytes = [7; PIECE_BYTES_MAX];
    assert_eq!(read(&bytes), PIECE_BYTES_MAX);
    let many: Vec<_> = (0..1000).map(|_| arrivals.begin()).collect();
    assert_eq!((read(&bytes), read(&bytes[..100]), read(&[])), ((32 << 10) - 1, 100, 0));
    drop(many);
    assert_eq!(read(&bytes), PIECE_BYTES_MAX);
}
