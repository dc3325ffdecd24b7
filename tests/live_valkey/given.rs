//! A server that whoever runs the tests has started: `TEST_VALKEY_URL`.

use secure_config::SecureConfig;
use secure_runtime::replicas::{ReplicaSettings, SharedLimiter, Subject, Valkey};
use tests::STRONG;
use tests::live::valkey_url;

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_was_given_counts() {
    let Some(url) = valkey_url() else {
        return;
    };
    let vars = [
        ("VALKEY_URL", url),
        ("VALKEY_KEY_SECRET", STRONG[0].to_owned()),
        ("VALKEY_ON_OUTAGE", "closed".to_owned()),
        ("VALKEY_PREFIX", format!("live-valkey-{}", std::process::id())),
        ("VALKEY_TIMEOUT", "2s".to_owned()),
    ];
    let settings = ReplicaSettings::loader().vars(vars).load().unwrap();
    let mut passed = 0;
    for _ in 0..3 {
        let valkey = Valkey::start(&settings).await.unwrap();
        let limiter = SharedLimiter::new(&valkey, "login", "10 per hour".parse().unwrap()).unwrap();
        for _ in 0..8 {
            passed += u32::from(limiter.check(Subject::user("alice")).await.is_ok());
        }
    }
    assert_eq!(passed, 10);
}
