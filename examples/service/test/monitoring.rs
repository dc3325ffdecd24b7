//! What Prometheus finds on the metrics listener.

use tests::{
    exposition::{Family, Format, read},
    json::Json,
    loopback::ask,
};

use crate::start;

#[tokio::test]
async fn metrics_and_details_are_on_the_metrics_listener_only() {
    let service = start(&[("PROMETHEUS_ENABLED", "true")]);
    let (main, metrics) = (service.addr("main"), service.addr("metrics"));
    for _ in 0..3 {
        assert_eq!(ask(main, "GET / HTTP/1.1", "").await.status, 200);
        assert_eq!(ask(main, "GET /.env HTTP/1.1", "").await.status, 404);
    }
    assert_eq!(ask(main, "GET /panic HTTP/1.1", "").await.status, 500);
    assert_eq!(ask(main, "GET /metrics HTTP/1.1", "").await.status, 404);

    let answer = ask(metrics, "GET /metrics HTTP/1.1", "").await;
    assert_eq!(answer.status, 200);
    let families = read(&answer.body, Format::Text);
    let value = |family: &str, sample: &str, labels: &[(&str, &str)]| {
        families
            .get(family)
            .and_then(|family: &Family| family.value(sample, labels))
    };
    let requests = |endpoint, status| {
        value(
            "requests",
            "requests_total",
            &[("method", "GET"), ("endpoint", endpoint), ("status", status)],
        )
    };
    assert_eq!(requests("/", "200"), Some(3.0));
    assert_eq!(requests("/panic", "500"), Some(1.0));
    assert_eq!(requests("unmatched", "404"), Some(4.0));
    assert_eq!(
        value("health_check_up", "health_check_up", &[("check", "settings")]),
        Some(1.0)
    );
    assert_eq!(
        value(
            "config_last_reload_successful",
            "config_last_reload_successful",
            &[]
        ),
        Some(1.0)
    );
    assert_eq!(
        value("rate_limited", "rate_limited_total", &[("rule", "guests")]),
        Some(0.0)
    );
    assert_eq!(
        value("log_lines", "log_lines_total", &[("result", "dropped")]),
        Some(0.0)
    );
    assert!(value("log_lines", "log_lines_total", &[("result", "written")]).unwrap() >= 7.0);
    assert!(value("connections_accepted", "connections_accepted_total", &[]).unwrap() >= 8.0);
    assert!(families["build_info"].samples[0].labels.contains_key("version"));
    assert!(families.contains_key("process_resident_memory_bytes"));
    // Nobody has a certificate, so there is nothing to say of when it expires.
    assert!(!families.contains_key("certificate_expiry_timestamp_seconds"));

    let answer = ask(metrics, "GET /health HTTP/1.1\naccept: application/json", "").await;
    assert!(
        Json::parse(&answer.body).unwrap().get("checks").is_some(),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn a_certificate_is_shown_with_its_end() {
    let scratch = tests::Scratch::new();
    let pair = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap();
    params.not_after = rcgen::date_time_ymd(2040, 1, 1);
    let certificate = scratch.file("cert.pem", params.self_signed(&pair).unwrap().pem());
    let key = scratch.file("key.pem", pair.serialize_pem());
    let service = start(&[
        ("PROMETHEUS_ENABLED", "true"),
        ("METRICS_PREFIX", "shop"),
        ("TLS_CERT_PATH", certificate.to_str().unwrap()),
        ("TLS_KEY_PATH", key.to_str().unwrap()),
    ]);
    let answer = ask(service.addr("metrics"), "GET /metrics HTTP/1.1", "").await;
    let name = "shop_certificate_expiry_timestamp_seconds";
    let expiry = read(&answer.body, Format::Text)[name].value(name, &[]).unwrap();
    assert_eq!(expiry, 2_208_988_800.0, "2040-01-01T00:00:00Z");
}

#[tokio::test]
async fn switched_off_there_are_no_metrics() {
    let service = start(&[]);
    assert_eq!(
        ask(service.addr("metrics"), "GET /metrics HTTP/1.1", "")
            .await
            .status,
        404
    );
}

/// The line of the crontab, as cron runs it: silent while the service is well, and a mail when it is gone.
#[test]
fn the_line_for_cron_tells_of_a_service_that_is_gone() {
    let crontab = include_str!("../../monitoring/health.cron");
    let line = crontab.lines().find(|line| line.starts_with("*/5")).unwrap();
    let command = line.splitn(7, ' ').nth(6).unwrap();
    assert!(command.starts_with("curl -fsSL --max-time 10 "), "{command}");
    assert!(include_str!("../../monitoring/README.md").contains(line));
    tests::needs!("curl");
    let service = start(&[]);
    let here = format!("http://{}", service.addr("main"));
    let command = command.replace("https://service.example.com", &here);
    let said = || {
        let output = std::process::Command::new("sh")
            .args(["-c", &command])
            .output()
            .unwrap();
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
    };
    // It is healthy once its first checks have passed.
    for _ in 0..500 {
        if said().is_empty() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert_eq!(said(), "");
    drop(service);
    let mail = said();
    assert!(
        mail.contains("curl: (7)") && mail.contains("is not healthy"),
        "{mail}"
    );
}
