//! What the runtime says of reloads: log, health, metrics; and that it looks by itself.

use std::time::Duration;

use secure_config::reload::Live;
use secure_config::{SecretString, SecureConfig};
use secure_runtime::health::{Health, Status};
use secure_runtime::metrics::{Metrics, MetricsSettings};
use secure_runtime::reload::{ReloadCheck, ReloadSettings, Reloader, hook};
use tests::lines::capture;
use tests::{STRONG, Scratch};

use crate::{dotenv, write};

#[derive(Debug, SecureConfig)]
#[allow(dead_code, reason = "of some fields only what is said of them matters")]
struct Settings {
    #[secure(default = 10)]
    limit: u32,
    #[secure(default = 8080, needs_restart)]
    port: u16,
    token_secret: SecretString,
    #[secure(nested)]
    reload: ReloadSettings,
}

fn start(scratch: &Scratch) -> Live<Settings> {
    let path = write(scratch, &format!("TOKEN_SECRET={}\n", STRONG[0]));
    dotenv(&path).live().unwrap().0
}

/// Longer than anything here takes, so that only a hang fails.
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn changed_content_is_found_without_being_asked() {
    let scratch = Scratch::new();
    let live = start(&scratch);
    let mut changes = live.changes();
    let reloading = Reloader::new(&live)
        .period(Duration::from_millis(100))
        .start()
        .unwrap();
    write(&scratch, &format!("TOKEN_SECRET={}\nLIMIT=11\n", STRONG[0]));
    let set = tokio::time::timeout(PATIENCE, changes.changed())
        .await
        .expect("it is found");
    assert_eq!(set.limit, 11);

    write(&scratch, "TOKEN_SECRET=changeme\n");
    while live.status().refused == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(live.read().limit, 11);
    drop(reloading);
}

#[test]
fn without_a_runtime_it_does_not_start() {
    let scratch = Scratch::new();
    assert!(Reloader::new(&start(&scratch)).start().is_err());
}

#[tokio::test]
#[cfg(unix)]
async fn sighup_reloads_in_a_service_with_another_server() {
    let scratch = Scratch::new();
    let live = start(&scratch);
    let mut changes = live.changes();
    let _reloading = Reloader::new(&live)
        .period(Duration::ZERO)
        .on_hangup()
        .start()
        .unwrap();
    write(&scratch, &format!("TOKEN_SECRET={}\nLIMIT=12\n", STRONG[0]));
    rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::HUP).unwrap();
    let set = tokio::time::timeout(PATIENCE, changes.changed())
        .await
        .expect("it is read");
    assert_eq!(set.limit, 12);
}

#[tokio::test]
async fn health_is_degraded_while_the_newest_set_is_refused() {
    let scratch = Scratch::new();
    let live = start(&scratch);
    let health = Health::builder()
        .optional("settings", ReloadCheck::new(&live))
        .system(false)
        .profile(secure_config::Profile::Development);
    let mut settings = secure_runtime::health::HealthSettings::default();
    settings.period = Duration::from_millis(10);
    let health = health.settings(settings).start().unwrap();
    health.lifecycle().serve();
    health.settled().await;
    assert_eq!(health.status(), Status::Healthy);

    write(&scratch, "TOKEN_SECRET=changeme\nLIMIT=x\n");
    live.reload().unwrap_err();
    let until = async |status| {
        while health.status() != status {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, until(Status::Degraded))
        .await
        .expect("it is seen");
    let answer = health
        .answer(&http::Request::get("/health").body(()).unwrap())
        .unwrap();
    assert_eq!(answer.status(), 200, "what is in force works");
    let body = String::from_utf8(answer.into_body().into()).unwrap();
    for part in [
        r#""status":"degraded""#,
        r#""problems":2"#,
        r#""version":1"#,
        r#""refused":1"#,
    ] {
        assert!(body.contains(part), "{part} in {body}");
    }
    write(&scratch, &format!("TOKEN_SECRET={}\n", STRONG[1]));
    live.reload().unwrap();
    tokio::time::timeout(PATIENCE, until(Status::Healthy))
        .await
        .expect("it is seen");
}

#[test]
fn metrics_count_what_became_of_reloads() {
    let scratch = Scratch::new();
    let live = start(&scratch);
    let mut settings = MetricsSettings::default();
    settings.enabled = true;
    let metrics = Metrics::new(&settings).unwrap();
    metrics.watch_reload(&live).unwrap();
    let shows = |lines: &[&str]| {
        let text = metrics.registry().to_text();
        for line in lines {
            assert!(text.lines().any(|shown| shown == *line), "{line} in {text}");
        }
    };
    shows(&["config_last_reload_successful 1", "config_pending_restart 0"]);
    write(&scratch, "TOKEN_SECRET=changeme\n");
    live.reload().unwrap_err();
    live.reload().unwrap_err();
    shows(&[
        "config_reloads_total{result=\"refused\"} 2",
        "config_reloads_total{result=\"exchanged\"} 0",
        "config_last_reload_successful 0",
    ]);
    write(&scratch, &format!("TOKEN_SECRET={}\nPORT=1\n", STRONG[1]));
    live.reload().unwrap();
    live.reload().unwrap();
    shows(&[
        "config_reloads_total{result=\"refused\"} 2",
        "config_reloads_total{result=\"exchanged\"} 1",
        "config_reloads_total{result=\"unchanged\"} 1",
        "config_last_reload_successful 1",
        "config_pending_restart 1",
    ]);
    assert!(metrics.watch_reload(&live).is_err(), "it is shown already");
}

#[tokio::test]
async fn who_asks_is_told_in_one_line() {
    let scratch = Scratch::new();
    let live = start(&scratch);
    let hook = hook(&live);
    assert_eq!(hook().await.unwrap(), "the settings are unchanged");
    write(&scratch, &format!("TOKEN_SECRET={}\nPORT=1\n", STRONG[1]));
    assert_eq!(
        hook().await.unwrap(),
        "settings exchanged: TOKEN_SECRET; needs a restart: PORT"
    );
    write(&scratch, "TOKEN_SECRET=changeme\nLIMIT=x\n");
    let refused = hook().await.unwrap_err().to_string();
    assert!(
        refused.starts_with("the new settings are refused: LIMIT"),
        "{refused}"
    );
    assert!(refused.contains("TOKEN_SECRET is a known default"), "{refused}");
    assert!(!refused.contains("changeme"), "{refused}");
}

#[test]
fn a_refused_set_is_logged_a_line_for_each_problem() {
    let scratch = Scratch::new();
    let live = start(&scratch);
    let (lines, _guard) = capture();
    write(&scratch, "TOKEN_SECRET=changeme\nLIMIT=x\nPORT=1\n");
    secure_runtime::reload::log_outcome(&live.reload());
    let said: Vec<_> = lines.take_of("secure_runtime::reload::tell");
    let keys: Vec<_> = said
        .iter()
        .map(|line| (line["level"].as_str(), line.get("key").map(String::as_str)))
        .collect();
    assert_eq!(
        keys,
        [
            ("ERROR", Some("LIMIT")),
            ("ERROR", Some("TOKEN_SECRET")),
            ("ERROR", None)
        ]
    );
    assert_eq!(said[1]["code"], "known_default");
    assert_eq!(said[2]["problems"], "2");

    write(
        &scratch,
        &format!("TOKEN_SECRET={}\nLIMIT=3\nPORT=1\n", STRONG[1]),
    );
    secure_runtime::reload::log_outcome(&live.reload());
    let said = lines.take_of("secure_runtime::reload::tell");
    assert_eq!(said[0]["changed"], "LIMIT, TOKEN_SECRET");
    assert_eq!(
        (said[1]["level"].as_str(), said[1]["key"].as_str()),
        ("WARN", "PORT")
    );
}
