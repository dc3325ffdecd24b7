//! Limits from the environment and of a route.

use tests::{
    exposition::{Format, read},
    loopback::ask,
};

use crate::start;

#[tokio::test]
async fn a_client_gets_what_the_operator_says_and_health_is_for_everyone() {
    let service = start(&[("PROMETHEUS_ENABLED", "true"), ("LIMIT_CLIENT", "5 per hour")]);
    let main = service.addr("main");
    let mut passed = 0;
    for n in 0..12 {
        let answer = ask(main, &format!("GET / HTTP/1.1\nx-forwarded-for: 192.0.2.{n}"), "").await;
        match answer.status {
            200 => passed += 1,
            429 => {
                assert!(answer.header("retry-after").is_some());
                assert_eq!(answer.header("ratelimit-policy"), Some(r#""client";q=5;w=3600"#));
                assert!(answer.header("content-security-policy").is_some());
            }
            status => panic!("{status}"),
        }
    }
    assert_eq!(passed, 5);
    assert_eq!(ask(main, "GET /health HTTP/1.1", "").await.status, 200);
    let metrics = ask(service.addr("metrics"), "GET /metrics HTTP/1.1", "").await;
    let limited = read(&metrics.body, Format::Text)["rate_limited"].clone();
    assert_eq!(
        limited.value("rate_limited_total", &[("rule", "client")]),
        Some(7.0)
    );
}

#[tokio::test]
async fn accounts_are_not_opened_without_end() {
    let service = start(&[]);
    let main = service.addr("main");
    let mut statuses = Vec::new();
    for path in ["/guest", "//guest", "/%67uest", "/guest/"]
        .into_iter()
        .cycle()
        .take(14)
    {
        let head = format!("POST {path} HTTP/1.1\ncontent-length: 0");
        statuses.push(ask(main, &head, "").await.status);
    }
    // Other spellings of the path are no accounts, but they count.
    assert!(
        statuses[..10]
            .iter()
            .all(|&status| status == 200 || status == 404),
        "{statuses:?}"
    );
    assert_eq!(statuses[10..], [429; 4]);
    assert_eq!(ask(main, "GET / HTTP/1.1", "").await.status, 200);
}
