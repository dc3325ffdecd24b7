//! The DSN's key: where it has to be, and nowhere else.

use secure_config::{Profile, SecretUrl};
use secure_runtime::sentry::{Sentry, SentrySettings};
use sentry::Hub;

use crate::{
    ingest::{Ingest, KEY, Manner},
    running::{settings, start},
};

#[test]
fn nothing_shows_it() {
    let ingest = Ingest::start(Manner::Take);
    let settings = settings(&ingest);
    let mut shown = format!("{settings:?}");
    let sentry = Sentry::start(settings, Profile::Test).unwrap();
    let client = Hub::current().client().unwrap();
    shown += &format!(
        "{sentry:?} {:?} {:?} {client:?} {:?}",
        sentry.layer(),
        sentry.events(),
        Hub::current()
    );
    assert!(!shown.contains(KEY), "{shown}");
    assert!(shown.contains("127.0.0.1"), "{shown}");
}

#[test]
fn an_error_does_not_show_it() {
    for dsn in [
        format!("https://{KEY}@host"),
        format!("ftp://{KEY}@host/1"),
        format!("https://{KEY}%20@h/1"),
    ] {
        let mut settings = SentrySettings::default();
        settings.dsn = Some(SecretUrl::new(&dsn).unwrap());
        let error = Sentry::start(settings, Profile::Test).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains(KEY) && shown.contains("SENTRY_DSN"), "{shown}");
    }
}

#[test]
fn it_is_what_a_request_proves_its_right_with() {
    let running = start();
    tracing::error!("something");
    running.flush();
    let envelopes = running.ingest.received();
    assert_eq!(envelopes.len(), 1);
    assert_eq!(envelopes[0].path, "/api/42/envelope/");
    assert!(envelopes[0].auth.ends_with(&format!("sentry_key={KEY}")));
    assert!(
        !String::from_utf8(envelopes[0].body.clone())
            .unwrap()
            .contains(KEY)
    );
    assert_eq!(envelopes[0].items[0].1["environment"], "staging");
}
