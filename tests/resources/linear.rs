//! What hostile JSON costs: work and memory in proportion to its size, and little of the stack.

use std::{hint::black_box, thread, time::Duration};

use crate::support::{AFTER, BEFORE, MESSAGE};
use dhat::HeapStats;
use tower_tencent_webhook::event::{Event, Payload};

/// Text that is hostile at any size.
struct Hostile {
    name: &'static str,
    command: &'static str,
    size: usize,
    /// The text of a size.
    text: Box<dyn Fn(usize) -> String>,
    /// How many bytes of memory, at most, a byte of the text costs at the peak.
    memory: usize,
}

pub(crate) fn all() {
    for hostile in texts() {
        it_takes_linear_memory(&hostile);
        #[cfg(unix)]
        it_takes_linear_work(&hostile);
        it_takes_a_small_stack(&hostile);
    }
}

fn decode(command: &str, body: &str) {
    let event = <Event as Payload>::decode(command, body.as_bytes());
    // Some of the texts cannot be decoded, which may take no more than others.
    if let Ok(Event::GroupBeforeSendMsg(message)) = &event {
        for element in &message.msg_body {
            black_box(element.content());
        }
    }
    let _ = black_box(event);
}

/// A group message with this member besides the ones it has to have.
fn with(member: String) -> String {
    MESSAGE.replacen('{', &format!("{{{member},"), 1)
}

fn with_elements(elements: &str) -> String {
    MESSAGE.replace("[]", &format!("[{elements}]"))
}

/// This many of it, between commas.
fn list(item: &str, count: usize) -> String {
    let list = format!("{item},").repeat(count);
    list.trim_end_matches(',').to_owned()
}

fn deep(depth: usize) -> String {
    format!("{}1{}", "[".repeat(depth), "]".repeat(depth))
}

fn relays(depth: usize) -> String {
    let open = r#"{"MsgType":"TIMRelayElem","MsgContent":{"MsgList":[{"MsgBody":["#;
    format!("{}{}", open.repeat(depth), "]}]}}".repeat(depth))
}

#[rustfmt::skip]
fn texts() -> Vec<Hostile> {
    const MILLION: usize = 1_000_000;
    const DIGITS: usize = 100_000;
    const DEPTH: usize = 5000;
    let of = |name, size, memory, text: fn(usize) -> String| Hostile {
        name, command: BEFORE, size, text: Box::new(text), memory,
    };
    vec![
        of("keys that are not read", MILLION, 2, |n| with(list(r#""Own":1"#, n))),
        of("keys that differ", MILLION / 4, 2, |n| {
            with((0..n).map(|key| format!(r#""k{key}":{{}},"#)).collect::<String>() + r#""k":1"#)
        }),
        of("keys with escapes", MILLION / 4, 2, |n| with(list(r#""\u004f":1"#, n))),
        of("elements of a byte", MILLION / 4, 60, |n| with_elements(&list("5", n))),
        of("elements", MILLION / 10, 12, |n| {
            with_elements(&list(r#"{"MsgType":"TIMTextElem","MsgContent":{"Text":"a"}}"#, n))
        }),
        Hostile { command: AFTER, ..of("objects of nothing", MILLION, 2, |n| {
            with(format!(r#""GroupAtInfo":[{}]"#, list("{}", n)))
        })},
        of("halves of characters", MILLION / 4, 6, |n| {
            with(format!(r#""CloudCustomData":"{}""#, r"\ud83d".repeat(n)))
        }),
        of("halves in an element", MILLION / 4, 6, |n| {
            let halves = r"\ud83d".repeat(n);
            with_elements(&format!(r#"{{"MsgType":"TIMTextElem","MsgContent":{{"Text":"{halves}"}}}}"#))
        }),
        of("halves in many elements", MILLION / 20, 15, |n| {
            with_elements(&list(r#"{"MsgType":"TIMTextElem","MsgContent":{"Text":"\ud83d"}}"#, n))
                .replacen('{', r#"{"CloudCustomData":"\ud83d","#, 1)
        }),
        of("backslashes", MILLION / 4, 6, |n| {
            with(format!(r#""CloudCustomData":"{}\ud83d""#, r"\\".repeat(n)))
        }),
        of("digits where nothing is read", DIGITS, 8, |n| with(format!(r#""Own":{}"#, "9".repeat(n)))),
        of("digits of a number", DIGITS, 8, |n| with(format!(r#""Random":{}"#, "9".repeat(n)))),
        of("digits after the point", DIGITS, 8, |n| with(format!(r#""Random":0.{}"#, "9".repeat(n)))),
        of("digits in quotes", DIGITS, 8, |n| with(format!(r#""Random":"{}""#, "9".repeat(n)))),
        of("digits of an id", DIGITS, 8, |n| MESSAGE.replace(r#""mei""#, &"9".repeat(n))),
        of("digits in an element", DIGITS, 8, |n| {
            let digits = "9".repeat(n);
            with_elements(&format!(r#"{{"MsgType":"TIMFaceElem","MsgContent":{{"Index":{digits}}}}}"#))
        }),
        of("depth where nothing is read", DEPTH, 16, |n| with(format!(r#""Own":{}"#, deep(n)))),
        of("depth of a number", DEPTH, 16, |n| with(format!(r#""Random":{}"#, deep(n)))),
        of("depth without an end", DEPTH, 16, |n| with(format!(r#""Own":{}"#, "[".repeat(n)))),
        of("depth in an element", DEPTH, 16, |n| {
            with_elements(&format!(r#"{{"MsgType":"TIMCustomElem","MsgContent":{{"Data":{}}}}}"#, deep(n)))
        }),
        of("depth of an element", DEPTH, 16, |n| with_elements(&deep(n))),
        of("forwarded messages", DEPTH, 16, |n| with_elements(&relays(n))),
        of("forwarded halves", DEPTH, 16, |n| {
            with_elements(&relays(n).replacen("]}", r#"],"CloudCustomData":"\ud83d"}"#, 1))
        }),
    ]
}

/// Twice the text takes twice the memory, at the peak and in all.
fn it_takes_linear_memory(hostile: &Hostile) {
    let Hostile {
        name,
        command,
        size,
        text,
        memory,
    } = hostile;
    let cost = |size: usize| {
        let body = text(size);
        let _profiler = dhat::Profiler::builder().testing().build();
        decode(command, &body);
        (HeapStats::get(), body.len())
    };
    // Each allocation that is counted takes its time.
    let size = (*size).min(20_000);
    let ((half, _), (whole, length)) = (cost(size / 2), cost(size));
    // A buffer that doubles may just have done so.
    assert!(
        whole.max_bytes <= memory * length + 4096,
        "{name}, {length} bytes: {whole:?}"
    );
    assert!(
        whole.total_bytes <= 3 * half.total_bytes + 4096,
        "{name}: {half:?} {whole:?}"
    );
    assert!(
        whole.total_blocks <= 3 * half.total_blocks + 64,
        "{name}: {half:?} {whole:?}"
    );
}

/// Twice the text takes less than four times the processor's time, which quadratic work would take.
/// Only the time of this thread is counted, so that a busy machine changes nothing.
#[cfg(unix)]
fn it_takes_linear_work(hostile: &Hostile) {
    let Hostile {
        name,
        command,
        size,
        text,
        ..
    } = hostile;
    let work = |size: usize| {
        let body = text(size);
        let once = || {
            let start = processor_time();
            decode(command, &body);
            processor_time() - start
        };
        // The minimum tells best what the work is, whatever else uses the processor's caches.
        (0..3).map(|_| once()).min().expect("three")
    };
    let (half, whole) = (work(size / 2), work(*size));
    assert!(
        whole < 4 * half + Duration::from_millis(1),
        "{name}: {half:?} {whole:?}"
    );
}

/// What this thread has used of a processor.
#[cfg(unix)]
fn processor_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    time.try_into().expect("a time after the thread's start")
}

fn it_takes_a_small_stack(hostile: &Hostile) {
    const STACK: usize = 256 * 1024;
    let body = (hostile.text)(hostile.size);
    let command = hostile.command;
    // A stack that overflows ends the process.
    let thread = thread::Builder::new()
        .stack_size(STACK)
        .spawn(move || decode(command, &body));
    assert!(thread.expect("a thread").join().is_ok(), "{}", hostile.name);
}
