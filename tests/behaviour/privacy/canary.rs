//! Canaries, and the place where everything is kept that might show one.

use std::{
    error::Error,
    fmt::Debug,
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use serde_json::Value;
use tower_tencent_webhook::testing;
use tracing_subscriber::fmt::{MakeWriter, format::FmtSpan};

/// How every canary begins. No name of the protocol or of this crate does.
const BEGINNING: &str = "CaNaRy";

/// A text that is nowhere else.
pub(crate) fn canary() -> String {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    format!("{BEGINNING}{:x}", COUNT.fetch_add(1, Ordering::Relaxed))
}

/// The sample of a command with canaries in place of all texts that are not numbers; those that say
/// what kind of element it is stay, if `kinds` says so. And a field that nobody knows.
pub(crate) fn planted(command: &str, kinds: bool) -> String {
    let sample = testing::sample_body(command).expect("a sample");
    let mut body: Value = serde_json::from_str(sample).expect("a sample is JSON");
    plant(&mut body, kinds);
    body["CallbackCommand"] = command.into();
    body["Own"] = canary().into();
    body.to_string()
}

fn plant(value: &mut Value, kinds: bool) {
    match value {
        Value::String(text) if text.parse::<f64>().is_err() => *text = canary(),
        Value::Array(items) => items.iter_mut().for_each(|item| plant(item, kinds)),
        Value::Object(members) => {
            for (key, member) in members {
                if !(kinds && key == "MsgType") {
                    plant(member, kinds);
                }
            }
        }
        _ => {}
    }
}

/// How many canaries are in a text that may show them.
pub(crate) fn count(text: &str) -> usize {
    text.matches(BEGINNING).count()
}

/// Keeps everything that must not show a canary.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sink(Arc<Mutex<Vec<u8>>>);

impl Sink {
    pub(crate) fn text(&self, text: impl AsRef<[u8]>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend(text.as_ref());
        kept.push(b'\n');
    }

    pub(crate) fn debug(&self, value: &dyn Debug) {
        self.text(format!("{value:?} {value:#?}"));
    }

    /// An error of this crate, by `Debug` and `Display`, and its sources.
    pub(crate) fn error(&self, error: &dyn Error) {
        let mut next = Some(error);
        while let Some(error) = next {
            self.text(format!("{error} {error:?}"));
            next = error.source();
        }
    }

    /// Everything that is traced in this thread, of any level, until the guard is dropped.
    pub(crate) fn trace(&self) -> tracing::subscriber::DefaultGuard {
        tracing::subscriber::set_default(
            tracing_subscriber::fmt()
                .with_max_level(tracing::Level::TRACE)
                .with_span_events(FmtSpan::FULL)
                .with_ansi(false)
                .with_writer(self.clone())
                .finish(),
        )
    }

    pub(crate) fn contains(&self, text: &str) -> bool {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&kept).contains(text)
    }

    /// Neither a canary, whatever its case, nor one of these is in it.
    #[track_caller]
    pub(crate) fn assert_private(&self, secrets: &[&str]) {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = String::from_utf8_lossy(&kept).to_ascii_lowercase();
        assert!(!kept.is_empty(), "something is kept");
        for secret in secrets.iter().chain([&BEGINNING]) {
            let found = kept.find(&secret.to_ascii_lowercase());
            let around = found.map(|at| &kept[at.saturating_sub(200)..(at + 100).min(kept.len())]);
            assert_eq!(around, None, "a secret shows");
        }
    }
}

impl io::Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.text(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Sink {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
