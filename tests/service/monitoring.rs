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
        value("health_check_up", "health_check_up", &[("check", "signing")]),
        Some(1.0)
    );
    assert_eq!(
        value("rate_limited", "rate_limited_total", &[("rule", "client")]),
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
