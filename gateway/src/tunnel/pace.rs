//! A ceiling on octets per second, with one second's worth in hand.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Keeps one direction of a tunnel under its ceiling.
#[derive(Debug)]
pub(super) struct Pace {
    per_second: u64,
    /// When all that was let through so far would have passed at the ceiling.
    paid_until: Instant,
}

/// What may run ahead.
const BURST: Duration = Duration::from_secs(1);

impl Pace {
    pub(super) fn new(per_second: u64) -> Self {
        Self {
            per_second,
            paid_until: Instant::now(),
        }
    }

    /// Waits until `octets` more may pass.
    pub(super) async fn wait(&mut self, octets: usize) {
        if let Some(until) = self.after(octets, Instant::now()) {
            sleep_until(until).await;
        }
    }

    /// Counts `octets`, and says until when to wait with them, if at all.
    fn after(&mut self, octets: usize, now: Instant) -> Option<Instant> {
        let nanos = u128::from(octets as u64).saturating_mul(1_000_000_000);
        let nanos = nanos.checked_div(u128::from(self.per_second)).unwrap_or(0);
        let cost = Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX));
        self.paid_until = self.paid_until.max(now).checked_add(cost)?;
        let until = self.paid_until.checked_sub(BURST)?;
        (until > now).then_some(until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_s_worth_passes_at_once_and_the_rest_at_the_ceiling() {
        let mut pace = Pace::new(1_000);
        let now = Instant::now();
        pace.paid_until = now;
        assert_eq!(pace.after(600, now), None);
        assert_eq!(pace.after(400, now), None);
        assert_eq!(
            pace.after(500, now),
            now.checked_add(Duration::from_millis(500))
        );
        let later = now.checked_add(Duration::from_secs(60)).unwrap();
        assert_eq!(pace.after(1_000, later), None);
        assert!(pace.after(1_000, later).is_some());
    }
}
