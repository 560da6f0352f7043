//! The parameters Tencent puts into the URL, parsed in one borrowing pass.

use std::{borrow::Cow, net::IpAddr};

use super::{
    escape::{Escaped, ascii_text, plain_decimal},
    name::Name,
};

/// The longest query that is read, in bytes.
const MAX_LEN: usize = 8 * 1024;

/// The most parameters that are read. Tencent sends seven.
const MAX_PARAMS: usize = 128;

/// As much of `query` as is looked at, in whole parameters, and whether it is cut. Without a limit
/// up front, anybody could make us walk as much as a server takes for a head.
pub(crate) fn cut(query: &str) -> (&str, bool) {
    let within = &query.as_bytes()[..query.len().min(MAX_LEN)];
    let end = match memchr::memchr_iter(b'&', within).nth(MAX_PARAMS - 1) {
        Some(end) => end,
        None if query.len() <= MAX_LEN => return (query, false),
        None => memchr::memrchr(b'&', within).unwrap_or(0),
    };
    (&query[..end], true)
}

/// The parameters of a request that is ours.
///
/// Names are compared after percent-decoding and ignoring ASCII case, because the vendor spells
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

/// What decides nothing is read on demand: a request that is turned away must not make
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

/// What a query with a command that is taken means.
#[derive(Debug)]
pub(crate) enum Query<'q> {
    Webhook(Result<Params<'q>, Malformed>),
    /// It names no app: the console's check of the URL may look like this.
    WithoutApp(Probe<'q>),
}

/// The parameters of a request that names no app.
#[derive(Debug)]
pub(crate) struct Probe<'q> {
    pub(crate) command: Cow<'q, str>,
    pub(crate) sign: Option<&'q str>,
    pub(crate) request_time: Option<&'q str>,
}

/// Reads `query`. `None` if the request is not ours: it has no command that `takes` takes.
pub(crate) fn read<'q>(query: &'q str, takes: impl Fn(Escaped<'_>) -> bool) -> Option<Query<'q>> {
    if !may_be_ours(query) {
        return None;
    }
    let mut given = [Param::default(); Name::ALL.len()];
    let mut taken = false;
    let mut rest = Some(query);
    while let Some(text) = rest {
        let (name, value);
        (name, value, rest) = pair(text);
        if let Some(name) = name {
            taken = taken || (name == Name::CallbackCommand && takes(Escaped(value)));
            given[name as usize].push(value);
        }
    }

    if !taken {
        return None;
    }
    let [app_id, command, sign, request_time, client_ip, platform, _] = given;
    let repeated = [app_id, command, sign, request_time]
        .iter()
        .any(|param| param.repeated);
    let command = command.first.and_then(ascii_text).filter(|_| !repeated);
    let Some(raw_app_id) = app_id.first else {
        return Some(Query::WithoutApp(Probe {
            command: command?,
            sign: sign.first,
            request_time: request_time.first,
        }));
    };
    let (Some(app_id), Some(command)) = (plain_decimal(raw_app_id), command) else {
        return Some(Query::Webhook(Err(Malformed)));
    };
    Some(Query::Webhook(Ok(Params {
        app_id,
        command,
        sign: sign.first,
        request_time: request_time.first,
        client_ip: client_ip.first,
        platform: platform.first,
    })))
}

#[derive(Clone, Copy, Default)]
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

/// Whether a query can hold our names. Each has a K, in either case or escaped.
///
/// Many queries of the application have none, and cost no more than this.
fn may_be_ours(query: &str) -> bool {
    memchr::memchr3(b'k', b'K', b'%', query.as_bytes()).is_some()
}

/// The first parameter of a query, if it is a known one, its value, and the query after it.
fn pair(text: &str) -> (Option<Name>, &str, Option<&str>) {
    if let Some((name, text)) = Name::usual(text) {
        let (value, rest) = split(text, b'&');
        return (Some(name), value, rest);
    }
    let (pair, rest) = split(text, b'&');
    let (name, value) = split(pair, b'=');
    (Name::read(name), value.unwrap_or_default(), rest)
}

/// What of `text` comes before the first `end`, which is ASCII, and what comes after it.
fn split(text: &str, end: u8) -> (&str, Option<&str>) {
    match memchr::memchr(end, text.as_bytes()) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    }
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

    fn webhook<'q>(
        query: &'q str,
        takes: impl Fn(Escaped<'_>) -> bool,
    ) -> Option<Result<Params<'q>, Malformed>> {
        match read(query, takes)? {
            Query::Webhook(params) => Some(params),
            Query::WithoutApp(_) => None,
        }
    }

    fn params(query: &str) -> Params<'_> {
        webhook(query, all).expect("ours").expect("well-formed")
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
            assert!(webhook(query, one(AFTER)).is_none(), "{query}");
        }
        assert!(webhook("SdkAppid=1&CallbackCommand=A.B", one(AFTER)).is_none());
        assert!(webhook("SdkAppid=1&CallbackCommand=%zz", one(AFTER)).is_none());
        assert!(webhook("SdkAppid=1&CallbackCommand", all).is_some());
    }

    #[test]
    fn a_repeated_parameter_is_malformed_if_any_of_the_commands_is_taken() {
        let query = format!("SdkAppid=1&CallbackCommand=A.B&CallbackCommand={AFTER}");
        assert_eq!(
            webhook(&query, one(AFTER)).map(|params| params.is_err()),
            Some(true)
        );
        assert!(webhook(&query, one("C.D")).is_none());
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
                webhook(&query, all).map(|params| params.is_err()),
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

    #[test]
    fn a_query_is_cut_between_parameters() {
        let short = "a=1&b=2";
        assert_eq!(cut(short), (short, false));
        let exact = "a".repeat(MAX_LEN);
        assert_eq!(cut(&exact), (&*exact, false));
        let long = format!("a=1&{}", "é".repeat(MAX_LEN));
        assert_eq!(cut(&long), ("a=1", true));
        assert_eq!(cut(&"é".repeat(MAX_LEN)), ("", true));
        let many = "a&".repeat(MAX_PARAMS);
        assert_eq!(cut(&many), (&many[..many.len() - 1], true));
        assert!(!cut(&many[..many.len() - 2]).1);
    }
}
