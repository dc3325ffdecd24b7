//! A panic is sent once, with the id of its request, and the answer is a 500 all the same.

use http::Request;
use secure_config::SecretString;

use crate::{requests::ask, running::start};

#[tokio::test]
async fn a_panic_in_a_handler_is_sent_once() {
    let secret = SecretString::new("8pXv0rVbQm3K-in-a-panic");
    let text = secret.expose_secret().to_owned();
    let running = start();
    let hook = std::panic::take_hook();
    running.sentry.report_panics();
    // Twice is once.
    running.sentry.report_panics();
    let (status, id) = ask(
        running.sentry.layer(),
        Request::builder().uri("/users/17"),
        move || panic!("cannot log in with {text}"),
    )
    .await;
    std::panic::set_hook(hook);
    assert_eq!(status, 500);
    running.flush();
    let events = running.ingest.items("event");
    assert_eq!(events.len(), 1, "{events:?}");
    let event = &events[0];
    let panic = &event["exception"]["values"][0];
    assert_eq!(panic["type"], "panic");
    assert_eq!(panic["value"], "cannot log in with [REDACTED]");
    assert_eq!(panic["mechanism"]["handled"], false);
    assert!(
        panic["stacktrace"]["frames"]
            .as_array()
            .is_some_and(|frames| !frames.is_empty())
    );
    assert_eq!(event["level"], "fatal");
    assert_eq!(event["tags"]["request_id"], id.as_str());
    assert_eq!(event["transaction"], "GET /users/{id}");
    assert!(event["extra"]["location"].as_str().unwrap().contains("panics.rs"));
    let traces = running.ingest.items("transaction");
    assert_eq!(traces[0]["contexts"]["trace"]["status"], "internal_error");
    let whole = running
        .ingest
        .received()
        .into_iter()
        .map(|envelope| envelope.body)
        .collect::<Vec<_>>()
        .concat();
    assert!(!String::from_utf8(whole).unwrap().contains(secret.expose_secret()));
}
