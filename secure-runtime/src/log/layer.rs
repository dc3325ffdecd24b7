//! The layer: filters, keeps the fields of spans, and writes events.

use std::sync::Arc;

use tracing_core::metadata::LevelFilter;
use tracing_core::span::{Attributes, Id, Record};
use tracing_core::{Event, Interest, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use super::core::Core;
use super::local;
use super::span::{self, Fields};

/// [`Layer`] that writes each event as one line.
///
/// Made by [`layer`](super::layer()); [`init`](super::init()) makes and installs one. It needs a
/// [`Registry`](tracing_subscriber::Registry) below it. Its levels hold for the whole subscriber it is part of,
/// like those of any layer that filters: what the log does not write, a layer beside it does not see either.
#[derive(Clone, Debug)]
pub struct LogLayer {
    pub(super) core: Arc<Core>,
}

impl LogLayer {
    /// The fields around something that names its parent as events and spans do.
    #[inline(always)]
    fn around<S>(&self, ctx: &Context<'_, S>, contextual: bool, parent: Option<&Id>) -> Option<Fields>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        let lookup = |id: &Id| span::lookup(&ctx.span(id)?, self.core.id);
        if contextual {
            local::current(self.core.id, lookup)
        } else {
            lookup(parent?)
        }
    }
}

impl<S> Layer<S> for LogLayer
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        // Nothing but the callsite decides, so the macros need not ask again.
        if self.core.filter.is_enabled(metadata) {
            Interest::always()
        } else {
            Interest::never()
        }
    }

    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        self.core.filter.is_enabled(metadata)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.core.filter.max())
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, ctx: Context<'_, S>) {
        let metadata = attributes.metadata();
        // A span that can never have fields adds nothing to those of its parents.
        if metadata.fields().is_empty() {
            return;
        }
        let parent = self.around(&ctx, attributes.is_contextual(), attributes.parent());
        self.core.fields(
            metadata,
            |visitor| attributes.record(visitor),
            |own| {
                if let Some(span) = ctx.span(id) {
                    let fields = span::create(own, parent.as_ref());
                    span::insert(&span, self.core.id, &fields);
                    local::made(self.core.id, id, fields);
                }
            },
        );
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, ctx: Context<'_, S>) {
        let Some(span) = ctx.span(id) else { return };
        self.core.fields(
            span.metadata(),
            |visitor| values.record(visitor),
            |own| {
                span::record(&span, self.core.id, own);
            },
        );
    }

    fn on_event(&self, event: &Event<'_>, ctx: Context<'_, S>) {
        let spans = self.around(&ctx, event.is_contextual(), event.parent());
        self.core
            .event(event.metadata(), spans.as_ref(), |visitor| event.record(visitor));
    }

    fn on_enter(&self, id: &Id, _: Context<'_, S>) {
        local::enter(self.core.id, id);
    }

    fn on_exit(&self, id: &Id, _: Context<'_, S>) {
        local::exit(self.core.id, id);
    }
}
