//! No live secret of the configuration leaves in any form, wherever it was put.

use std::{collections::BTreeMap, error::Error, fmt};

use secure_config::{SecretBytes, SecretString, SecretUrl};
use sentry::{
    Breadcrumb, Hub, Level, TransactionContext, User,
    protocol::{Attachment, Context, Event, Exception, Frame, LogEntry, Request, Stacktrace, Thread, Value},
};

use crate::{
    forms,
    ingest::KEY,
    running::{Running, start},
};

/// Stands beside every secret, so that what is not found is not found because it was masked.
const MARKER: &str = "harmless-marker";

/// Has what each form treats in a way of its own.
const TEXT: &str = "pA5s\"w\\o/r+d %41\tß€\u{1F511}=&?8pXv0rVbQm3K";
const PASSWORD: &str = "kV9%2FzQ4mT7wXb2";

#[derive(Debug)]
struct Wrong(String, Option<Box<Self>>);

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Wrong {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.1.as_deref().map(|error| error as _)
    }
}

/// Puts `text` everywhere where a service can put one. The number of places that a marker is found in at least.
fn put_everywhere(text: &str) -> usize {
    // What the service's own log lines say.
    let span = tracing::info_span!("work", detail = text, later = tracing::field::Empty);
    span.in_scope(|| {
        tracing::info!(detail = text, "step {text}");
        tracing::warn!(?text, "step");
        let error = Wrong(
            text.to_owned(),
            Some(Box::new(Wrong(
                format!("middle {text}"),
                Some(Box::new(Wrong(text.to_owned(), None))),
            ))),
        );
        span.record("later", text);
        tracing::error!(detail = text, error = &error as &dyn Error, "failed: {text}");
    });
    drop(span);
    // What it says to Sentry's client itself.
    let strings = || BTreeMap::from([(text.to_owned(), text.to_owned())]);
    let values = || BTreeMap::from([(text.to_owned(), Value::from(vec![text]))]);
    sentry::add_breadcrumb(Breadcrumb {
        message: Some(text.to_owned()),
        category: Some(text.to_owned()),
        data: values(),
        ..Breadcrumb::default()
    });
    sentry::configure_scope(|scope| {
        scope.set_tag("tag", text);
        scope.set_extra("extra", text.into());
        scope.set_context("own", Context::Other(values()));
        scope.set_fingerprint(Some(&[text]));
        scope.set_user(Some(User {
            id: Some(text.to_owned()),
            other: values(),
            ..User::default()
        }));
        scope.add_attachment(Attachment {
            buffer: text.as_bytes().to_vec(),
            filename: text.to_owned(),
            ..Attachment::default()
        });
    });
    let frame = Frame {
        function: Some(text.to_owned()),
        context_line: Some(text.to_owned()),
        pre_context: vec![text.to_owned()],
        vars: values(),
        ..Frame::default()
    };
    let stacktrace = Stacktrace {
        frames: vec![frame],
        ..Stacktrace::default()
    };
    let mut request = Request {
        url: "https://h/".parse().ok(),
        ..Request::default()
    };
    if let Some(url) = &mut request.url {
        url.set_path(text);
        url.set_query(Some(&format!("q={text}")));
        url.set_fragment(Some(text));
    }
    let mut headers = strings();
    for name in [
        "Authorization",
        "Cookie",
        "Referer",
        "X-Own",
        "User-Agent",
        "Host",
    ] {
        headers.insert(name.to_owned(), format!("{MARKER} {text}"));
    }
    sentry::capture_event(Event {
        message: Some(text.to_owned()),
        culprit: Some(text.to_owned()),
        transaction: Some(text.to_owned()),
        logger: Some(text.to_owned()),
        logentry: Some(LogEntry {
            message: text.to_owned(),
            params: vec![text.into()],
        }),
        modules: strings(),
        exception: vec![Exception {
            ty: text.to_owned(),
            value: Some(text.to_owned()),
            module: Some(text.to_owned()),
            stacktrace: Some(stacktrace.clone()),
            ..Exception::default()
        }]
        .into(),
        threads: vec![Thread {
            name: Some(text.to_owned()),
            stacktrace: Some(stacktrace.clone()),
            ..Thread::default()
        }]
        .into(),
        stacktrace: Some(stacktrace),
        request: Some(Request {
            url: request.url,
            method: Some(text.to_owned()),
            data: Some(text.to_owned()),
            query_string: Some(text.to_owned()),
            cookies: Some(text.to_owned()),
            headers,
            env: strings(),
        }),
        extra: values(),
        tags: strings(),
        ..Event::default()
    });
    sentry::capture_message(text, Level::Info);
    let transaction = sentry::start_transaction(TransactionContext::new(text, text));
    transaction.set_data("data", text.into());
    transaction.set_tag("tag", text);
    let child = transaction.start_child(text, text);
    child.set_data("data", text.into());
    child.set_tag("tag", text);
    child.finish();
    transaction.finish();
    30
}

/// Everything that was received as text: the bytes, and every string in them without its escapes.
fn received(running: &Running) -> String {
    fn strings(value: &Value, out: &mut String) {
        match value {
            Value::String(text) => *out += text,
            Value::Array(items) => items.iter().for_each(|item| strings(item, out)),
            Value::Object(map) => map.iter().for_each(|(key, value)| {
                *out += key;
                out.push('\n');
                strings(value, out);
            }),
            _ => {}
        }
        out.push('\n');
    }
    running.flush();
    let mut out = String::new();
    for envelope in running.ingest.received() {
        out += std::str::from_utf8(&envelope.body).unwrap();
        strings(&envelope.header, &mut out);
        for (header, payload) in &envelope.items {
            strings(header, &mut out);
            strings(payload, &mut out);
        }
    }
    // As who decodes URLs sees it.
    out += &forms::percent_decoded(&out);
    out
}

fn never_leaves(secret: &[u8]) {
    for form in forms::of(secret) {
        let running = start();
        let places = put_everywhere(&format!("{MARKER} {} {MARKER}", form.text));
        let received = received(&running);
        assert!(!received.contains(&form.needle), "{} in {received}", form.text);
        let found = received.matches(MARKER).count();
        assert!(found > places, "{found}");
        // An event for what was logged, one as a whole, one message, one trace.
        assert_eq!(running.ingest.items("event").len(), 3);
        assert_eq!(running.ingest.items("transaction").len(), 1);
        // A hub that this test's next one does not get anything from.
        Hub::current().configure_scope(|scope| scope.clear());
    }
}

#[test]
fn a_text() {
    let _secret = SecretString::new(TEXT);
    never_leaves(TEXT.as_bytes());
}

#[test]
fn bytes() {
    let key = tests::Numbers::new(7).bytes(32);
    let _secret = SecretBytes::new(&key);
    never_leaves(&key);
}

#[test]
fn the_password_of_a_url_alone_and_the_url() {
    let text = format!("postgres://app:{PASSWORD}@db.example.com/app");
    let _secret = SecretUrl::new(&text).unwrap();
    never_leaves(text.as_bytes());
    never_leaves(PASSWORD.as_bytes());
    never_leaves(PASSWORD.replace("%2F", "/").as_bytes());
}

#[test]
fn the_key_of_the_dsn() {
    never_leaves(KEY.as_bytes());
}

#[test]
fn what_has_a_secret_name_or_place_leaves_in_no_form() {
    let running = start();
    let unknown = "gT7-not-in-the-configuration";
    tracing::warn!(password = unknown, "a step");
    tracing::error!(
        api_key = unknown,
        "login of {}",
        format_args!("token={unknown} {MARKER}")
    );
    sentry::capture_event(Event {
        message: Some(format!("GET /a?code={unknown} {MARKER}")),
        request: Some(Request {
            url: Some(format!("https://h/a?code={unknown}").parse().unwrap()),
            query_string: Some(unknown.to_owned()),
            cookies: Some(unknown.to_owned()),
            data: Some(unknown.to_owned()),
            headers: [
                "Authorization",
                "Cookie",
                "Set-Cookie",
                "X-Api-Key",
                "X-Forwarded-For",
            ]
            .map(|name| (name.to_owned(), unknown.to_owned()))
            .into(),
            ..Request::default()
        }),
        extra: BTreeMap::from([
            ("Authorization".to_owned(), format!("Bearer {unknown}").into()),
            (
                "text".to_owned(),
                format!("Cookie: a={unknown}; b={unknown}").into(),
            ),
        ]),
        ..Event::default()
    });
    let received = received(&running);
    assert!(!received.contains(unknown), "{received}");
    assert!(received.matches(MARKER).count() >= 2, "{received}");
}

#[test]
fn a_secret_that_has_died_since_is_masked_where_it_was_met() {
    let running = start();
    let secret = SecretString::new("8pXv0rVbQm3K-short-lived");
    let text = secret.expose_secret().to_owned();
    tracing::warn!("a step with {text}");
    sentry::add_breadcrumb(Breadcrumb {
        message: Some(format!("another with {text}")),
        data: BTreeMap::from([("a".to_owned(), text.clone().into())]),
        ..Breadcrumb::default()
    });
    tracing::error!("first with {text}");
    drop(secret);
    // The breadcrumbs are sent with this one, and what waits is sent now.
    tracing::error!("second");
    let received = received(&running);
    assert!(!received.contains(&text), "{received}");
    assert!(received.contains("another with [REDACTED]"), "{received}");
}
