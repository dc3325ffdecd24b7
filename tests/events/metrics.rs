//! The counters, as Prometheus sees them.

use secure_runtime::{
    events::{self, Context, Event},
    metrics::{Metrics, MetricsSettings},
};

#[test]
fn every_event_is_a_series_from_the_start() {
    let metrics = Metrics::new(&MetricsSettings::default()).unwrap();
    metrics.watch_events().unwrap();
    assert!(metrics.watch_events().is_err());
    let value = |event: Event| -> u64 {
        let text = metrics.registry().to_text();
        let before = format!("security_events_total{{event=\"{event}\"}} ");
        let line = text.lines().find_map(|line| line.strip_prefix(&before));
        line.unwrap_or_else(|| panic!("{event} in {text}"))
            .parse()
            .unwrap()
    };
    for event in Event::ALL {
        value(*event);
    }
    let before = value(Event::SessionLogout);
    events::session_logout(&Context::new());
    assert!(value(Event::SessionLogout) > before);
}
