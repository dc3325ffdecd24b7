//! Sends panics.

use std::{
    panic::{self, PanicHookInfo},
    sync::Weak,
    time::Duration,
};

use sentry::{
    Level,
    integrations::backtrace::current_stacktrace,
    protocol::{Event, Exception, Mechanism},
};

use super::{events::once_at_a_time, fields, handle::Running, scrub::MASK};

/// How long a process that ends with its first panic waits.
const LAST_MOMENT: Duration = Duration::from_secs(2);

/// Calls the hook that there is behind one of ours.
pub(super) fn install(running: Weak<Running>) {
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        // First the line, which is the faster one.
        before(info);
        if let Some(running) = running.upgrade() {
            // One that comes of reporting another is not reported.
            once_at_a_time(|| report(&running, info));
            if cfg!(panic = "abort") {
                running.flush(LAST_MOMENT);
            }
        }
    }));
}

fn report(running: &Running, info: &PanicHookInfo<'_>) {
    // To walk the stack takes long: who can make a service panic must not be able to keep it busy with that.
    if running.is_full() {
        return;
    }
    let value = match running.panic_payload {
        true => fields::clean(format_args!("{}", payload(info)), running.names()),
        false => MASK.to_owned(),
    };
    let mut event = Event {
        level: Level::Fatal,
        exception: vec![Exception {
            ty: "panic".to_owned(),
            value: Some(value),
            stacktrace: current_stacktrace(),
            mechanism: Some(Mechanism {
                ty: "panic".to_owned(),
                handled: Some(false),
                ..Mechanism::default()
            }),
            ..Exception::default()
        }]
        .into(),
        ..Event::default()
    };
    if let Some(location) = info.location() {
        event
            .extra
            .insert("location".to_owned(), location.to_string().into());
    }
    running.current_hub().capture_event(event);
}

fn payload<'a>(info: &'a PanicHookInfo<'_>) -> &'a str {
    let payload = info.payload();
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("not text")
}
