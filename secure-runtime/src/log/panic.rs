//! Logs panics, without what they say.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::panic::PanicHookInfo;
use std::sync::Arc;
use std::time::Duration;

use tracing_core::Level;

use super::core::{Core, Record, Value};
use super::line::REDACTED;

/// Replaces the panic hook by one that writes a line.
///
/// The payload of a panic is what `unwrap` found in an `Err`, or what `assert_eq!` compared: the value itself. It
/// is written only if `show_payload` says so, without the secrets of the configuration, and then goes through the same
/// net as any formatted text. The default hook, which would print it to standard error, is not called.
pub(super) fn install(core: Arc<Core>, show_payload: bool) {
    std::panic::set_hook(Box::new(move |info| write(&core, info, show_payload)));
}

fn write(core: &Core, info: &PanicHookInfo<'_>, show_payload: bool) {
    let mut fields = Vec::new();
    if let Some(location) = info.location() {
        fields.push(("panic.location".to_owned(), Value::Text(location.to_string())));
    }
    if let Some(name) = std::thread::current().name() {
        fields.push(("panic.thread".to_owned(), Value::Text(name.to_owned())));
    }
    let payload = if show_payload {
        secure_config::redact(payload(info))
    } else {
        REDACTED.into()
    };
    fields.push(("panic.payload".to_owned(), Value::Text(payload.into_owned())));
    // Captured only if RUST_BACKTRACE asks for it; a backtrace has names and places, no values.
    let backtrace = Backtrace::capture();
    if backtrace.status() == BacktraceStatus::Captured {
        fields.push(("panic.backtrace".to_owned(), Value::Text(backtrace.to_string())));
    }
    let target = "secure_runtime::panic";
    core.record(&Record {
        level: Level::ERROR,
        target,
        message: format_args!("panicked"),
        fields,
    });
    if cfg!(panic = "abort") {
        core.sink.flush(Duration::from_secs(1));
    } else {
        // A panic that is caught is not worth waiting for; one that is not drops the guard of the log.
        core.sink.hurry();
    }
}

fn payload<'a>(info: &'a PanicHookInfo<'_>) -> &'a str {
    let payload = info.payload();
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("not text")
}
