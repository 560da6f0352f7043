//! The client platform that a webhook names.

use crate::wire::string_enum;

string_enum! {
    /// Where an action came from: the parameter `OptPlatform`.
    ///
    /// Informative only: the parameter is not covered by the signature, so it must not decide
    /// anything. In the URL it is compared ignoring ASCII case ([`Platform::from_parameter`]),
    /// because the vendor writes it in several ways.
    ///
    /// Values: [webhook overview](https://trtc.io/document/34354).
    pub enum Platform {
        /// A server, through the REST API.
        RestApi = "RESTAPI",
        /// A web client.
        Web = "Web",
        /// An Android client.
        Android = "Android",
        /// An iPhone client.
        Ios = "iOS",
        /// A Windows client.
        Windows = "Windows",
        /// A macOS client.
        Mac = "Mac",
        /// An iPad client.
        Ipad = "iPad",
        /// A Linux client. Seen among the devices of a user, not in the URL.
        Linux = "Linux",
    }
}

impl Platform {
    /// Reads the URL parameter: ignoring ASCII case, and with `macOS` for [`Platform::Mac`].
    #[must_use]
    pub fn from_parameter(text: &str) -> Self {
        if text.eq_ignore_ascii_case("macOS") {
            return Self::Mac;
        }
        Self::VALUES
            .iter()
            .find(|(word, _)| word.eq_ignore_ascii_case(text))
            .map_or_else(|| Self::from(text), |(_, platform)| platform.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parameter_is_read_without_case() {
        assert_eq!(Platform::from_parameter("IOS"), Platform::Ios);
        assert_eq!(Platform::from_parameter("macos"), Platform::Mac);
        assert_eq!(Platform::from_parameter("Unkown").as_str(), "Unkown");
    }
}
