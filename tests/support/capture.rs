//! Keeps events and spans as they are traced.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use tracing::{
    Event, Level, Subscriber,
    field::{Field, Visit},
    span,
    subscriber::DefaultGuard,
};
use tracing_subscriber::{
    filter::LevelFilter,
    layer::{Context, Layer, SubscriberExt},
    registry::LookupSpan,
};

/// Fields by name.
pub(crate) type Fields = BTreeMap<&'static str, String>;

/// An event of the layer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    pub(crate) level: Level,
    pub(crate) fields: Fields,
    /// The names of the spans around it, the outermost first.
    pub(crate) spans: Vec<&'static str>,
}

impl Line {
    pub(crate) fn get(&self, field: &str) -> Option<&str> {
        self.fields.get(field).map(String::as_str)
    }
}

/// What was traced in this thread.
#[derive(Debug, Clone, Default)]
pub(crate) struct Capture(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    lines: Vec<Line>,
    spans: Vec<(u64, &'static str, Fields)>,
}

impl Capture {
    /// Keeps what is of this level or above, until the guard is dropped.
    pub(crate) fn start(level: LevelFilter) -> (Self, DefaultGuard) {
        let capture = Self::default();
        let layer = capture.clone().with_filter(level);
        let subscriber = tracing_subscriber::registry().with(layer);
        let guard = tracing::subscriber::set_default(subscriber);
        (capture, guard)
    }

    /// The events of the layer, taken out.
    pub(crate) fn lines(&self) -> Vec<Line> {
        std::mem::take(&mut self.kept().lines)
    }

    /// The one event of the layer, taken out.
    #[track_caller]
    pub(crate) fn line(&self) -> Line {
        let lines = self.lines();
        let [line] = &lines[..] else {
            unreachable!("one event: {lines:?}");
        };
        line.clone()
    }

    /// The fields of all spans of this name.
    pub(crate) fn spans(&self, name: &str) -> Vec<Fields> {
        let kept = self.kept();
        let named = kept.spans.iter().filter(|(_, span, _)| *span == name);
        named.map(|(_, _, fields)| fields.clone()).collect()
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Capture {
    fn on_new_span(&self, attributes: &span::Attributes<'_>, id: &span::Id, _: Context<'_, S>) {
        let mut fields = Visitor::default();
        attributes.record(&mut fields);
        let name = attributes.metadata().name();
        self.kept().spans.push((id.into_u64(), name, fields.0));
    }

    fn on_record(&self, id: &span::Id, values: &span::Record<'_>, _: Context<'_, S>) {
        let mut fields = Visitor::default();
        values.record(&mut fields);
        let mut kept = self.kept();
        let of_id = |(span, ..): &&mut (u64, _, _)| *span == id.into_u64();
        let span = kept.spans.iter_mut().rfind(of_id).expect("a span");
        span.2.extend(fields.0);
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        if event.metadata().target() != "tower_tencent_webhook" {
            return;
        }
        let mut fields = Visitor::default();
        event.record(&mut fields);
        let scope = context.event_scope(event).into_iter();
        let spans = scope.flat_map(|scope| scope.from_root());
        let line = Line {
            level: *event.metadata().level(),
            fields: fields.0,
            spans: spans.map(|span| span.name()).collect(),
        };
        self.kept().lines.push(line);
    }
}

#[derive(Default)]
struct Visitor(Fields);

impl Visit for Visitor {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}
