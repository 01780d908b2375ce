use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::Room;

/// What is asked for one after the other of 1 MiB, and whether it is there at once.
#[tokio::test]
async fn room_is_given_while_there_is_some() {
    const MIB: u64 = 1 << 20;
    for (asked, given) in [
        (vec![MIB, MIB, MIB], vec![true, true, true]),
        (vec![3 * MIB, 3 * MIB], vec![true, true]),
        (vec![6 * MIB, 3 * MIB], vec![true, false]),
        (vec![100 * MIB, MIB + 1], vec![true, false]),
        (vec![100 * MIB, MIB], vec![true, true]),
    ] {
        let room = Room::new(8 << 20, 1 << 20);
        let mut taken = Vec::new();
        let mut context = Context::from_waker(Waker::noop());
        let was_given: Vec<bool> = asked
            .iter()
            .map(|bytes| match pin!(room.take(*bytes)).poll(&mut context) {
                Poll::Ready(room) => {
                    taken.push(room.unwrap());
                    true
                }
                Poll::Pending => false,
            })
            .collect();
        assert_eq!(was_given, given, "{asked:?}");
    }
}

#[tokio::test]
async fn room_comes_back() {
    let room = Room::new(8 << 20, 1 << 20);
    for _ in 0..3 {
        room.take(8 << 20).await.unwrap();
    }
}

/// What is cut off is there for others at once; what needs none is none.
#[tokio::test]
async fn room_is_cut() {
    const MIB: u64 = 1 << 20;
    for (asked, left, free) in [(8, 3, 5), (8, 8, 0), (4, 6, 4), (100, 2, 6), (8, 1, 8), (1, 1, 8)] {
        let room = Room::new(8 << 20, 1 << 20);
        let taken = room.take(asked * MIB).await.unwrap().cut_to(left * MIB);
        assert_eq!(taken.is_some(), asked > 1 && left > 1, "{asked} {left}");
        assert_eq!(room.free.available_permits() as u64 * super::UNIT_BYTES as u64, free * MIB, "{asked} {left}");
    }
}
