//! The monitoring kit of the examples: it names metrics that there are, and every alert is as it should be.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use serde_json::Value;
use tests::{
    exposition::{Format, read},
    tools::run,
};

use crate::support::everything;

fn kit() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../examples/monitoring")
}

fn file(name: &str) -> String {
    fs::read_to_string(kit().join(name)).unwrap()
}

/// An alert, by the lines of its rule.
#[derive(Debug)]
struct Alert {
    expr: String,
    keys: BTreeMap<String, String>,
}

/// The alerts of the rules, which are written in one manner.
fn alerts() -> BTreeMap<String, Alert> {
    let text = file("alerts.yml");
    let mut alerts = BTreeMap::new();
    for rule in text.split("- alert: ").skip(1) {
        let (name, rest) = rule.split_once('\n').unwrap();
        let rest = rest.split("\n\n").next().unwrap();
        let (expr, rest) = rest.split_once("for: ").unwrap();
        let expr = expr
            .trim()
            .strip_prefix("expr: ")
            .unwrap()
            .trim_start_matches('|');
        let lines = format!("for: {rest}");
        let keys = lines.lines().filter_map(|line| line.trim().split_once(": "));
        let alert = Alert {
            expr: expr.split_whitespace().collect::<Vec<_>>().join(" "),
            keys: keys
                .map(|(key, value)| (key.to_owned(), value.trim_matches('"').to_owned()))
                .collect(),
        };
        assert!(
            alerts.insert(name.to_owned(), alert).is_none(),
            "{name} stands twice"
        );
    }
    alerts
}

/// The metrics that a query is about: names before a selector.
fn selected(query: &str) -> BTreeSet<String> {
    let before = query.split('{').map(|part| {
        let start = part
            .rfind(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .map_or(0, |at| at + 1);
        part[start..].to_owned()
    });
    // Behind the last selector there is none.
    let count = query.matches('{').count();
    before.take(count).filter(|name| !name.is_empty()).collect()
}

/// The names of samples that a service shows.
async fn shown() -> BTreeSet<String> {
    let everything = everything().await;
    let families = read(&everything.metrics.registry().to_text(), Format::Text);
    let samples = families.values().flat_map(|family| &family.samples);
    let mut names: BTreeSet<_> = samples.map(|sample| sample.name.clone()).collect();
    // Prometheus' own, and that of the security events, which need no more than their own part.
    names.extend(["up", "security_events_total"].map(str::to_owned));
    names
}

#[tokio::test]
async fn every_alert_is_complete_and_judges_what_there_is() {
    let alerts = alerts();
    let shown = shown().await;
    let (runbook, proven) = (file("runbook.md"), file("alerts_test.yml"));
    let anchors: BTreeSet<_> = runbook
        .lines()
        .filter_map(|line| line.strip_prefix("## "))
        .map(str::to_lowercase)
        .collect();
    assert!(alerts.len() >= 2 * 7, "{}", alerts.len());
    for (name, alert) in &alerts {
        let key = |key: &str| {
            alert
                .keys
                .get(key)
                .unwrap_or_else(|| panic!("{name} has no {key}"))
                .as_str()
        };
        assert!(key("for").ends_with(['m', 'h']), "{name}");
        assert!(["critical", "warning"].contains(&key("severity")), "{name}");
        assert!(
            !key("summary").is_empty() && !key("description").is_empty(),
            "{name}"
        );
        let (page, anchor) = key("runbook_url").split_once('#').unwrap();
        assert!(
            page.starts_with("https://") && page.ends_with("/examples/monitoring/runbook.md"),
            "{name}"
        );
        assert!(anchors.contains(anchor), "{name}: the runbook has no {anchor}");
        let metrics = selected(&alert.expr);
        assert!(!metrics.is_empty(), "{name}: {}", alert.expr);
        assert!(metrics.is_subset(&shown), "{name}: {metrics:?}");
        assert!(
            proven.contains(&format!("alertname=\"{name}\"")),
            "no test shows that {name} fires"
        );
        if name.ends_with("Absent") {
            assert!(alert.expr.starts_with("absent("), "{name}");
            continue;
        }
        // Its partner fires when any of the metrics is gone.
        let partner = alerts
            .get(&format!("{name}Absent"))
            .unwrap_or_else(|| panic!("{name} has no partner"));
        let watched = partner.expr.split(" or ").map(|part| {
            let inside = part
                .trim()
                .strip_prefix("absent(")
                .unwrap()
                .strip_suffix(')')
                .unwrap();
            inside.split('{').next().unwrap().to_owned()
        });
        assert_eq!(watched.collect::<BTreeSet<_>>(), metrics, "{name}");
    }
    for name in [
        "ServiceUnhealthy",
        "HighErrorRate",
        "HighLatency",
        "FailedLogins",
        "RateLimited",
        "LogLinesLost",
        "CertificateExpiresSoon",
    ] {
        assert!(alerts.contains_key(name), "{name}");
    }
}

#[test]
fn promtool_finds_the_rules_good_and_they_fire_when_they_should() {
    tests::needs!("promtool");
    for arguments in [
        &["check", "config", "prometheus.yml"][..],
        &["check", "rules", "--lint-fatal", "alerts.yml"],
        &["test", "rules", "alerts_test.yml"],
    ] {
        let outcome = run("promtool", arguments, Some(&kit()), "");
        assert_eq!(outcome, Ok(()), "{arguments:?}");
    }
}

#[tokio::test]
async fn every_panel_shows_what_there_is() {
    let dashboard: Value = serde_json::from_str(&file("dashboard.json")).unwrap();
    let shown = shown().await;
    let panels = dashboard["panels"].as_array().unwrap();
    let (mut ids, mut metrics) = (BTreeSet::new(), BTreeSet::new());
    let mut places = BTreeSet::new();
    for panel in panels {
        let title = panel["title"].as_str().unwrap();
        assert!(ids.insert(panel["id"].as_u64().unwrap()), "{title}");
        let grid = &panel["gridPos"];
        assert!(
            places.insert((grid["y"].as_u64(), grid["x"].as_u64())),
            "{title} lies on another"
        );
        assert!(
            grid["x"].as_u64().unwrap() + grid["w"].as_u64().unwrap() <= 24,
            "{title}"
        );
        if panel["type"] == "row" {
            continue;
        }
        assert_eq!(panel["datasource"]["uid"], "${datasource}", "{title}");
        for target in panel["targets"].as_array().unwrap() {
            let expr = target["expr"].as_str().unwrap();
            let of = selected(expr);
            assert!(!of.is_empty() && of.is_subset(&shown), "{title}: {expr}");
            metrics.extend(of);
        }
    }
    // And nothing that is shown is left out, but for what belongs to a test.
    let own = [
        "odd_",
        "level_",
        "upload_",
        "health_up",
        "process_virtual",
        "process_start",
    ];
    let left: Vec<_> = shown
        .difference(&metrics)
        .filter(|name| !own.iter().any(|own| name.starts_with(own)))
        .filter(|name| !name.ends_with("_sum") && !name.ends_with("_count") && *name != "up")
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

/// Grafana writes variables where Prometheus has text and times.
#[test]
fn promtool_reads_the_panels() {
    tests::needs!("promtool");
    let dashboard: Value = serde_json::from_str(&file("dashboard.json")).unwrap();
    let targets = dashboard["panels"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|panel| panel["targets"].as_array());
    let mut rules = "groups:\n  - name: panels\n    rules:\n".to_owned();
    for (n, target) in targets.flatten().enumerate() {
        let expr = target["expr"].as_str().unwrap().replace("$__rate_interval", "5m");
        rules.push_str(&format!(
            "      - record: panel:{n}\n        expr: {}\n",
            serde_json::to_string(&expr).unwrap()
        ));
    }
    let scratch = tests::Scratch::new();
    scratch.file("panels.yml", rules);
    let arguments = ["check", "rules", "panels.yml"];
    assert_eq!(run("promtool", &arguments, Some(scratch.path()), ""), Ok(()));
}
