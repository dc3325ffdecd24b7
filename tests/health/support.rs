//! Requests, answers and checks for the tests of health.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use http::{Method, Request, Response};
use secure_runtime::connection::{Connection, Listener};
use secure_runtime::health::Health;
use serde_json::Value;

/// A request to the main listener.
pub(crate) fn request(method: Method, path: &str) -> Request<()> {
    on(Listener::Main, method, path)
}

pub(crate) fn on(listener: Listener, method: Method, path: &str) -> Request<()> {
    let connection = Connection::new(Some(([127, 0, 0, 1], 40_000).into())).with_listener(listener);
    Request::builder()
        .method(method)
        .uri(path)
        .extension(connection)
        .body(())
        .unwrap()
}

/// The answer to a `GET` on the main listener.
pub(crate) fn get(health: &Health, path: &str) -> Response<Bytes> {
    health.answer(&request(Method::GET, path)).unwrap()
}

/// The details, as the admin listener shows them.
pub(crate) fn details(health: &Health) -> Value {
    let answer = health
        .answer(&on(Listener::Admin, Method::GET, "/health"))
        .unwrap();
    serde_json::from_slice(answer.body()).unwrap()
}

pub(crate) fn text(answer: &Response<Bytes>) -> &str {
    std::str::from_utf8(answer.body()).unwrap()
}

/// Counts calls.
#[derive(Clone, Default)]
pub(crate) struct Counter(Arc<AtomicUsize>);

impl Counter {
    pub(crate) fn add(&self) -> usize {
        self.0.fetch_add(1, Ordering::SeqCst) + 1
    }

    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    /// How many hold on to this counter.
    pub(crate) fn holders(&self) -> usize {
        Arc::strong_count(&self.0)
    }
}
