//! With the feature `tracing`, warnings are events; they show no more than the report does.

use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};

use secure_config::SecureConfig;
use tests::STRONG;
use tests::lines::share_tracing;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use crate::service::{SECRETS, Settings};

/// Writes down every event.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<String>>>);

impl<S: Subscriber> Layer<S> for Written {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut line = Line(format!(
            "{} {}",
            event.metadata().level(),
            event.metadata().target()
        ));
        event.record(&mut line);
        self.0
            .lock()
            .expect("no test panics while it writes")
            .push(line.0);
    }
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").expect("a String takes everything");
    }
}

/// What is written during `work`.
fn written(work: impl FnOnce()) -> Vec<String> {
    share_tracing();
    let written = Written::default();
    tracing::subscriber::with_default(tracing_subscriber::registry().with(written.clone()), work);
    let lines = written.0.lock().expect("no test panics while it writes");
    lines.clone()
}

#[test]
fn warnings_are_events() {
    let vars = SECRETS.into_iter().zip([STRONG[0], STRONG[1], STRONG[0]]);
    let vars = vars.chain([("PRT", "80")]);
    let lines = written(|| assert!(Settings::loader().vars(vars).load().is_ok()));
    assert_eq!(lines.len(), 2, "{lines:#?}");
    assert!(
        lines
            .iter()
            .all(|line| line.starts_with(&format!("{} secure_config ", Level::WARN)))
    );
    assert!(
        lines[0].contains("key=\"REFRESH_TOKEN_FINGERPRINT_PEPPER\" code=\"same_as_another\""),
        "{lines:#?}"
    );
    assert!(lines[1].contains("did you mean PORT?"), "{lines:#?}");
    assert!(
        !STRONG.iter().any(|secret| lines.concat().contains(&secret[..8])),
        "{lines:#?}"
    );
}

#[test]
fn names_from_outside_cannot_forge_a_line() {
    let vars = SECRETS.into_iter().zip(STRONG).chain([("PR\n\u{1b}T", "80")]);
    let lines = written(|| assert!(Settings::loader().vars(vars).load().is_ok()));
    assert_eq!(lines.len(), 1, "{lines:#?}");
    assert!(!lines[0].contains(['\n', '\u{1b}']), "{lines:?}");
}

#[test]
fn a_report_can_be_told_once_the_logger_stands() {
    let (_, report) = Settings::loader()
        .vars(SECRETS.into_iter().zip(STRONG))
        .load_with_report()
        .unwrap();
    let lines = written(|| report.trace());
    assert_eq!(lines.len(), 1, "{lines:#?}");
    assert!(
        lines[0].contains("profile=\"production\"") && lines[0].contains("configuration loaded"),
        "{lines:#?}"
    );
}
