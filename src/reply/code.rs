//! The error codes that a refusal may carry to the client, one type for each range.

/// An error code of the app, within the range that Tencent passes on to the client.
///
/// Implemented by the code types of this crate only.
pub trait ErrorCode: Copy + Sealed + Send + 'static {
    /// The number.
    fn get(self) -> u32;

    #[doc(hidden)]
    fn from_number(number: u32) -> Option<Self>;
}

#[allow(
    unnameable_types,
    missing_docs,
    reason = "its name is private to seal `ErrorCode`"
)]
pub trait Sealed {}

/// Declares a code type for each documented range.
macro_rules! codes {
    ($($(#[$attribute:meta])* $name:ident: $first:literal..=$last:literal,)+) => {$(
        $(#[$attribute])*
        ///
        #[doc = concat!("The numbers from ", $first, " to ", $last, ", both included.")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u32);

        impl $name {
            /// The lowest number.
            pub const FIRST: Self = Self($first);

            /// `None` if the number is out of range. In a `const`, `.unwrap()` turns that into a
            /// compile error.
            #[must_use]
            pub const fn new(number: u32) -> Option<Self> {
                if $first <= number && number <= $last { Some(Self(number)) } else { None }
            }

            /// The number.
            #[must_use]
            pub const fn get(self) -> u32 {
                self.0
            }
        }

        impl Sealed for $name {}

        impl ErrorCode for $name {
            fn get(self) -> u32 {
                self.0
            }

            fn from_number(number: u32) -> Option<Self> {
                Self::new(number)
            }
        }
    )+};
}

codes! {
    /// A code of the app that refuses an action in a group and reaches the client.
    ///
    /// Source: [before a group message is sent](https://www.tencentcloud.com/document/product/1047/34374).
    GroupCode: 10100..=10200,
    /// A code of the app that refuses a one-to-one message and reaches the client.
    ///
    /// Source: [before a one-to-one message is sent](https://www.tencentcloud.com/document/product/1047/34364).
    C2CCode: 120001..=130000,
    /// A code of the app that refuses an action of an official account and reaches the client.
    ///
    /// Source: [before an official account is created](https://tencentcloud.com/document/product/1047/60795).
    OfficialAccountCode: 120001..=130000,
    /// A code of the app that refuses one friend and reaches the client.
    ///
    /// Source: [before a friend is added](https://www.tencentcloud.com/document/product/1047/43468).
    FriendCode: 38000..=39000,
    /// A code of the app that refuses a gift and reaches the client.
    ///
    /// Source: [before a gift is sent](https://trtc.io/document/72210).
    GiftCode: 102100..=102200,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_within_its_range() {
        assert_eq!(GroupCode::new(10_099), None);
        assert_eq!(GroupCode::new(10_100).map(GroupCode::get), Some(10_100));
        assert_eq!(GroupCode::new(10_200).map(GroupCode::get), Some(10_200));
        assert_eq!(GroupCode::new(10_201), None);
    }
}
