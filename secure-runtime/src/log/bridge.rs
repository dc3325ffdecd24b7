//! Takes in the records of the `log` crate.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use log::kv::{self, VisitSource, VisitValue};
use tracing_core::Level;

use super::core::{Core, Record, Value};
use super::line::VALUE_MAX;

/// How many key-value pairs of a record are looked at.
const PAIRS_MAX: usize = 64;

/// The logger of the `log` crate that writes through a [`Core`].
///
/// A record keeps its own target, goes through the same filter as events, and has the fields of the current span
/// around it.
pub(super) struct Bridge {
    pub(super) core: Arc<Core>,
}

impl log::Log for Bridge {
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        // Without the source file, the callsite may be the service's own: `log` decides.
        self.core
            .filter
            .allows(level(metadata.level()), metadata.target(), Some(""))
    }

    fn log(&self, record: &log::Record<'_>) {
        let level = level(record.level());
        if !self.core.filter.allows(level, record.target(), record.file()) {
            return;
        }
        let mut pairs = Pairs(Vec::new());
        // Values may be formatted by foreign code; a pair that panics and those behind it are left away.
        let _ = catch_unwind(AssertUnwindSafe(|| record.key_values().visit(&mut pairs)));
        let fields = pairs.0;
        self.core.record(&Record {
            level,
            target: record.target(),
            message: *record.args(),
            fields,
        });
    }

    fn flush(&self) {
        self.core.sink.flush(Duration::from_secs(1));
    }
}

fn level(level: log::Level) -> Level {
    match level {
        log::Level::Error => Level::ERROR,
        log::Level::Warn => Level::WARN,
        log::Level::Info => Level::INFO,
        log::Level::Debug => Level::DEBUG,
        log::Level::Trace => Level::TRACE,
    }
}

/// The key-value pairs of a record.
struct Pairs(Vec<(String, Value)>);

impl<'kvs> VisitSource<'kvs> for Pairs {
    fn visit_pair(&mut self, key: kv::Key<'kvs>, value: kv::Value<'kvs>) -> Result<(), kv::Error> {
        if self.0.len() < PAIRS_MAX {
            let mut found = Found(Value::Text(String::new()));
            value.visit(&mut found)?;
            self.0.push((key.to_string(), found.0));
        }
        Ok(())
    }
}

struct Found(Value);

impl Found {
    /// Formats at most a little more than what a line shows, whatever the value would like to say.
    fn text(&mut self, value: impl fmt::Display) {
        struct Bounded(String);
        impl fmt::Write for Bounded {
            fn write_str(&mut self, piece: &str) -> fmt::Result {
                if self.0.len() > 2 * VALUE_MAX {
                    return Err(fmt::Error);
                }
                self.0.push_str(piece);
                Ok(())
            }
        }
        let mut text = Bounded(String::new());
        if fmt::write(&mut text, format_args!("{value}")).is_err() && text.0.len() <= 2 * VALUE_MAX {
            text.0.push_str("[formatting failed]");
        }
        self.0 = Value::Text(text.0);
    }
}

impl VisitValue<'_> for Found {
    fn visit_any(&mut self, value: kv::Value<'_>) -> Result<(), kv::Error> {
        self.text(value);
        Ok(())
    }

    fn visit_u64(&mut self, value: u64) -> Result<(), kv::Error> {
        self.0 = Value::Unsigned(value);
        Ok(())
    }

    fn visit_i64(&mut self, value: i64) -> Result<(), kv::Error> {
        self.0 = Value::Signed(value);
        Ok(())
    }

    fn visit_f64(&mut self, value: f64) -> Result<(), kv::Error> {
        self.0 = Value::Float(value);
        Ok(())
    }

    fn visit_bool(&mut self, value: bool) -> Result<(), kv::Error> {
        self.0 = Value::Flag(value);
        Ok(())
    }
}
