//! Points in time as the protocol writes them.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Deserializer, Serialize};

use crate::wire::lenient::Lenient;

macro_rules! unix_time {
    ($(#[$attribute:meta])* $name:ident, $from:path) => {
        $(#[$attribute])*
        ///
        /// Read from a number, bare or in quotes; written as a number.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
        #[allow(clippy::exhaustive_structs, reason = "it is one number and stays so")]
        pub struct $name(pub u64);

        impl $name {
            /// The same point in time for the standard library; `None` beyond its range.
            #[must_use]
            pub fn to_system_time(self) -> Option<SystemTime> {
                SystemTime::UNIX_EPOCH.checked_add($from(self.0))
            }
        }

        impl<'de> Lenient<'de> for $name {
            fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                u64::read(deserializer).map(Self)
            }

            fn read_present<D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
                Ok(u64::read_present(deserializer)?.map(Self))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::read(deserializer)
            }
        }
    };
}

unix_time! {
    /// Seconds since 1970-01-01 00:00 UTC.
    UnixSeconds, Duration::from_secs
}
unix_time! {
    /// Milliseconds since 1970-01-01 00:00 UTC.
    UnixMillis, Duration::from_millis
}

impl UnixMillis {
    /// Now, by the clock of the machine; 0 before 1970.
    pub(crate) fn now() -> Self {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let millis = since.map_or(0, |since| since.as_millis());
        Self(u64::try_from(millis).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn converts_to_system_time_without_panic() {
        let second = SystemTime::UNIX_EPOCH + Duration::from_secs(1);
        assert_eq!(UnixSeconds(1).to_system_time(), Some(second));
        assert_eq!(UnixMillis(1000).to_system_time(), Some(second));
        assert_eq!(UnixSeconds(u64::MAX).to_system_time(), None);
    }

    #[test]
    fn reads_a_quoted_time() {
        let time: UnixMillis = serde_json::from_str("\"1670574414123\"").expect("reads");
        assert_eq!(
            serde_json::to_string(&time).expect("writes"),
            "1670574414123"
        );
    }
}
