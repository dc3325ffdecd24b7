//! Three replicas of the service, a process each, which share a Valkey and a database.

use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

use tests::example::Example;
use tests::loopback::ask;
use tests::valkey::Shared;
use tests::{STRONG, Scratch};

use crate::client::{Tokens, admin, change, is, post, start_in, until, who};

/// What was said to one is done by all within this time.
const PROMISED: Duration = Duration::from_secs(1);

/// Does it again when it took longer, for the machine may have been held up: once in five it must keep the promise.
async fn within_the_promise(take: impl AsyncFn() -> Duration) {
    let mut took = Vec::new();
    for _ in 0..5 {
        took.push(take().await);
        if took.last().is_some_and(|took| *took < PROMISED) {
            return;
        }
    }
    panic!("{took:?}");
}

/// An address that nobody had before.
fn fresh_address() -> String {
    static NEXT: AtomicU8 = AtomicU8::new(1);
    format!("198.51.100.{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

struct Replicas {
    all: Vec<Example>,
    _folder: Scratch,
}

impl Replicas {
    fn start(shared: &Shared, on_outage: &str) -> Self {
        let folder = Scratch::new();
        let database = format!("sqlite://{}?mode=rwc", folder.join("app.db").display());
        let url = shared.url();
        let vars = [
            ("JWT_ACCESS_SECRET", STRONG[1]),
            ("JWT_REFRESH_SECRET", STRONG[2]),
            ("REFRESH_TOKEN_FINGERPRINT_PEPPER", STRONG[3]),
            ("DATABASE_URL", database.as_str()),
            ("DATABASE_MIN_POOL_SIZE", "1"),
            ("DATABASE_MAX_POOL_SIZE", "2"),
            ("VALKEY_URL", &url),
            ("VALKEY_KEY_SECRET", STRONG[4]),
            ("VALKEY_ON_OUTAGE", on_outage),
            // The machine of a test may be busy.
            ("VALKEY_TIMEOUT", "10s"),
            ("HEALTH_PERIOD", "1s"),
            // Everyone comes from this machine: what is limited here is what the replicas share.
            ("TRUSTED_PROXIES", "127.0.0.0/8"),
        ];
        Self {
            all: (0..3).map(|_| start_in(folder.path(), &vars)).collect(),
            _folder: folder,
        }
    }

    fn main(&self, n: usize) -> std::net::SocketAddr {
        self.all[n % 3].addr("main")
    }

    /// Whether each replica answers a request with one of these.
    async fn all_answer(&self, head: &str, status: u16) -> bool {
        for replica in &self.all {
            if ask(replica.addr("main"), head, "").await.status != status {
                return false;
            }
        }
        true
    }

    async fn all_refuse(&self, tokens: &[Tokens]) -> bool {
        for n in 0..3 {
            for token in tokens {
                if who(self.main(n), &token.access).await != 401 {
                    return false;
                }
            }
        }
        true
    }

    /// Asks all at once, and counts who passes, who is refused, and who is not served.
    async fn burst(&self, count: usize, head: &str) -> (usize, usize, usize) {
        let asking: Vec<_> = (0..count)
            .map(|n| {
                let (main, head) = (self.main(n), head.to_owned());
                tokio::spawn(async move { ask(main, &head, "").await.status })
            })
            .collect();
        let (mut passed, mut refused, mut unserved) = (0, 0, 0);
        for status in asking {
            match status.await.unwrap() {
                200 => passed += 1,
                429 => refused += 1,
                503 => unserved += 1,
                other => panic!("{other}"),
            }
        }
        (passed, refused, unserved)
    }
}

fn guest(address: &str) -> String {
    post("/guest", &format!("x-forwarded-for: {address}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_ten_an_hour_ten_pass_in_total_whichever_replica_is_asked() {
    let Some(shared) = Shared::start() else { return };
    let replicas = Replicas::start(&shared, "closed");
    assert_eq!(replicas.burst(60, &guest("192.0.2.1")).await, (10, 50, 0));
    assert_eq!(replicas.burst(30, &guest("192.0.2.2")).await, (10, 20, 0));

    // An account, too, from ever new addresses, with its newest token each time.
    let opened = ask(replicas.main(0), &guest("192.0.2.3"), "").await;
    let mut own = Tokens::of(&opened).refresh;
    for n in 0..10 {
        own = Tokens::of(&change(replicas.main(n), &own).await).refresh;
    }
    for n in 0..3 {
        let refused = change(replicas.main(n), &own).await;
        assert_eq!(refused.status, 429);
        let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
        assert!((3_400..=3_601).contains(&wait), "{wait}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_logout_reaches_every_replica_within_a_second() {
    let Some(shared) = Shared::start() else { return };
    let replicas = Replicas::start(&shared, "closed");
    within_the_promise(async || {
        let mut tokens = Vec::new();
        for n in 0..3 {
            // From ever new addresses, for there may be another round.
            let answer = ask(replicas.main(n), &guest(&fresh_address()), "").await;
            tokens.push(Tokens::of(&answer));
        }
        // Each is good on every replica.
        for n in 0..3 {
            for token in &tokens {
                assert_eq!(who(replicas.main(n), &token.access).await, 200);
            }
        }
        let answer = admin(&replicas.all[1], "logout-everyone", "").await;
        let ordered = Instant::now();
        assert_eq!(answer.status, 200, "{answer:?}");
        until("all refuse", async || replicas.all_refuse(&tokens).await).await;
        let took = ordered.elapsed();
        for (n, token) in tokens.iter().enumerate() {
            assert_eq!(change(replicas.main(n), &token.refresh).await.status, 401);
        }
        took
    })
    .await;
    for n in 0..3 {
        let again = Tokens::of(&ask(replicas.main(n), &guest(&fresh_address()), "").await);
        assert_eq!(
            who(replicas.main(n), &again.access).await,
            200,
            "whoever comes again"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn maintenance_reaches_every_replica_within_a_second() {
    let Some(mut shared) = Shared::start() else { return };
    let replicas = Replicas::start(&shared, "closed");
    let root = "GET / HTTP/1.1";
    assert!(replicas.all_answer(root, 200).await);
    for (command, status) in [("on 10m Back at noon.", 503), ("off", 200)] {
        within_the_promise(async || {
            let answer = admin(&replicas.all[2], "maintenance", command).await;
            let ordered = Instant::now();
            assert_eq!(answer.status, 200, "{answer:?}");
            until("all have heard", async || replicas.all_answer(root, status).await).await;
            ordered.elapsed()
        })
        .await;
        assert!(replicas.all_answer("GET /health/live HTTP/1.1", 200).await);
    }
    // What makes no sense is told to nobody.
    assert_eq!(admin(&replicas.all[0], "maintenance", "on 10y").await.status, 422);
    assert_eq!(admin(&replicas.all[0], "maintenance", "of").await.status, 422);
    assert!(replicas.all_answer(root, 200).await);

    // Without the server a command is done here, and says that nobody else heard.
    shared.stop();
    let answer = admin(&replicas.all[0], "maintenance", "on").await;
    assert!(
        answer.status == 422 && answer.body.contains("not told"),
        "{answer:?}"
    );
    assert_eq!(ask(replicas.main(0), root, "").await.status, 503);
    assert_eq!(ask(replicas.main(1), root, "").await.status, 200);
    let answer = admin(&replicas.all[0], "logout-everyone", "").await;
    assert!(
        answer.status == 422 && answer.body.contains("were not told"),
        "{answer:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_the_server_is_missed_as_was_chosen_and_found_again() {
    for (choice, without) in [("closed", (0, 0, 30)), ("open", (30, 0, 0))] {
        let Some(mut shared) = Shared::start() else { return };
        let replicas = Replicas::start(&shared, choice);
        assert_eq!(
            replicas.burst(12, &guest("192.0.2.1")).await,
            (10, 2, 0),
            "{choice}"
        );
        shared.stop();
        // A new client: each replica allows it the whole quota, or nothing.
        assert_eq!(replicas.burst(30, &guest("192.0.2.2")).await, without, "{choice}");
        if choice == "open" {
            let (passed, refused, unserved) = replicas.burst(9, &guest("192.0.2.2")).await;
            assert_eq!((passed, refused, unserved), (0, 9, 0), "the own count holds");
        }
        // It is degraded and ready: what needs no server goes on.
        for replica in &replicas.all {
            until("it is missed", async || is(replica, "replicas", "degraded").await).await;
        }
        let ready = async || replicas.all_answer("GET /health/ready HTTP/1.1", 200).await;
        until("all are ready", ready).await;
        assert!(replicas.all_answer("GET / HTTP/1.1", 200).await);

        shared.go();
        for replica in &replicas.all {
            until("it is found", async || is(replica, "replicas", "healthy").await).await;
        }
        assert_eq!(
            replicas.burst(30, &guest("192.0.2.3")).await,
            (10, 20, 0),
            "{choice}"
        );
    }
}
