use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::watched;
use crate::outgoing::Progress;

/// The patience is 60 s; (when bytes move, when it is given up), in seconds, on a clock that jumps.
#[tokio::test(start_paused = true)]
async fn silence_is_as_long_as_it_is_said_to_be() {
    for (moves_s, wanted_s) in [(&[][..], 60), (&[1], 61), (&[59], 119), (&[30, 80], 140)] {
        let (began, progress) = (Instant::now(), Progress::default());
        let work = async {
            let mut at_s = 0;
            for move_s in moves_s {
                sleep(Duration::from_secs(move_s - at_s)).await;
                at_s = *move_s;
                progress.step();
            }
            std::future::pending::<()>().await;
        };
        watched(work, &progress, Duration::from_secs(60)).await.unwrap_err();
        assert_eq!(began.elapsed().as_secs(), wanted_s, "{moves_s:?}");
    }
}
