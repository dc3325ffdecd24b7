//! What the other parts count, shown as metrics.

use std::time::Duration;

use axum::Router;
use tower_layer::Layer;
use tracing_subscriber::layer::SubscriberExt;

use crate::support::{call, everything, family, metrics, request};

#[tokio::test]
async fn each_check_of_health_is_up_or_not() {
    let everything = everything().await;
    let up = family(&everything.metrics, "health_check_up");
    assert_eq!(up.value("health_check_up", &[("check", "database")]), Some(1.0));
    assert_eq!(up.value("health_check_up", &[("check", "mails")]), Some(0.0));
    let failures = family(&everything.metrics, "health_check_consecutive_failures");
    let failures = |check| failures.value("health_check_consecutive_failures", &[("check", check)]);
    assert_eq!(failures("database"), Some(0.0));
    assert!(failures("mails") >= Some(1.0));
    // An optional check that fails leaves the service up; a service that drains is down.
    let whole = |everything: &crate::support::Everything| {
        family(&everything.metrics, "health_up").value("health_up", &[])
    };
    assert_eq!(whole(&everything), Some(1.0));
    everything.health.lifecycle().drain();
    assert_eq!(whole(&everything), Some(0.0));
}

#[tokio::test]
async fn what_is_refused_is_counted_by_rule() {
    let everything = everything().await;
    let mut service = everything.limits.layer(Router::new());
    for _ in 0..5 {
        call(&mut service, request("GET", "/")).await;
    }
    let limited = family(&everything.metrics, "rate_limited");
    assert_eq!(
        limited.value("rate_limited_total", &[("rule", "client")]),
        Some(4.0)
    );
}

#[tokio::test]
async fn connections_and_reloads_of_the_server() {
    let everything = everything().await;
    let value = |name: &str, sample: &str, labels: &[(&str, &str)]| {
        family(&everything.metrics, name).value(sample, labels)
    };
    let expiry = value(
        "certificate_expiry_timestamp_seconds",
        "certificate_expiry_timestamp_seconds",
        &[],
    );
    let known = everything.server.certificate_expiry().unwrap();
    let known = known.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs_f64();
    assert_eq!(expiry, Some(known));
    assert_eq!(value("connections_open", "connections_open", &[]), Some(0.0));
    assert_eq!(
        value(
            "connection_incidents",
            "connection_incidents_total",
            &[("kind", "refused")]
        ),
        Some(0.0)
    );

    let reloads = |result| value("reloads", "reloads_total", &[("result", result)]);
    everything.server.reload().await.unwrap();
    assert_eq!((reloads("done"), reloads("refused")), (Some(1.0), Some(0.0)));
    everything.certificate.file("cert.pem", "no certificate");
    everything.server.reload().await.unwrap_err();
    assert_eq!((reloads("done"), reloads("refused")), (Some(1.0), Some(1.0)));
    assert_eq!(
        value("certificates_refused", "certificates_refused_total", &[]),
        Some(1.0)
    );
    // The one in use is still the old one.
    let expiry = value(
        "certificate_expiry_timestamp_seconds",
        "certificate_expiry_timestamp_seconds",
        &[],
    );
    assert_eq!(expiry, Some(known));
}

#[test]
#[cfg(target_os = "linux")]
fn log_lines_that_were_lost() {
    use secure_runtime::log::{self, LogOutput, LogSettings};

    let metrics = metrics();
    // Every write to it fails.
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let (layer, guard) = log::layer(LogSettings::new(), LogOutput::file(full)).unwrap();
    metrics.watch_log(&guard.handle()).unwrap();
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
        for _ in 0..3 {
            tracing::info!("lost");
        }
    });
    for _ in 0..5_000 {
        let lines = family(&metrics, "log_lines");
        let of = |result| lines.value("log_lines_total", &[("result", result)]).unwrap();
        if of("failed") + of("dropped") == 3.0 {
            assert_eq!(of("written"), 0.0);
            return;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    panic!("not counted: {:?}", guard.handle().counters());
}

#[tokio::test]
async fn a_part_is_watched_once() {
    let everything = everything().await;
    let metrics = &everything.metrics;
    assert!(metrics.watch_health(&everything.health).is_err());
    assert!(metrics.watch_limits(&everything.limits).is_err());
    let error = metrics.watch_limiter("client", || 0).unwrap_err();
    assert_eq!(
        (error.name(), error.to_string().as_str()),
        ("client", "\"client\": a limit of this name is shown already")
    );
    assert!(metrics.watch_server(&everything.server).is_err());
    assert!(metrics.watch_log(&everything.log.handle()).is_err());
    assert!(metrics.build_info([("version", "2")]).is_err());
}

#[test]
fn refusals_of_layers_and_of_handlers_are_one_family() {
    use std::sync::Arc;

    use secure_runtime::limit::{Clock, Key, Limiter, Limits, Rule};

    let metrics = metrics();
    let limits = |rule: &'static str| {
        let rule = Rule::per_client(rule, "1 per hour".parse().unwrap());
        let limits = Limits::new().clock(Clock::manual());
        limits.rule(rule).build().unwrap()
    };
    metrics.watch_limits(&limits("public")).unwrap();
    metrics.watch_limits(&limits("admin")).unwrap();
    let logins = Arc::new(Limiter::new("1 per hour".parse().unwrap()).with_clock(Clock::manual()));
    let refused = Arc::clone(&logins);
    metrics
        .watch_limiter("logins", move || refused.refused())
        .unwrap();
    for _ in 0..3 {
        let _ = logins.check(Key::user("alice"));
    }
    assert!(logins.peek(Key::user("alice")).is_err());

    let limited = family(&metrics, "rate_limited");
    let of = |rule| limited.value("rate_limited_total", &[("rule", rule)]);
    assert_eq!(
        (of("public"), of("admin"), of("logins")),
        (Some(0.0), Some(0.0), Some(2.0))
    );
}
