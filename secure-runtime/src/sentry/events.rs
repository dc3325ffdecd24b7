//! Events of `tracing` for Sentry.

use std::{
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Weak},
};

use sentry::{
    Breadcrumb, Level as SentryLevel, TransactionOrSpan,
    protocol::{Event as SentryEvent, Mechanism},
};
use serde_json::{Map, Value};
use tracing_core::{
    Event, Level, Metadata, Subscriber,
    field::Visit,
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{Layer, layer::Context, registry::LookupSpan};

use super::{fields::Fields, handle::Running};

/// Lines about each request: the trace says the same.
const ACCESS: &str = "access";

/// Security events lead to an error at most: an attacker chooses how often they come.
const SECURITY: &str = "security";

/// The span of a request is its trace.
const REQUEST: &str = "secure_runtime::request_id";

/// [`Layer`] that makes Sentry events of `tracing` events at `ERROR`, breadcrumbs of those at `WARN` and `INFO`, and
/// parts of a trace of spans; made by [`Sentry::events`](super::Sentry::events).
///
/// It needs a [`Registry`](tracing_subscriber::Registry) below it. Beside a log it sees what the log writes: levels are
/// those of the whole subscriber.
#[derive(Clone, Debug)]
pub struct SentryEvents {
    running: Weak<Running>,
}

/// The fields of a span, in its extensions.
struct Known {
    fields: Map<String, Value>,
    part: Option<TransactionOrSpan>,
}

impl SentryEvents {
    pub(super) fn new(running: &Arc<Running>) -> Self {
        Self {
            running: Arc::downgrade(running),
        }
    }

    /// Does something with Sentry, unless it has ended or this thread is doing so already: what is formatted may log.
    fn with<T>(&self, act: impl FnOnce(&Running) -> T) -> Option<T> {
        let running = self.running.upgrade()?;
        once_at_a_time(|| act(&running))
    }
}

impl<S> Layer<S> for SentryEvents
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, ctx: Context<'_, S>) {
        let metadata = attributes.metadata();
        let Some(span) = ctx.span(id) else { return };
        if *metadata.level() > Level::INFO || metadata.target() == REQUEST {
            return;
        }
        self.with(|running| {
            let fields = record(running, true, |fields| attributes.record(fields)).rest;
            let around = span.parent().and_then(|parent| {
                parent
                    .scope()
                    .find_map(|span| span.extensions().get::<Known>()?.part.clone())
            });
            let around = around.or_else(|| {
                let mut part = None;
                running
                    .current_hub()
                    .configure_scope(|scope| part = scope.get_span());
                part
            });
            let part = around
                .filter(is_sent)
                .map(|around| TransactionOrSpan::Span(around.start_child(metadata.name(), metadata.name())));
            if let Some(TransactionOrSpan::Span(part)) = &part {
                fields
                    .iter()
                    .for_each(|(name, value)| part.set_data(name, value.clone()));
            }
            span.extensions_mut().replace(Known { fields, part });
        });
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, ctx: Context<'_, S>) {
        let Some(span) = ctx.span(id) else { return };
        self.with(|running| {
            let fields = record(running, true, |fields| values.record(fields)).rest;
            if let Some(known) = span.extensions_mut().get_mut::<Known>() {
                if let Some(TransactionOrSpan::Span(part)) = &known.part {
                    fields
                        .iter()
                        .for_each(|(name, value)| part.set_data(name, value.clone()));
                }
                known.fields.extend(fields);
            }
        });
    }

    fn on_close(&self, id: Id, ctx: Context<'_, S>) {
        let known = ctx
            .span(&id)
            .and_then(|span| span.extensions_mut().remove::<Known>());
        if let Some(Known { part: Some(part), .. }) = known {
            self.with(|_| part.finish());
        }
    }

    fn on_event(&self, event: &Event<'_>, ctx: Context<'_, S>) {
        let metadata = event.metadata();
        if *metadata.level() > Level::INFO || metadata.target() == ACCESS {
            return;
        }
        let is_error = *metadata.level() == Level::ERROR && metadata.target() != SECURITY;
        self.with(|running| {
            if is_error && running.is_full() {
                return;
            }
            let hub = running.current_hub();
            let mut fields = record(running, false, |fields| event.record(fields));
            if !is_error {
                return hub.add_breadcrumb(breadcrumb(metadata, fields));
            }
            // The inner one wins.
            let mut all = Map::new();
            for span in ctx
                .event_scope(event)
                .into_iter()
                .flat_map(|scope| scope.from_root())
            {
                if let Some(known) = span.extensions().get::<Known>() {
                    all.extend(known.fields.clone());
                }
            }
            all.append(&mut fields.rest);
            fields.rest = all;
            hub.capture_event(report(metadata, fields));
        });
    }
}

/// Whether a trace will be sent: of nine in ten it need not be known what they are made of.
#[expect(
    deprecated,
    reason = "it is wrong about traces that are off, which ours are not, and nothing else tells"
)]
fn is_sent(part: &TransactionOrSpan) -> bool {
    part.is_sampled()
}

/// What the fields say. A value that panics ends it; what came before is kept.
fn record<'a>(running: &'a Running, is_kept: bool, visit: impl FnOnce(&mut dyn Visit)) -> Fields<'a> {
    let mut fields = Fields::new(running.names(), is_kept);
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| visit(&mut fields))) {
        // A payload may panic when it is dropped; then it is left where it is.
        if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
            std::mem::forget(again);
        }
    }
    fields
}

fn breadcrumb(metadata: &Metadata<'_>, fields: Fields<'_>) -> Breadcrumb {
    let mut data: sentry::protocol::Map<String, Value> = fields.rest.into_iter().collect();
    if let Some(exception) = fields.exceptions.last() {
        data.insert("error".to_owned(), exception.value.clone().into());
    }
    Breadcrumb {
        ty: "log".to_owned(),
        category: Some(metadata.target().to_owned()),
        level: level(*metadata.level()),
        message: fields.message,
        data,
        ..Breadcrumb::default()
    }
}

fn report(metadata: &Metadata<'_>, fields: Fields<'_>) -> SentryEvent<'static> {
    let mut event = SentryEvent {
        level: level(*metadata.level()),
        logger: Some(metadata.target().to_owned()),
        message: fields.message,
        exception: fields.exceptions.into(),
        extra: fields.rest.into_iter().collect(),
        ..SentryEvent::default()
    };
    if let Some(exception) = event.exception.values.last_mut() {
        exception.mechanism = Some(Mechanism {
            ty: "tracing".to_owned(),
            handled: Some(true),
            ..Mechanism::default()
        });
    }
    if let (Some(file), Some(line)) = (metadata.file(), metadata.line()) {
        event
            .extra
            .insert("location".to_owned(), format!("{file}:{line}").into());
    }
    event
}

fn level(level: Level) -> SentryLevel {
    match level {
        Level::ERROR => SentryLevel::Error,
        Level::WARN => SentryLevel::Warning,
        Level::INFO => SentryLevel::Info,
        _ => SentryLevel::Debug,
    }
}

thread_local! {
    static IS_BUSY: Cell<bool> = const { Cell::new(false) };
}

/// Does something unless this thread is in the middle of it already.
pub(super) fn once_at_a_time<T>(act: impl FnOnce() -> T) -> Option<T> {
    struct Busy;

    impl Drop for Busy {
        fn drop(&mut self) {
            let _ = IS_BUSY.try_with(|busy| busy.set(false));
        }
    }

    // When the thread is ending, there is nothing to be busy with.
    if IS_BUSY.try_with(|busy| busy.replace(true)).unwrap_or(true) {
        return None;
    }
    let _busy = Busy;
    Some(act())
}
