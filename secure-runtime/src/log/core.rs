//! What the layer, the `log` bridge and the panic hook share: it puts lines together and hands them on.

use std::cell::Cell;
use std::collections::HashMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use tracing_core::field::Visit;
use tracing_core::{Level, Metadata};
use tracing_subscriber::Registry;
use tracing_subscriber::registry::LookupSpan;

use super::alone::Alone;
use super::callsite::{self, Callsite};
use super::counters::Counters;
use super::filter::Live;
use super::line::{Buffer, Chunk, DROPPED, Line, REDACTED, Style, field_name, split_fields};
use super::local::{self, Scratch};
use super::redact::Names;
use super::sink::Sink;
use super::span::{self, Fields, Own};
use super::visitor::{Recorded, Visitor};
use crate::json_number::MAX_EXACT;

/// The state of one log.
pub(super) struct Core {
    /// Tells this log's spans and tables from those of another in the process.
    pub(super) id: usize,
    style: Style,
    names: Names,
    pub(super) filter: Live,
    pub(super) sink: Sink,
    pub(super) counters: Arc<Counters>,
    tables: RwLock<HashMap<usize, Arc<Callsite>>>,
    dropped: Chunk,
}

impl Core {
    pub(super) fn new(style: Style, names: Names, filter: Live, sink: Sink, counters: Arc<Counters>) -> Self {
        static IDS: AtomicUsize = AtomicUsize::new(1);
        Self {
            id: IDS.fetch_add(1, Ordering::Relaxed),
            style,
            names,
            filter,
            sink,
            counters,
            tables: RwLock::default(),
            dropped: style.key(DROPPED),
        }
    }

    /// Writes an event as a line.
    #[inline]
    pub(super) fn event(
        &self,
        metadata: &'static Metadata<'static>,
        spans: Option<&Fields>,
        record: impl Fn(&mut dyn Visit),
    ) {
        let done = local::with_scratch(|scratch| {
            let Scratch {
                buffer,
                raw,
                tables,
                clock,
                ..
            } = scratch;
            let table = tables.get(self.id, metadata, || self.table(metadata));
            buffer.clear();
            clock.open(buffer, self.style);
            buffer.put_chunk(&table.head, table.head.len());
            let limit = table.limit - spans.map_or(0, |spans| spans.text.len());
            let line = Line::new(buffer, raw, self.style, &self.names, limit);
            let written = Visitor::of_event(line, table).write(&record);
            if !written.has_message && self.style == Style::Json {
                buffer.put(b",\"message\":\"\"");
            }
            if let Some(spans) = spans {
                if spans.mask & written.mask == 0 {
                    buffer.put(&spans.text);
                } else {
                    let recorded = Recorded::of(&record);
                    let is_overridden = |field: &&[u8]| span::is_overridden(field, table, &recorded);
                    split_fields(&spans.text)
                        .filter(|field| !is_overridden(field))
                        .for_each(|field| buffer.put(field));
                }
            }
            self.close(buffer, written.dropped, spans, &table.tail);
            self.sink.write(*metadata.level(), buffer.as_slice());
        });
        if done.is_none() {
            self.counters.nested();
        }
    }

    /// Writes the fields of a span and hands them to `take`.
    #[inline]
    pub(super) fn fields(
        &self,
        metadata: &'static Metadata<'static>,
        record: impl Fn(&mut dyn Visit),
        take: impl Fn(&mut Own<'_>),
    ) {
        let done = local::with_scratch(|scratch| {
            let Scratch {
                buffer, raw, tables, ..
            } = scratch;
            let table = tables.get(self.id, metadata, || self.table(metadata));
            buffer.clear();
            let line = Line::new(buffer, raw, self.style, &self.names, span::SPAN_MAX);
            let written = Visitor::of_span(line, table).write(&record);
            take(&mut Own {
                text: buffer,
                mask: written.mask,
                dropped: written.dropped,
            });
        });
        if done.is_none() {
            self.counters.nested();
        }
    }

    /// Writes a line that no callsite of `tracing` made.
    pub(super) fn record(&self, record: &Record<'_>) {
        let spans = self.current();
        let done = local::with_scratch(|scratch| {
            let spans = spans.as_ref();
            let Scratch {
                buffer, raw, clock, ..
            } = scratch;
            let head = self.style.head(record.level, Some(record.target), true);
            let tail = self.style.tail(Some(record.target));
            buffer.clear();
            clock.open(buffer, self.style);
            buffer.put(head.as_slice());
            let limit = callsite::limit(self.style, &tail) - spans.map_or(0, |spans| spans.text.len());
            let mut line = Line::new(buffer, raw, self.style, &self.names, limit);
            let start = line.buffer.len();
            // The buffer holds the head and a part of the message if this panics; that part is taken back.
            if catch_unwind(AssertUnwindSafe(|| line.message_debug(&record.message))).is_err() {
                line.buffer.truncate(start);
                line.message_str("[formatting panicked]");
            }
            let mut names: Vec<String> = Vec::new();
            let mut keys: Vec<Chunk> = Vec::new();
            for (name, value) in &record.fields {
                let name = callsite::unique(&field_name(name), &names);
                let key = self.style.key(&name);
                match value {
                    Value::Flag(value) => line.bare(&key, if *value { "true" } else { "false" }),
                    _ if self.names.is_secret(&name) => line.string(&key, REDACTED),
                    // Foreign text may have been formatted: it gets the look that formatted values get.
                    Value::Text(value) => line.display(&key, value),
                    Value::Unsigned(value) if *value > MAX_EXACT => {
                        line.string(&key, itoa::Buffer::new().format(*value));
                    }
                    Value::Unsigned(value) => line.bare(&key, itoa::Buffer::new().format(*value)),
                    Value::Signed(value) if value.unsigned_abs() > MAX_EXACT => {
                        line.string(&key, itoa::Buffer::new().format(*value));
                    }
                    Value::Signed(value) => line.bare(&key, itoa::Buffer::new().format(*value)),
                    Value::Float(value) => line.float(&key, *value),
                }
                names.push(name);
                keys.push(key);
            }
            let dropped = line.dropped;
            let is_overridden = |field: &[u8]| {
                keys.iter()
                    .any(|key| field.starts_with(key.as_slice().get(..key.len() - 1).unwrap_or_default()))
            };
            for field in spans
                .into_iter()
                .flat_map(|spans| split_fields(&spans.text))
                .filter(|field| !is_overridden(field))
            {
                buffer.put(field);
            }
            self.close(buffer, dropped, spans, &tail);
            self.sink.write(record.level, buffer.as_slice());
        });
        if done.is_none() {
            self.counters.nested();
        }
    }

    #[inline]
    fn close(&self, buffer: &mut Buffer, dropped: u32, spans: Option<&Fields>, tail: &Chunk) {
        let dropped = dropped.saturating_add(spans.map_or(0, |spans| spans.dropped));
        if dropped > 0 {
            buffer.put_chunk(&self.dropped, self.dropped.len() - 1);
            buffer.put(itoa::Buffer::new().format(dropped).as_bytes());
            self.counters.cut();
        }
        buffer.put_chunk(tail, tail.len());
    }

    /// The fields of the span this thread is in, where no subscriber is at hand.
    fn current(&self) -> Option<Fields> {
        tracing_core::dispatcher::get_default(|dispatch| {
            let registry = match dispatch.downcast_ref::<Alone>() {
                Some(alone) => alone.registry(),
                None => dispatch.downcast_ref::<Registry>(),
            };
            match registry {
                Some(registry) => local::current(self.id, |id| span::lookup(&registry.span(id)?, self.id)),
                None => local::known(self.id),
            }
        })
    }

    /// What `make` makes of the fields of a span that has no parent.
    #[inline]
    pub(super) fn root_fields<T>(
        &self,
        metadata: &'static Metadata<'static>,
        record: impl Fn(&mut dyn Visit),
        make: impl Fn(&mut Own<'_>) -> T,
    ) -> Option<T> {
        let made = Cell::new(None);
        self.fields(metadata, record, |own| made.set(Some(make(own))));
        made.into_inner()
    }

    #[cold]
    fn table(&self, metadata: &'static Metadata<'static>) -> Arc<Callsite> {
        let address = std::ptr::from_ref(metadata) as usize;
        if let Some(table) = self
            .tables
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&address)
        {
            return Arc::clone(table);
        }
        let table = Arc::new(Callsite::new(metadata, self.style, &self.names));
        let mut tables = self.tables.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(tables.entry(address).or_insert(table))
    }
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Core")
            .field("style", &self.style)
            .field("filter", &self.filter)
            .finish_non_exhaustive()
    }
}

/// A line that no callsite of `tracing` made.
pub(super) struct Record<'a> {
    pub(super) level: Level,
    pub(super) target: &'a str,
    pub(super) message: fmt::Arguments<'a>,
    pub(super) fields: Vec<(String, Value)>,
}

/// The value of a field of a [`Record`].
pub(super) enum Value {
    Text(String),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Flag(bool),
}
