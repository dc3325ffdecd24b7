//! The subscriber of a process that has this log and no other layer.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use tracing_core::metadata::LevelFilter;
use tracing_core::span::{Attributes, Current, Id, Record};
use tracing_core::{Dispatch, Event, Interest, Metadata, Subscriber};
use tracing_subscriber::Registry;
use tracing_subscriber::layer::Layered;
use tracing_subscriber::registry::{LookupSpan, SpanRef};

use super::core::Core;
use super::layer::LogLayer;
use super::pending;

/// The registry with this log upon it. It makes a [pending](super::pending) span real before anyone can see that it is not.
pub(super) struct Alone {
    inner: Layered<LogLayer, Registry>,
    core: Arc<Core>,
    /// The callsite of pending spans, and whether it is written.
    kept: OnceLock<&'static Metadata<'static>>,
    is_kept: AtomicBool,
}

impl Alone {
    pub(super) fn new(inner: Layered<LogLayer, Registry>, core: Arc<Core>) -> Self {
        Self {
            inner,
            core,
            kept: OnceLock::new(),
            is_kept: AtomicBool::new(false),
        }
    }

    pub(super) fn core(&self) -> &Core {
        &self.core
    }

    /// The registry, to look spans up in.
    pub(super) fn registry(&self) -> Option<&Registry> {
        (&self.inner as &dyn Subscriber).downcast_ref()
    }

    pub(super) fn find(&self, id: &Id) -> Option<SpanRef<'_, Registry>> {
        self.registry()?.span(id)
    }

    /// Whether spans of this callsite are kept for lines at the moment. There is one such callsite.
    #[inline]
    pub(super) fn keeps(&self, metadata: &'static Metadata<'static>) -> bool {
        let kept = self.kept.get_or_init(|| {
            self.is_kept
                .store(self.inner.enabled(metadata), Ordering::Relaxed);
            metadata
        });
        std::ptr::eq(*kept, metadata) && self.is_kept.load(Ordering::Relaxed)
    }

    pub(super) fn kept(&self) -> Option<&'static Metadata<'static>> {
        self.kept.get().copied()
    }

    /// A span without values, below the one that the thread is in.
    pub(super) fn open_real(&self, metadata: &'static Metadata<'static>) -> Id {
        let none: [(
            &tracing_core::field::Field,
            Option<&dyn tracing_core::field::Value>,
        ); 0] = [];
        self.inner
            .new_span(&Attributes::new(metadata, &metadata.fields().value_set(&none)))
    }

    pub(super) fn enter_real(&self, id: &Id) {
        self.inner.enter(id);
    }

    pub(super) fn exit_real(&self, id: &Id) {
        self.inner.exit(id);
    }

    pub(super) fn close_real(&self, id: Id) {
        self.inner.try_close(id);
    }
}

impl Subscriber for Alone {
    fn on_register_dispatch(&self, subscriber: &Dispatch) {
        self.inner.on_register_dispatch(subscriber);
    }

    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        let interest = self.inner.register_callsite(metadata);
        // Asked again for every callsite when a level has changed.
        if self.kept().is_some_and(|kept| std::ptr::eq(kept, metadata)) {
            self.is_kept.store(!interest.is_never(), Ordering::Relaxed);
        }
        interest
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        self.inner.max_level_hint()
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        self.inner.enabled(metadata)
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        if span.is_contextual() {
            pending::make_real(self);
        }
        self.inner.new_span(span)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        self.inner.record(span, values);
    }

    fn record_follows_from(&self, span: &Id, follows: &Id) {
        self.inner.record_follows_from(span, follows);
    }

    fn event_enabled(&self, event: &Event<'_>) -> bool {
        self.inner.event_enabled(event)
    }

    #[inline]
    fn event(&self, event: &Event<'_>) {
        self.inner.event(event);
    }

    fn enter(&self, span: &Id) {
        self.inner.enter(span);
    }

    fn exit(&self, span: &Id) {
        self.inner.exit(span);
    }

    fn clone_span(&self, id: &Id) -> Id {
        self.inner.clone_span(id)
    }

    fn try_close(&self, id: Id) -> bool {
        self.inner.try_close(id)
    }

    fn current_span(&self) -> Current {
        pending::make_real(self);
        self.inner.current_span()
    }
}
