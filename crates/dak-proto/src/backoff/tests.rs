use proptest::prelude::*;

use super::{RETRIES_DEFAULT, wait_ms};

/// `U15`.
#[test]
fn the_waits_of_the_documents() {
    let shortest: Vec<u64> = (0..RETRIES_DEFAULT).map(|n| wait_ms(n, 0)).collect();
    assert_eq!(shortest, [1000, 2000, 4000, 8000, 16_000]);
    let longest: Vec<u64> = (0..RETRIES_DEFAULT).map(|n| wait_ms(n, 1000)).collect();
    assert_eq!(longest, [2000, 3000, 5000, 9000, 17_000]);
    // Half a second of chance a wait makes the documents' "about 32 seconds", with the requests themselves.
    assert_eq!(shortest.iter().sum::<u64>(), 31_000);
}

proptest! {
    #[test]
    fn every_wait_is_two_to_the_n_and_under_a_minute(n: u32, random: u64) {
        let wait = wait_ms(n, random);
        let floor = 1000 * 2u64.pow(n.min(5));
        prop_assert!((floor..=floor + 1000).contains(&wait));
        prop_assert!(wait < 60_000);
    }
}
