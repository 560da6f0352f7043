//! How long an attempt may take, and what becomes of the delivery: whether and when the next one is due.

use std::time::Duration;

use tower_tencent_webhook::outcome::FailureKind;

use super::cause::Cause;

/// What becomes of a delivery after an attempt.
#[derive(Debug)]
#[non_exhaustive]
pub enum Disposition {
    /// It was handled.
    Done,
    /// It failed, and is tried again.
    Retry {
        /// The delay.
        after: Duration,
        /// Why it failed.
        cause: Cause,
    },
    /// It failed, and is not tried again.
    Dead {
        /// Why it failed.
        cause: Cause,
    },
}

/// How long an attempt may take, how often a delivery is tried, and when.
///
/// After the first failure a delivery is due in [`first_delay`](Policy::first_delay), after each
/// further one in twice that, up to [`longest_delay`](Policy::longest_delay), all of it give or
/// take a tenth. What cannot be decoded, and a reply that the command does not take, is dead at
/// once: it takes another release to fix that.
///
/// ```
/// use std::time::Duration;
/// use tower_tencent_webhook_inbox::Policy;
///
/// // A push service that is worth waiting for, for an hour or so.
/// let policy = Policy::new()
///     .timeout(Duration::from_secs(10))
///     .attempts(12)
///     .longest_delay(Duration::from_mins(10));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// How long a handler may take, its readiness included. 30 seconds unless set.
    pub timeout: Duration,
    /// How many attempts may fail until the delivery is dead. 20 unless set.
    pub attempts: u32,
    /// The delay after the first failure. 1 second unless set.
    pub first_delay: Duration,
    /// The longest delay. 1 hour unless set.
    pub longest_delay: Duration,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(30),
            attempts: 20,
            first_delay: Duration::from_secs(1),
            longest_delay: Duration::from_hours(1),
        }
    }
}

impl Policy {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how long a handler may take, its readiness included.
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// Sets how many attempts may fail until the delivery is dead.
    #[must_use]
    pub fn attempts(self, attempts: u32) -> Self {
        Self { attempts, ..self }
    }

    /// Sets the delay after the first failure.
    #[must_use]
    pub fn first_delay(self, first_delay: Duration) -> Self {
        Self {
            first_delay,
            ..self
        }
    }

    /// Sets the longest delay.
    #[must_use]
    pub fn longest_delay(self, longest_delay: Duration) -> Self {
        Self {
            longest_delay,
            ..self
        }
    }

    /// The verdict after the failure number `failures`, from 1.
    pub(super) fn judge(&self, cause: Cause, failures: u32) -> Disposition {
        let hopeless = matches!(
            cause.kind(),
            FailureKind::Undecodable | FailureKind::WrongReply
        );
        let asked = cause.retry().map(super::Retry::delay);
        if hopeless || asked == Some(None) || failures >= self.attempts {
            return Disposition::Dead { cause };
        }
        let after = asked.flatten().unwrap_or_else(|| self.delay(failures));
        Disposition::Retry { after, cause }
    }

    /// The verdict after a panic as the failure number `failures`.
    pub(crate) fn panicked(&self, failures: u32) -> Disposition {
        self.judge(Cause::of(FailureKind::Panic), failures)
    }

    fn delay(&self, failures: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(failures.saturating_sub(1));
        let delay = self
            .first_delay
            .saturating_mul(doubled)
            .min(self.longest_delay);
        // Without random bytes all of a batch are due at once, which does no harm.
        let tenth = f64::from(getrandom::u32().unwrap_or(u32::MAX / 2)) / f64::from(u32::MAX);
        Duration::try_from_secs_f64(delay.as_secs_f64() * (0.9 + 0.2 * tenth)).unwrap_or(delay)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(policy: Policy, failures: u32, seconds: f64) {
        let delay = policy.delay(failures).as_secs_f64();
        assert!(
            (delay - seconds).abs() <= seconds / 9.9,
            "{failures}: {delay} for {seconds}"
        );
    }

    #[test]
    fn the_delay_doubles_up_to_an_hour() {
        let policy = Policy::default();
        for (failures, seconds) in [
            (1, 1.),
            (2, 2.),
            (3, 4.),
            (12, 2048.),
            (13, 3600.),
            (99, 3600.),
        ] {
            near(policy, failures, seconds);
        }
    }

    #[test]
    fn the_longest_delay_has_no_limit() {
        let policy = Policy {
            first_delay: Duration::MAX,
            longest_delay: Duration::MAX,
            ..Policy::default()
        };
        assert!(policy.delay(1) > Duration::MAX / 2);
    }

    #[test]
    fn the_last_attempt_is_the_twentieth() {
        let verdict = |failures| Policy::default().judge(Cause::of(FailureKind::Handler), failures);
        assert!(matches!(verdict(19), Disposition::Retry { .. }));
        assert!(matches!(verdict(20), Disposition::Dead { .. }));
    }

    #[test]
    fn what_cannot_be_decoded_is_dead_at_once() {
        let verdict = Policy::default().judge(Cause::of(FailureKind::Undecodable), 1);
        assert!(matches!(verdict, Disposition::Dead { .. }));
    }
}
