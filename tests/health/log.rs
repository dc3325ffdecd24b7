//! The log of the checks: the first failures of a row with their errors, the one that takes the service out, and the recovery.

use std::fmt::{Debug, Write};
use std::future::ready;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use secure_config::SecretString;
use secure_runtime::health::{Health, Policy};
use tests::lines::share_tracing;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::support::Counter;

/// Keeps events as lines of text.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<String>>>);

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        write!(self.0, " {field}={value}").unwrap();
    }
}

impl Subscriber for Lines {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("secure_runtime")
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(event.metadata().level().to_string());
        event.record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// An error's text often holds the address that was asked, password included.
#[tokio::test(start_paused = true)]
async fn live_secrets_are_masked_in_what_is_logged() {
    let lines = Lines::default();
    share_tracing();
    let _guard = tracing::subscriber::set_default(lines.clone());
    let password = SecretString::new("swordfish-1f9a");
    let url = format!("postgres://app:{}@db/shop", password.expose_secret());
    let health = Health::builder()
        .system(false)
        .critical("database", move || {
            ready(Err::<(), _>(format!("cannot reach {url}")))
        })
        .start()
        .unwrap();
    health.settled().await;
    let expected = "WARN message=health check failed check=\"database\" status=\"unhealthy\" reason=\"failed\" \
                    failures=1 error=cannot reach postgres://app:[REDACTED]@db/shop";
    assert_eq!(*lines.0.lock().unwrap(), [expected]);
}

#[tokio::test(start_paused = true)]
async fn a_row_of_failures_and_its_end() {
    let lines = Lines::default();
    share_tracing();
    let _guard = tracing::subscriber::set_default(lines.clone());
    let runs = Counter::default();
    let policy = Policy::critical().period(Duration::from_secs(1));
    let health = Health::builder()
        .system(false)
        .check("database", policy, move || {
            let run = runs.add();
            async move {
                if (2..=11).contains(&run) {
                    let run = run - 1;
                    Err(format!("refused {run}"))
                } else {
                    Ok(())
                }
            }
        })
        .start()
        .unwrap();
    tokio::time::sleep(Duration::from_millis(13_500)).await;
    drop(health);
    let failed = |n, status| {
        format!(
            "WARN message=health check failed check=\"database\" status=\"{status}\" reason=\"failed\" \
             failures={n} error=refused {n}"
        )
    };
    let expected = [
        failed(1, "degraded"),
        failed(2, "degraded"),
        // The one that takes the service out.
        failed(3, "unhealthy"),
        failed(4, "unhealthy"),
        failed(8, "unhealthy"),
        "INFO message=health check recovered check=\"database\" failures=10".to_owned(),
    ];
    assert_eq!(*lines.0.lock().unwrap(), expected);
}
