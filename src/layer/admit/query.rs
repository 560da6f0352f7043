//! The parameters Tencent puts into the URL, parsed in one borrowing pass.

use std::{borrow::Cow, net::IpAddr};

use http::Uri;

use super::spelling::{Escaped, Name, ascii_text, plain_decimal};
use crate::catalog;

/// The longest query that is read, in bytes.
const MAX_LEN: usize = 8 * 1024;

/// The most parameters that are read. Tencent sends seven.
const MAX_PARAMS: usize = 128;

/// The parameters of a request that is ours.
///
/// Names are compared after percent-decoding and ignoring ASCII case, because the vendor spells
/// them in several ways. `Sign` and `RequestTime` stay as they came: their documented forms need
/// no escapes, so an escape in them is already a forgery.
#[derive(Debug)]
pub(crate) struct Params<'q> {
    pub(crate) app_id: u64,
    pub(crate) command: Cow<'static, str>,
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

/// Why the parameters of a request that is ours cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// One of them appears twice, or in a form Tencent never sends.
    Malformed,
    /// The query has more than is read. What comes behind that is not looked at: without such a
    /// limit, anybody could make us walk as much as a server takes for a head.
    TooLong,
}

/// What a query with a command that is taken means.
#[derive(Debug)]
pub(crate) enum Query<'q> {
    Webhook(Result<Params<'q>, Unreadable>),
    /// It names no app: the console's check of the URL may look like this.
    WithoutApp(Probe<'q>),
}

/// The parameters of a request that names no app.
#[derive(Debug)]
pub(crate) struct Probe<'q> {
    pub(crate) command: Cow<'static, str>,
    pub(crate) sign: Option<&'q str>,
    pub(crate) request_time: Option<&'q str>,
}

/// The query of a URL, if it can hold our names. One has a K, of either case or escaped.
///
/// Many queries of the application have none, and cost no more than this.
#[inline]
pub(crate) fn candidate(uri: &Uri) -> Option<&str> {
    let query = uri.query()?;
    memchr::memchr3(b'k', b'K', b'%', within(query)).map(|_| query)
}

/// Reads a [`candidate`]. `None` if the request is not ours: it has no command that `takes` takes.
pub(crate) fn read<'q>(query: &'q str, takes: impl Fn(Escaped<'_>) -> bool) -> Option<Query<'q>> {
    let mut given = [None; Name::ALL.len()];
    let (mut taken, mut repeated) = (false, false);
    let mut ends = memchr::memchr_iter(b'&', within(query));
    let mut rest = Some(query);
    let mut read = 0;
    for _ in 0..MAX_PARAMS {
        let Some(text) = rest else {
            break;
        };
        let param;
        (param, rest) = match ends.next() {
            Some(end) => {
                let (param, behind) = text.split_at(end - read);
                read = end + 1;
                (param, Some(&behind[1..]))
            }
            None if query.len() <= MAX_LEN => (text, None),
            // It is cut off by the limit.
            None => break,
        };
        if let Some((name, value)) = Name::with_value(param) {
            taken = taken || (name == Name::CallbackCommand && takes(Escaped(value)));
            let first = &mut given[name as usize];
            repeated |= first.is_some() && name.is_unique();
            first.get_or_insert(value);
        }
    }
    let is_cut = rest.is_some();

    if !taken {
        return None;
    }
    let [app_id, command, sign, request_time, client_ip, platform, _] = given;
    let command = command.and_then(command_name).filter(|_| !repeated);
    let Some(app_id) = app_id else {
        // The console's check is short.
        return (!is_cut).then_some(Query::WithoutApp(Probe {
            command: command?,
            sign,
            request_time,
        }));
    };
    if is_cut {
        return Some(Query::Webhook(Err(Unreadable::TooLong)));
    }
    let (Some(app_id), Some(command)) = (plain_decimal(app_id), command) else {
        return Some(Query::Webhook(Err(Unreadable::Malformed)));
    };
    Some(Query::Webhook(Ok(Params {
        app_id,
        command,
        sign,
        request_time,
        client_ip,
        platform,
    })))
}

/// The command as it is kept. One of the table needs no look at its letters.
fn command_name(raw: &str) -> Option<Cow<'static, str>> {
    match catalog::find(raw) {
        Some(row) => Some(Cow::Borrowed(row.command)),
        None => ascii_text(raw).map(catalog::intern),
    }
}

/// What is read of a query, at most.
#[inline]
fn within(query: &str) -> &[u8] {
    &query.as_bytes()[..query.len().min(MAX_LEN)]
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
    ) -> Option<Result<Params<'q>, Unreadable>> {
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
    fn no_more_is_read_than_the_limits_let() {
        const OURS: &str = "SdkAppid=1&CallbackCommand=A.B";
        let with = |rest: &str| webhook(&format!("{OURS}&{rest}"), all).map(|read| read.map(drop));
        let room = MAX_LEN - OURS.len() - 1;
        assert_eq!(with(&"a".repeat(room)), Some(Ok(())));
        assert_eq!(with(&"a".repeat(room + 1)), Some(Err(Unreadable::TooLong)));
        assert_eq!(with(&"é".repeat(room)), Some(Err(Unreadable::TooLong)));
        // The first two are ours, and behind the last `&` is one more.
        assert_eq!(with(&"&".repeat(MAX_PARAMS - 3)), Some(Ok(())));
        let many = "&".repeat(MAX_PARAMS - 2);
        assert_eq!(with(&many), Some(Err(Unreadable::TooLong)));
        // What is behind the limits is not looked at.
        for long in [
            "a".repeat(MAX_LEN),
            "é".repeat(MAX_LEN),
            "&".repeat(MAX_PARAMS),
        ] {
            assert!(read(&format!("{long}&{OURS}"), all).is_none());
        }
        let asked = std::cell::Cell::new(0);
        let count = |_: Escaped<'_>| {
            asked.set(asked.get() + 1);
            false
        };
        assert!(read(&"CallbackCommand=A.B&".repeat(9999), count).is_none());
        assert!(asked.get() <= MAX_PARAMS, "{}", asked.get());
        let probe = format!("CallbackCommand=A.B&{}", "a".repeat(MAX_LEN));
        assert!(read(&probe, all).is_none());
    }
}
