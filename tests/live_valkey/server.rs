//! Replicas of a server of Valkey.

use std::time::{Duration, Instant};

use secure_config::SecureConfig;
use secure_runtime::replicas::{ReplicaSettings, Valkey};
use tests::STRONG;
pub(crate) use tests::valkey::Shared;

/// Handles of the server, as each replica has one.
pub(crate) trait Replicas {
    /// One more replica.
    async fn replica(&self, on_outage: &str) -> Valkey;

    /// One that waits no longer than this.
    async fn replica_with(&self, on_outage: &str, timeout: &str) -> Valkey;
}

impl Replicas for Shared {
    async fn replica(&self, on_outage: &str) -> Valkey {
        self.replica_with(on_outage, "2s").await
    }

    async fn replica_with(&self, on_outage: &str, timeout: &str) -> Valkey {
        let vars = [
            ("VALKEY_URL", self.url()),
            ("VALKEY_KEY_SECRET", STRONG[0].to_owned()),
            ("VALKEY_ON_OUTAGE", on_outage.to_owned()),
            ("VALKEY_TIMEOUT", timeout.to_owned()),
        ];
        let settings = ReplicaSettings::loader().vars(vars).load().unwrap();
        Valkey::start(&settings).await.unwrap()
    }
}

/// Waits until something holds.
pub(crate) async fn until(what: &str, holds: impl Fn() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(30), "{what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
