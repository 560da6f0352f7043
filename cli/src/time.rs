//! The time, as everything here counts it, and spans of it in words.

use std::time::{SystemTime, UNIX_EPOCH};

/// The time by this machine's clock, in Unix milliseconds.
pub(crate) fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_millis().try_into().unwrap_or(u64::MAX))
}

/// A number of the largest unit of time that fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Span {
    Seconds(u64),
    Minutes(u64),
    Hours(u64),
    Days(u64),
}

impl Span {
    pub(crate) fn of(seconds: u64) -> Self {
        match seconds {
            0..120 => Self::Seconds(seconds),
            120..7200 => Self::Minutes(seconds / 60),
            7200..172_800 => Self::Hours(seconds / 3600),
            _ => Self::Days(seconds / 86_400),
        }
    }

    pub(crate) fn en(self) -> String {
        match self {
            Self::Seconds(n) => format!("{n} s"),
            Self::Minutes(n) => format!("{n} min"),
            Self::Hours(n) => format!("{n} h"),
            Self::Days(n) => format!("{n} days"),
        }
    }

    pub(crate) fn zh(self) -> String {
        match self {
            Self::Seconds(n) => format!("{n} 秒"),
            Self::Minutes(n) => format!("{n} 分钟"),
            Self::Hours(n) => format!("{n} 小时"),
            Self::Days(n) => format!("{n} 天"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_unit_that_fits_is_named() {
        for (seconds, en, zh) in [
            (119, "119 s", "119 秒"),
            (120, "2 min", "2 分钟"),
            (3 * 3600, "3 h", "3 小时"),
            (2 * 86_400, "2 days", "2 天"),
        ] {
            let span = Span::of(seconds);
            assert_eq!((&*span.en(), &*span.zh()), (en, zh));
        }
    }
}
