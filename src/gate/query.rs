//! The parameters Tencent puts into the URL, read in one pass that borrows.

use std::{borrow::Cow, net::IpAddr};

/// The longest query that is read, in bytes.
pub(crate) const MAX_LEN: usize = 8 * 1024;

/// The parameters of a request that is ours.
///
/// Names are compared after percent-decoding and without ASCII case, because the vendor spells
/// them in several ways. `Sign` and `RequestTime` stay as they came: their documented forms need
/// no escapes, so an escape in them is already a forgery.
#[derive(Debug)]
pub(crate) struct Params<'q> {
    pub(crate) app_id: u64,
    pub(crate) command: Cow<'q, str>,
    pub(crate) sign: Option<&'q str>,
    pub(crate) request_time: Option<&'q str>,
    client_ip: Option<&'q str>,
    platform: Option<&'q str>,
}

/// What decides nothing is read when it is asked for: a request that is turned away must not make
/// us work.
impl<'q> Params<'q> {
    /// The address, if it is one.
    pub(crate) fn client_ip(&self) -> Option<IpAddr> {
        ascii_text(self.client_ip?)?.parse().ok()
    }

    pub(crate) fn platform(&self) -> Option<Cow<'q, str>> {
        ascii_text(self.platform?)
    }
}

/// The query holds our parameters, but one of them twice or in a form Tencent never sends.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

/// Reads `query`. `None` if the request is not ours: no app id, no command, or no command that
/// `takes` takes.
pub(crate) fn read<'q>(
    query: &'q str,
    takes: impl Fn(Escaped<'_>) -> bool,
) -> Option<Result<Params<'q>, Malformed>> {
    if !may_be_ours(query) {
        return None;
    }
    let mut app_id = Param::default();
    let mut command = Param::default();
    let mut sign = Param::default();
    let mut request_time = Param::default();
    let mut client_ip = Param::default();
    let mut platform = Param::default();
    let mut taken = false;

    for (name, value) in pairs(query) {
        if name.is("SdkAppid") {
            app_id.push(value);
        } else if name.is("CallbackCommand") {
            taken = taken || takes(Escaped(value));
            command.push(value);
        } else if name.is("Sign") {
            sign.push(value);
        } else if name.is("RequestTime") {
            request_time.push(value);
        } else if name.is("ClientIP") {
            client_ip.push(value);
        } else if name.is("OptPlatform") {
            platform.push(value);
        }
    }

    let (true, Some(raw_app_id), Some(raw_command)) = (taken, app_id.first, command.first) else {
        return None;
    };
    if app_id.repeated || command.repeated || sign.repeated || request_time.repeated {
        return Some(Err(Malformed));
    }
    let (Some(app_id), Some(command)) = (plain_decimal(raw_app_id), ascii_text(raw_command)) else {
        return Some(Err(Malformed));
    };
    Some(Ok(Params {
        app_id,
        command,
        sign: sign.first,
        request_time: request_time.first,
        client_ip: client_ip.first,
        platform: platform.first,
    }))
}

/// A value that is not unescaped yet.
#[derive(Clone, Copy)]
pub(crate) struct Escaped<'q>(&'q str);

impl Escaped<'_> {
    /// Whether it means `text`, byte for byte.
    pub(crate) fn means(self, text: &str) -> bool {
        self.0 == text || (self.0.contains('%') && unescape(self.0).eq(text.bytes().map(Ok)))
    }
}

#[derive(Default)]
struct Param<'q> {
    first: Option<&'q str>,
    repeated: bool,
}

impl<'q> Param<'q> {
    fn push(&mut self, value: &'q str) {
        self.repeated = self.first.is_some();
        self.first.get_or_insert(value);
    }
}

/// Whether a query can hold our names. One has a K, of either case or escaped.
///
/// Many queries of the application have none: such a request costs 3 % more in the layer instead
/// of 7 %. Without an early end, the compiler looks at many bytes at a time.
fn may_be_ours(query: &str) -> bool {
    query.bytes().fold(false, |found, byte| {
        found | (byte | 0x20 == b'k') | (byte == b'%')
    })
}

/// The names and values of a query.
///
/// Not by `split` and `split_once`, which set up a search for each short piece.
fn pairs(query: &str) -> impl Iterator<Item = (Name<'_>, &str)> {
    let mut rest = Some(query);
    std::iter::from_fn(move || {
        let text = rest?;
        let pair = before(text, b'&');
        rest = text.get(pair.len() + 1..);
        let raw = before(pair, b'=');
        let escaped = raw.bytes().any(|byte| byte == b'%');
        let value = pair.get(raw.len() + 1..).unwrap_or_default();
        Some((Name { raw, escaped }, value))
    })
}

/// What of `text` comes before the first `end`, which is ASCII.
fn before(text: &str, end: u8) -> &str {
    memchr::memchr(end, text.as_bytes()).map_or(text, |length| &text[..length])
}

/// The name of a parameter.
#[derive(Clone, Copy)]
struct Name<'q> {
    raw: &'q str,
    escaped: bool,
}

impl Name<'_> {
    /// Whether it means `name`.
    #[inline]
    fn is(self, name: &str) -> bool {
        if !self.escaped {
            return self.raw.eq_ignore_ascii_case(name);
        }
        unescape(self.raw)
            .map(|byte| byte.map(|byte| byte.to_ascii_lowercase()))
            .eq(name.bytes().map(|byte| Ok(byte.to_ascii_lowercase())))
    }
}

/// The bytes of a percent-encoded text; a broken escape is an error, never passed on as text.
fn unescape(raw: &str) -> impl Iterator<Item = Result<u8, Malformed>> + '_ {
    let mut bytes = raw.bytes();
    std::iter::from_fn(move || {
        let byte = bytes.next()?;
        if byte != b'%' {
            return Some(Ok(byte));
        }
        let mut digit = || char::from(bytes.next()?).to_digit(16);
        Some(match (digit(), digit()) {
            (Some(high), Some(low)) => u8::try_from(high * 16 + low).map_err(|_| Malformed),
            _ => Err(Malformed),
        })
    })
}

/// A number as Tencent writes it: digits only, no sign, no leading zero, within `u64`.
fn plain_decimal(raw: &str) -> Option<u64> {
    let mut number = None;
    for byte in unescape(raw) {
        let digit = char::from(byte.ok()?).to_digit(10)?;
        number = match number {
            None => Some(u64::from(digit)),
            Some(0) => return None,
            Some(number) => Some(u64::checked_add(number.checked_mul(10)?, digit.into())?),
        };
    }
    number
}

/// The unescaped text, if it is printable ASCII, as all documented values are.
fn ascii_text(raw: &str) -> Option<Cow<'_, str>> {
    let printable = |byte: &u8| (b' '..=b'~').contains(byte);
    // Without an early end, the compiler looks at many bytes at a time.
    if raw.bytes().fold(true, |plain, byte| {
        plain & (byte != b'%') & printable(&byte)
    }) {
        return Some(Cow::Borrowed(raw));
    }
    let mut text = String::with_capacity(raw.len());
    for byte in unescape(raw) {
        text.push(char::from(byte.ok().filter(printable)?));
    }
    Some(Cow::Owned(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    const AFTER: &str = "Group.CallbackAfterSendMsg";

    fn all(_: Escaped<'_>) -> bool {
        true
    }

    fn one(command: &str) -> impl Fn(Escaped<'_>) -> bool + '_ {
        move |taken| taken.means(command)
    }

    fn params(query: &str) -> Params<'_> {
        read(query, all).expect("ours").expect("well-formed")
    }

    #[test]
    fn reads_all_parameters_in_any_order_and_case() {
        let params = params(
            "OptPlatform=RESTAPI&x=1&sign=ab&clientip=127.0.0.1&CALLBACKCOMMAND=A.B&requestTime=9&SdkAppId=14&contenttype=xml",
        );
        assert_eq!(params.app_id, 14);
        assert_eq!(params.command, "A.B");
        assert_eq!((params.sign, params.request_time), (Some("ab"), Some("9")));
        assert_eq!(params.client_ip(), Some(IpAddr::from([127, 0, 0, 1])));
        assert_eq!(params.platform().as_deref(), Some("RESTAPI"));
    }

    #[test]
    fn unescapes_names_and_values_but_not_the_signature() {
        let params =
            params("%53d%6BAppid=%31%34&Callbac%4bCommand=A%2eB&Sign=%61b&ClientIP=%3A%3a1");
        assert_eq!((params.app_id, &*params.command), (14, "A.B"));
        assert_eq!(params.sign, Some("%61b"));
        assert_eq!(params.client_ip(), "::1".parse().ok());
    }

    #[test]
    fn is_not_ours_without_an_app_id_or_a_command_that_is_taken() {
        for query in [
            "",
            "&&",
            "SdkAppid=1",
            "CallbackCommand=A.B",
            "SdkAppid=1&CallbackCommand",
        ] {
            assert!(read(query, one(AFTER)).is_none(), "{query}");
        }
        assert!(read("SdkAppid=1&CallbackCommand=A.B", one(AFTER)).is_none());
        assert!(read("SdkAppid=1&CallbackCommand=%zz", one(AFTER)).is_none());
        assert!(read("SdkAppid=1&CallbackCommand", all).is_some());
    }

    #[test]
    fn a_repeated_parameter_is_malformed_if_any_of_the_commands_is_taken() {
        let query = format!("SdkAppid=1&CallbackCommand=A.B&CallbackCommand={AFTER}");
        assert_eq!(
            read(&query, one(AFTER)).map(|params| params.is_err()),
            Some(true)
        );
        assert!(read(&query, one("C.D")).is_none());
    }

    #[test]
    fn an_app_id_is_a_plain_decimal() {
        for id in [
            "+1",
            "-1",
            "01",
            "0x1",
            " 1",
            "1.0",
            "",
            "%zz",
            "%",
            "1%00",
            "18446744073709551616",
            "\u{ff11}",
        ] {
            let query = format!("SdkAppid={id}&CallbackCommand=A.B");
            assert_eq!(
                read(&query, all).map(|params| params.is_err()),
                Some(true),
                "{id}"
            );
        }
        assert_eq!(
            params("SdkAppid=18446744073709551615&CallbackCommand=").app_id,
            u64::MAX
        );
        assert_eq!(params("SdkAppid=0&CallbackCommand=").app_id, 0);
    }

    #[test]
    fn what_is_no_address_or_not_ascii_is_left_out() {
        let params = params("SdkAppid=1&CallbackCommand=&ClientIP=home&OptPlatform=%ff");
        assert_eq!((params.client_ip(), params.platform()), (None, None));
    }
}
