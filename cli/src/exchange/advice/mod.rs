//! The one line of advice for each cause.

#[cfg(test)]
mod tests;

use tower_tencent_webhook::{
    outcome::{End, FailureKind, Rejection},
    signature::SignatureError,
};

use super::{Exchange, Fate};
use crate::{protocol::Envelope, time::Span};

/// A sentence on what to do, in the languages of the page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Advice {
    pub(crate) en: String,
    pub(crate) zh: String,
}

fn advice(en: impl Into<String>, zh: impl Into<String>) -> Advice {
    Advice {
        en: en.into(),
        zh: zh.into(),
    }
}

/// What to do about it; `None` where all is well.
pub(crate) fn of(exchange: &Exchange) -> Option<Advice> {
    if exchange.by_rule {
        return Some(advice(
            "answered by a rule of this page; remove the rule to undo it",
            "由本页的规则应答；移除规则即可恢复",
        ));
    }
    match exchange.fate? {
        Fate::NotAWebhook => Some(not_a_webhook(exchange)),
        Fate::Webhook(End::Rejected(cause)) => Some(rejected(cause, exchange)),
        Fate::Webhook(End::Failed(kind, _) | End::FailedLate(kind)) => Some(failed(kind, exchange)),
        Fate::Webhook(End::FinishedLate) if exchange.answer.is_some() => Some(advice(
            "acknowledged at the deadline, and finished later: do slow work after answering",
            "截止时已确认，之后才完成：请把耗时的工作放在应答之后",
        )),
        // Without an answer the sender had left before the deadline.
        Fate::Webhook(End::Abandoned | End::FinishedLate) => {
            let limit = timeout(exchange);
            Some(advice(
                format!(
                    "the sender closed the connection before the answer; Tencent waits for {limit} s"
                ),
                format!("对方在应答之前关闭了连接；腾讯云只等待 {limit} 秒"),
            ))
        }
        Fate::Webhook(_) => None,
    }
}

fn not_a_webhook(exchange: &Exchange) -> Advice {
    let head = &exchange.head;
    let has = |name| head.parameter(name).is_some();
    let (what, what_zh) = if head.method != "POST" {
        return advice(
            format!(
                "{} instead of POST: Tencent sends webhooks by POST only",
                head.method
            ),
            format!(
                "方法是 {} 而不是 POST：腾讯云只用 POST 发送回调",
                head.method
            ),
        );
    } else if has("sdkappid") {
        (
            "its query has SdkAppid and no CallbackCommand",
            "查询参数有 SdkAppid 而没有 CallbackCommand",
        )
    } else if has("callbackcommand") {
        (
            "its query has CallbackCommand and no SdkAppid",
            "查询参数有 CallbackCommand 而没有 SdkAppid",
        )
    } else {
        (
            "neither SdkAppid and CallbackCommand in the query, nor a header SdkAppId of an app with an event key",
            "查询参数没有 SdkAppid 与 CallbackCommand，也没有已配置密钥的应用的请求头 SdkAppId",
        )
    };
    advice(
        format!("{what}: a proxy may have dropped it, or somebody else sent this"),
        format!("{what_zh}：可能被代理去掉，或请求来自别处"),
    )
}

fn rejected(cause: Rejection, exchange: &Exchange) -> Advice {
    let (app, app_zh) = match exchange.sdk_app_id {
        Some(id) => (format!("app {id}"), format!("应用 {id} ")),
        None => ("the app".to_owned(), "该应用".to_owned()),
    };
    match cause {
        Rejection::UnknownApp => advice(
            format!("{app} is not configured here: start with its --app ID:TOKEN"),
            format!("{app_zh}未在此配置：启动时请加上它的 --app ID:TOKEN"),
        ),
        Rejection::Signature(error) if exchange.envelope == Some(Envelope::Trtc) => {
            event_signature(error, &app, &app_zh)
        }
        Rejection::Signature(error) => url_signature(error, exchange, &app, &app_zh),
        Rejection::MalformedQuery => advice(
            "a parameter appears twice or is malformed: look for a proxy that changes URLs",
            "参数重复或格式错误：请检查是否有代理改写了 URL",
        ),
        Rejection::MalformedHeader => advice(
            "the header SdkAppId appears twice or is not a number: look for a proxy that changes headers",
            "请求头 SdkAppId 重复或不是数字：请检查是否有代理改写了请求头",
        ),
        Rejection::QueryTooLong => advice(
            "the query is longer than 8 KiB, which Tencent never sends",
            "查询字符串超过 8 KiB，腾讯云不会这样发送",
        ),
        Rejection::EncodedBody => advice(
            "the body is compressed, which Tencent never does: look for a proxy in front",
            "请求体被压缩，腾讯云不会这样做：请检查前面的代理",
        ),
        Rejection::BodyTooLarge => advice(
            "the body is longer than 1 MiB, which Tencent never sends",
            "请求体超过 1 MiB，腾讯云不会这样发送",
        ),
        Rejection::BodyTimedOut => advice(
            "the body was not complete in time: look at the network or a proxy in front",
            "请求体未能按时收全：请检查网络或前面的代理",
        ),
        Rejection::BodyUnreadable => advice(
            "the body broke off: look at the network or a proxy in front",
            "请求体中断：请检查网络或前面的代理",
        ),
        // A cause of a later release.
        _ => advice("the reason is all that is known", "原因见上"),
    }
}

fn url_signature(error: SignatureError, exchange: &Exchange, app: &str, app_zh: &str) -> Advice {
    match error {
        SignatureError::Wrong => advice(
            format!("Sign does not match: the token of {app} is not the one in the console"),
            format!("Sign 不匹配：{app_zh}的 Token 与控制台中的不一致"),
        ),
        SignatureError::Stale => match stale(exchange) {
            Some((ahead, true)) => advice(
                format!(
                    "signed {} ahead of this machine's time: check this clock and the sender's",
                    ahead.en()
                ),
                format!(
                    "签名时间比本机时钟超前 {}：请核对本机与发送方的时钟",
                    ahead.zh()
                ),
            ),
            Some((stale, false)) => advice(
                format!(
                    "stale by {}: check this machine's clock; or an old URL was resent",
                    stale.en()
                ),
                format!(
                    "时间相差 {}：请核对本机时钟，或有人重发了旧的 URL",
                    stale.zh()
                ),
            ),
            None => advice(
                "stale: check this machine's clock",
                "已过期：请核对本机时钟",
            ),
        },
        SignatureError::Missing => advice(
            format!(
                "no signature: switch authentication on for {app} in the console, or start with --app ID alone"
            ),
            format!("没有签名：请在控制台为{app_zh}开启鉴权，或启动时只用 --app ID"),
        ),
        SignatureError::NoSecret => advice(
            format!("{app} has an event key and no token: pass it with --app ID:TOKEN"),
            format!("{app_zh}只有回调密钥而没有 Token：请用 --app ID:TOKEN 传入"),
        ),
        _ => advice(
            "Sign or RequestTime is not what Tencent sends: look for a proxy that changes URLs",
            "Sign 或 RequestTime 与腾讯云发送的格式不同：请检查是否有代理改写了 URL",
        ),
    }
}

/// TRTC signs the body, with a key of its own.
fn event_signature(error: SignatureError, app: &str, app_zh: &str) -> Advice {
    match error {
        SignatureError::Wrong => advice(
            format!(
                "Sign does not match: the event key of {app} is not the one in the console, or a proxy changed the body"
            ),
            format!("Sign 不匹配：{app_zh}的回调密钥与控制台中的不一致，或代理改写了请求体"),
        ),
        SignatureError::Stale => advice(
            "stale: CallbackTs is more than 5 minutes off; check this machine's clock",
            "已过期：CallbackTs 相差超过 5 分钟；请核对本机时钟",
        ),
        SignatureError::NoSecret => advice(
            format!("{app} has no event key: pass it with --event-key ID:KEY"),
            format!("{app_zh}没有回调密钥：请用 --event-key ID:KEY 传入"),
        ),
        SignatureError::Missing => advice(
            format!(
                "no signature: set the key of {app} in the console, and pass it with --event-key"
            ),
            format!("没有签名：请在控制台为{app_zh}设置回调密钥，并用 --event-key 传入"),
        ),
        _ => advice(
            "Sign is not what TRTC sends: look for a proxy that changes headers",
            "Sign 与 TRTC 发送的格式不同：请检查是否有代理改写了请求头",
        ),
    }
}

fn failed(kind: FailureKind, exchange: &Exchange) -> Advice {
    match kind {
        // Of a before-webhook these are failures, of all others rejections.
        FailureKind::Stale => rejected(Rejection::Signature(SignatureError::Stale), exchange),
        FailureKind::BodyEncoded => rejected(Rejection::EncodedBody, exchange),
        FailureKind::BodyTooLarge => rejected(Rejection::BodyTooLarge, exchange),
        FailureKind::BodyLate => rejected(Rejection::BodyTimedOut, exchange),
        FailureKind::BodyBroken => rejected(Rejection::BodyUnreadable, exchange),
        FailureKind::BodyLost => advice(
            "the body is blank: a proxy drops bodies, or the console checked the URL",
            "请求体为空：可能被代理丢弃，或是控制台在校验 URL",
        ),
        FailureKind::Undecodable => advice(
            "the body does not have the documented shape; compare it with the vendor's page",
            "请求体不符合文档中的结构；请与腾讯云的文档对照",
        ),
        FailureKind::TimedOut => {
            let limit = timeout(exchange);
            advice(
                format!("no answer in time: Tencent waits for {limit} s"),
                format!("未能按时应答：腾讯云只等待 {limit} 秒"),
            )
        }
        FailureKind::Overloaded => advice(
            "more webhooks at once than this tool takes",
            "同时到达的回调超过本工具的上限",
        ),
        _ => advice(
            "the app behind --forward-to did not answer 200: look at its log",
            "--forward-to 后面的应用没有返回 200：请查看它的日志",
        ),
    }
}

/// How long Tencent waits for the answer, in seconds.
fn timeout(exchange: &Exchange) -> u64 {
    let envelope = exchange.envelope.unwrap_or(Envelope::Url);
    envelope.timeout().as_secs()
}

/// How far the time of signing is from the time of arrival, and whether it is ahead.
fn stale(exchange: &Exchange) -> Option<(Span, bool)> {
    let (signed, arrived) = (exchange.head.request_time()?, exchange.received / 1000);
    Some((Span::of(arrived.abs_diff(signed)), signed > arrived))
}
