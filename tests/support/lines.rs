//! Events as their readers see them: with the fields of the spans around them.

use std::{
    collections::BTreeMap,
    fmt::{self, Write},
    sync::{Arc, Mutex, Once},
};

use tracing::{
    Event, Id, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Record},
    subscriber::DefaultGuard,
};
use tracing_subscriber::{
    Layer,
    layer::{Context, SubscriberExt},
    registry::LookupSpan,
};

/// The fields of one event; `message`, `level` and `target` are among them.
pub type Line = BTreeMap<String, String>;

/// The events of this thread since [`capture`].
#[derive(Clone, Debug, Default)]
pub struct Lines(Arc<Mutex<Vec<Line>>>);

impl Lines {
    /// Takes the lines so far.
    #[must_use]
    pub fn take(&self) -> Vec<Line> {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    /// Takes the lines of one target, and drops the others.
    #[must_use]
    pub fn take_of(&self, target: &str) -> Vec<Line> {
        self.take()
            .into_iter()
            .filter(|line| line["target"] == target)
            .collect()
    }
}

/// Lets threads have subscribers of their own without switching events off for each other.
///
/// While there is only one subscriber, tracing asks the thread that meets an event first whether anyone listens, and remembers
/// a no for all threads. A second one, which listens everywhere and does nothing, makes it ask all of them.
pub fn share_tracing() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry());
    });
}

/// Captures the events of this thread until the guard is dropped.
#[must_use]
pub fn capture() -> (Lines, DefaultGuard) {
    share_tracing();
    let lines = Lines::default();
    let subscriber = tracing_subscriber::registry().with(lines.clone());
    (lines, tracing::subscriber::set_default(subscriber))
}

impl<S> Layer<S> for Lines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        context.span(id).unwrap().extensions_mut().insert(fields);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(fields) = context.span(id).unwrap().extensions_mut().get_mut::<Fields>() {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        for span in context
            .event_scope(event)
            .into_iter()
            .flat_map(|scope| scope.from_root())
        {
            if let Some(Fields(outer)) = span.extensions().get() {
                fields.0.extend(outer.clone());
            }
        }
        event.record(&mut fields);
        let metadata = event.metadata();
        fields.0.insert("level".to_owned(), metadata.level().to_string());
        fields.0.insert("target".to_owned(), metadata.target().to_owned());
        self.0.lock().unwrap().push(fields.0);
    }
}

#[derive(Default)]
struct Fields(Line);

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let mut text = String::new();
        write!(text, "{value:?}").unwrap();
        self.0.insert(field.name().to_owned(), text);
    }
}
