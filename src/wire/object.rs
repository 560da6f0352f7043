//! How a JSON object of the protocol is declared.

/// Declares JSON objects of the protocol.
///
/// The input is plain Rust: a struct with its docs, and fields named as on the wire, in snake
/// case (`rename` where that does not give the wire's name). The macro adds what every such
/// struct has in common: the derives, reading each field with the leniencies of its type,
/// `skip_serializing_if` for `Option` and for `Vec` fields, and a `Debug` that shows no content.
/// A `Vec` that must be there is marked `= required`, and an `Option` in which an empty string
/// means "none" is marked `= none_if_empty`. A field that the vendor also spells in another way is
/// marked `= or [older "Spelling"]`: the newer spelling wins where both are there, which serde's
/// `alias` would refuse.
///
/// After the name, `= "Family.Command"` makes it the body of that command: it is serialised with
/// its `CallbackCommand`, and a search of the docs for the command finds it. Then `via f` passes
/// the decoded value through `f`, for fields whose place varies. A parameter `<P = Default>` is the
/// type of a field whose shape varies.
///
/// Fields are read into a struct whose types are lenient themselves. With serde's
/// `deserialize_with` every field would have a reader of its own, which made a program that takes
/// all events 1 MB larger.
macro_rules! wire {
    ($(
        $(#[$attribute:meta])*
        $vis:vis struct $name:ident $(<$param:ident = $default:ty>)?
            $(= $command:literal)? $(via $settle:path)? { $($fields:tt)* }
    )+) => {$(
        $crate::wire::wire!(
            @fields [
                $(#[$attribute])*
                $(#[doc(alias = $command)] #[serde(tag = "CallbackCommand", rename = $command)])?
                $vis
            ] [$name $($param = $default)?] [$($settle)?] [] [] [] $($fields)*
        );
    )+};
    (@fields $head:tt $name:tt $settle:tt [$($done:tt)*] [$($read:tt)*] [$($names:tt)*]
        $(#[$attribute:meta])* $vis:vis $field:ident: Option<$type:ty> = none_if_empty, $($rest:tt)*) => {
        $crate::wire::wire!(@fields $head $name $settle
            [$($done)* $(#[$attribute])*
                #[serde(skip_serializing_if = "Option::is_none")]
                $vis $field: Option<$type>,]
            [$($read)* $(#[$attribute])* #[serde(default)] $field: $crate::wire::lenient::NoneIfEmpty<$type>,]
            [$($names)* $field [] []]
            $($rest)*);
    };
    (@fields $head:tt $name:tt $settle:tt [$($done:tt)*] [$($read:tt)*] [$($names:tt)*]
        $(#[$attribute:meta])* $vis:vis $field:ident: Option<$type:ty> $(= or $([$older:ident $spelling:literal])+)?, $($rest:tt)*) => {
        $crate::wire::wire!(@fields $head $name $settle
            [$($done)* $(#[$attribute])*
                #[serde(skip_serializing_if = "Option::is_none")]
                $vis $field: Option<$type>,]
            [$($read)* $(#[$attribute])* #[serde(default)] $field: $crate::wire::lenient::Read<Option<$type>>,
                $($(#[serde(default, rename = $spelling)] $older: $crate::wire::lenient::Read<Option<$type>>,)+)?]
            [$($names)* $field [$($($older)+)?] []]
            $($rest)*);
    };
    (@fields $head:tt $name:tt $settle:tt [$($done:tt)*] [$($read:tt)*] [$($names:tt)*]
        $(#[$attribute:meta])* $vis:vis $field:ident: Vec<$type:ty>, $($rest:tt)*) => {
        $crate::wire::wire!(@fields $head $name $settle
            [$($done)* $(#[$attribute])*
                #[serde(skip_serializing_if = "Vec::is_empty")]
                $vis $field: Vec<$type>,]
            [$($read)* $(#[$attribute])* #[serde(default)] $field: $crate::wire::lenient::Read<Option<Vec<$type>>>,]
            [$($names)* $field [] [.unwrap_or_default()]]
            $($rest)*);
    };
    (@fields $head:tt $name:tt $settle:tt [$($done:tt)*] [$($read:tt)*] [$($names:tt)*]
        $(#[$attribute:meta])* $vis:vis $field:ident: $type:ty = or [$older:ident $spelling:literal], $($rest:tt)*) => {
        $crate::wire::wire!(@fields $head $name $settle
            [$($done)* $(#[$attribute])* $vis $field: $type,]
            [$($read)* $(#[$attribute])* #[serde(default)] $field: $crate::wire::lenient::Read<Option<$type>>,
                #[serde(default, rename = $spelling)] $older: $crate::wire::lenient::Read<Option<$type>>,]
            [$($names)* $field [$older]
                [.ok_or_else(|| <D::Error as serde::de::Error>::missing_field(stringify!($field)))?]]
            $($rest)*);
    };
    (@fields $head:tt $name:tt $settle:tt [$($done:tt)*] [$($read:tt)*] [$($names:tt)*]
        $(#[$attribute:meta])* $vis:vis $field:ident: $type:ty $(= required)?, $($rest:tt)*) => {
        $crate::wire::wire!(@fields $head $name $settle
            [$($done)* $(#[$attribute])* $vis $field: $type,]
            [$($read)* $(#[$attribute])* $field: $crate::wire::lenient::Read<$type>,]
            [$($names)* $field [] []]
            $($rest)*);
    };
    (@fields [$(#[$attribute:meta])* $vis:vis] [$name:ident $($param:ident = $default:ty)?]
        [$($settle:path)?] [$($done:tt)*] [$($read:tt)*] [$($field:ident [$($older:ident)*] [$($settled:tt)*])*]) => {
        #[derive(Clone, PartialEq, serde::Serialize)]
        #[serde(rename_all = "PascalCase")]
        #[non_exhaustive]
        $(#[$attribute])*
        $vis struct $name $(<$param = $default>)? { $($done)* }

        impl<'de $(, $param: for<'a> $crate::wire::lenient::Lenient<'a>)?>
            serde::Deserialize<'de> for $name $(<$param>)?
        {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                #[derive(serde::Deserialize)]
                #[serde(rename_all = "PascalCase", bound(deserialize = ""))]
                struct Fields $(<$param: for<'a> $crate::wire::lenient::Lenient<'a>>)? { $($read)* }

                let fields: Fields $(<$param>)? = $crate::wire::lenient::object(deserializer)?;
                let read = Self { $($field: fields.$field.0 $(.or(fields.$older.0))* $($settled)*),* };
                $(let read = $settle(read);)?
                Ok(read)
            }
        }

        impl<'de $(, $param: for<'a> $crate::wire::lenient::Lenient<'a>)?>
            $crate::wire::lenient::Lenient<'de> for $name $(<$param>)?
        {
            fn read<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                serde::Deserialize::deserialize(deserializer)
            }
        }

        /// Shows only the type: the content is private. `serde_json::to_value` reveals it.
        impl $(<$param>)? std::fmt::Debug for $name $(<$param>)? {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    };
}
pub(crate) use wire;

#[cfg(test)]
#[allow(unreachable_pub, reason = "the macro declares public structs")]
mod tests {

    wire! {
        /// All kinds of fields.
        pub struct All {
            /// A number.
            pub number: u32,
            /// An optional number.
            pub big: Option<u64>,
            /// A text.
            pub text: Option<String>,
            /// A text in which `""` is none.
            pub none: Option<String> = none_if_empty,
            /// A list.
            pub list: Vec<Nested>,
            /// A text with two older spellings.
            pub new_name: Option<String> = or [older "OldName"] [oldest "FirstName"],
        }

        /// An object in a list.
        pub struct Nested {
            /// A list that must be there.
            pub names: Vec<String> = required,
        }

        /// A text that must be there, under either name.
        pub struct Renamed {
            /// The text.
            pub group_id: String = or [older "groupID"],
        }
    }

    fn read(json: &str) -> Option<All> {
        serde_json::from_str(json).ok()
    }

    #[test]
    fn a_number_may_be_quoted_and_keeps_every_digit() {
        let bare = read(r#"{"Number":4294967295,"Big":18446744073709551615}"#).expect("reads");
        let quoted =
            read(r#"{"Number":"4294967295","Big":"18446744073709551615"}"#).expect("reads");
        assert_eq!((bare.number, bare.big), (u32::MAX, Some(u64::MAX)));
        assert_eq!(bare, quoted);
    }

    #[test]
    fn other_forms_of_a_number_are_refused() {
        for number in [
            "1.0",
            "-1",
            "4294967296",
            "1e400",
            "true",
            "[]",
            "\"\"",
            "\"+1\"",
            "\" 1\"",
            "\"-\"",
            "\"1.0\"",
            "null",
        ] {
            assert!(
                read(&format!(r#"{{"Number":{number}}}"#)).is_none(),
                "{number}"
            );
        }
    }

    #[test]
    fn absent_null_and_empty_are_none_where_they_may_be() {
        let absent = read(r#"{"Number":1}"#).expect("reads");
        assert_eq!(
            read(r#"{"Number":1,"Big":null,"Text":null,"None":null}"#).as_ref(),
            Some(&absent)
        );
        assert_eq!(
            read(r#"{"Number":1,"Big":"","None":""}"#).as_ref(),
            Some(&absent)
        );
        assert_eq!(
            read(r#"{"Number":1,"Text":""}"#)
                .and_then(|all| all.text)
                .as_deref(),
            Some("")
        );
        assert_eq!(
            serde_json::to_string(&absent).expect("writes"),
            r#"{"Number":1}"#
        );
    }

    #[test]
    fn an_object_is_not_taken_from_an_array_by_position() {
        assert!(read(r#"{"Number":1,"List":[{"Names":["a"]}]}"#).is_some());
        assert!(read(r#"{"Number":1,"List":[[["a"]]]}"#).is_none());
        assert!(read(r#"{"Number":1,"List":[{}]}"#).is_none());
    }

    #[test]
    fn null_is_an_empty_list_unless_the_list_must_be_there() {
        let absent = read(r#"{"Number":1}"#).expect("reads");
        assert_eq!(read(r#"{"Number":1,"List":null}"#), Some(absent));
        assert!(read(r#"{"Number":1,"List":[{"Names":null}]}"#).is_none());
    }

    #[test]
    fn the_newest_spelling_wins() {
        for (json, name) in [
            (r#""FirstName":"c""#, "c"),
            (r#""FirstName":"c","OldName":"b""#, "b"),
            (r#""OldName":"b","NewName":"a","FirstName":"c""#, "a"),
            (r#""OldName":"b","NewName":null"#, "b"),
        ] {
            let all = read(&format!(r#"{{"Number":1,{json}}}"#)).expect("reads");
            assert_eq!(all.new_name.as_deref(), Some(name), "{json}");
        }
        let renamed = |json| serde_json::from_str::<Renamed>(json).ok();
        for (json, id) in [
            (r#"{"groupID":"b"}"#, Some("b")),
            (r#"{"groupID":"b","GroupId":"a"}"#, Some("a")),
            (r#"{"GroupID":"b"}"#, None),
            (r#"{"GroupId":"a","GroupId":"b"}"#, None),
        ] {
            let read = renamed(json).map(|renamed| renamed.group_id);
            assert_eq!(read.as_deref(), id, "{json}");
        }
    }
}
