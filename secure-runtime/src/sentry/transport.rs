//! From Sentry's client to the queue, and from the queue to the server.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use sentry::{
    Envelope, Transport,
    protocol::{EnvelopeItem, ItemContainer},
    transports::{RateLimiter, RateLimitingCategory as Category},
};
use ureq::{
    Agent,
    http::{HeaderValue, StatusCode},
};

use super::{
    dsn::Dsn,
    queue::{Message, Queue, Send},
    scrub,
};
use crate::log::redact::Names;

/// How long a request to Sentry may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// How much of an answer is read, so that its connection can be used again.
const MAX_ANSWER: u64 = 64 << 10;

/// What a service calls secret, if its log was told.
#[derive(Debug, Default)]
pub(super) struct SecretNames {
    told: OnceLock<Names>,
    usual: Names,
}

impl SecretNames {
    pub(super) fn tell(&self, names: Names) {
        let _ = self.told.set(names);
    }

    pub(super) fn get(&self) -> &Names {
        self.told.get().unwrap_or(&self.usual)
    }
}

/// Takes the secrets out of an envelope, and queues it.
///
/// This happens where the event is captured: a secret is known only as long as it lives, and the queue may outlive it.
#[derive(Debug)]
pub(super) struct Scrubbing {
    pub(super) queue: Arc<Queue>,
    pub(super) names: Arc<SecretNames>,
}

impl Transport for Scrubbing {
    fn send_envelope(&self, envelope: Envelope) {
        // To scrub costs more than all the rest: not for what would be dropped.
        if self.queue.is_full() {
            return self.queue.drop_one();
        }
        let mut raw = Vec::new();
        let body = match envelope.to_writer(&mut raw) {
            Ok(()) => scrub::envelope(&raw, self.names.get()),
            Err(_) => None,
        };
        match body {
            Some(body) => self.queue.push(Message {
                body,
                category: category(&envelope),
            }),
            None => self.queue.drop_one(),
        }
    }

    fn flush(&self, timeout: Duration) -> bool {
        self.queue.flush(timeout)
    }

    fn shutdown(&self, timeout: Duration) -> bool {
        let is_empty = self.queue.flush(timeout);
        self.queue.close();
        is_empty
    }
}

/// Which of Sentry's limits an envelope counts under: that of its first item.
fn category(envelope: &Envelope) -> Category {
    match envelope.items().next() {
        Some(EnvelopeItem::Event(_)) => Category::Error,
        Some(EnvelopeItem::Transaction(_)) => Category::Transaction,
        Some(EnvelopeItem::SessionUpdate(_) | EnvelopeItem::SessionAggregates(_)) => Category::Session,
        Some(EnvelopeItem::ItemContainer(ItemContainer::Logs(_))) => Category::LogItem,
        Some(EnvelopeItem::ItemContainer(ItemContainer::Metrics(_))) => Category::TraceMetric,
        _ => Category::Any,
    }
}

/// Posts envelopes.
pub(super) struct Post {
    dsn: Arc<Dsn>,
    agent: Agent,
    limiter: RateLimiter,
}

impl Post {
    pub(super) fn new(dsn: Arc<Dsn>) -> Self {
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(TIMEOUT))
            .max_redirects(0)
            .user_agent(super::USER_AGENT);
        // What the environment says of proxies is not for this machine.
        if dsn.is_loopback() {
            config = config.proxy(None);
        }
        Self {
            dsn,
            agent: config.build().new_agent(),
            limiter: RateLimiter::new(),
        }
    }
}

impl Send for Post {
    fn send(&mut self, message: Message) -> bool {
        if self.limiter.is_disabled(message.category).is_some() {
            return false;
        }
        let Ok(mut authorization) = HeaderValue::try_from(self.dsn.authorization()) else {
            return false;
        };
        authorization.set_sensitive(true);
        let sent = self
            .agent
            .post(self.dsn.endpoint())
            .header("content-type", "application/x-sentry-envelope")
            .header("x-sentry-auth", authorization)
            .send(&message.body[..]);
        let Ok(mut response) = sent else { return false };
        let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        if let Some(limits) = header("x-sentry-rate-limits") {
            self.limiter.update_from_sentry_header(limits);
        } else if response.status() == StatusCode::TOO_MANY_REQUESTS {
            match header("retry-after") {
                Some(time) => self.limiter.update_from_retry_after(time),
                None => self.limiter.update_from_429(),
            }
        }
        let is_taken = response.status().is_success();
        // What it says is of no interest.
        let _ = response.body_mut().with_config().limit(MAX_ANSWER).read_to_vec();
        is_taken
    }
}
