//! The service with a real Postgres: what three replicas keep there, and what probes say when it goes away.

use tests::example::Example;
use tests::live::postgres_url;
use tests::loopback::ask;
use tests::servers::Postgres;
use tests::{STRONG, Scratch};

use crate::client::{Tokens, admin, change, check, is, open, start_in, until, who};

/// Replicas that start at the same moment, in a database with nothing in it.
fn replicas(count: usize, folder: &Scratch, url: &str) -> Vec<Example> {
    let vars = [
        ("JWT_ACCESS_SECRET", STRONG[1]),
        ("JWT_REFRESH_SECRET", STRONG[2]),
        ("REFRESH_TOKEN_FINGERPRINT_PEPPER", STRONG[3]),
        ("DATABASE_URL", url),
        ("DATABASE_MIN_POOL_SIZE", "1"),
        ("DATABASE_MAX_POOL_SIZE", "4"),
        ("DATABASE_ACQUIRE_TIMEOUT", "3s"),
        // Its timeout is the default, which is longer.
        ("HEALTH_PERIOD", "2s"),
    ];
    std::thread::scope(|scope| {
        let starting: Vec<_> = (0..count)
            .map(|_| scope.spawn(|| start_in(folder.path(), &vars)))
            .collect();
        starting.into_iter().map(|one| one.join().unwrap()).collect()
    })
}

/// Postgres takes connections before it takes logins.
async fn takes_logins(url: &str) {
    until("it takes logins", async || sqlx_connects(url).await).await;
}

async fn sqlx_connects(url: &str) -> bool {
    use sqlx::Connection;
    sqlx::PgConnection::connect(url).await.is_ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_share_accounts_and_a_logout_outlasts_them() {
    let Some(_) = postgres_url() else {
        return;
    };
    let (postgres, folder) = (Postgres::start(), Scratch::new());
    let url = postgres.url();
    takes_logins(&url).await;
    let all = replicas(3, &folder, &url);
    let main = |n: usize| all[n % 3].addr("main");
    let (mut own, idle) = (open(main(0)).await, open(main(1)).await);
    for n in 0..6 {
        let changed = Tokens::of(&change(main(n), &own.refresh).await);
        assert_eq!(change(main(n + 1), &own.refresh).await.status, 401, "the old one");
        own = changed;
        assert_eq!(who(main(n + 2), &own.access).await, 200);
    }
    let answer = admin(&all[0], "logout-everyone", "").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(who(main(0), &own.access).await, 401);
    // Without a Valkey the others learn of it when they start.
    drop(all);
    let all = replicas(3, &folder, &url);
    for replica in &all {
        let main = replica.addr("main");
        assert_eq!(who(main, &own.access).await, 401);
        assert_eq!(change(main, &idle.refresh).await.status, 401);
        assert_eq!(who(main, &open(main).await.access).await, 200);
    }
}

/// Not ready, alive, each request answered; and all well again without anyone's help.
async fn survives(service: &Example, begin: impl FnOnce(), end: impl FnOnce()) {
    let main = service.addr("main");
    let status = async |path: &str| ask(main, &format!("GET {path} HTTP/1.1"), "").await.status;
    until("it is ready", async || status("/health/ready").await == 200).await;
    assert_eq!(status("/visits").await, 200);
    begin();
    until("it is not ready", async || status("/health/ready").await == 503).await;
    assert_eq!(status("/health/live").await, 200);
    assert!(is(service, "database", "unhealthy").await);
    assert_eq!(status("/").await, 200, "what needs no database");
    // `ask` fails the test when that takes longer than any of the timeouts.
    assert_eq!(status("/visits").await, 503);
    end();
    until("it is ready again", async || status("/health/ready").await == 200).await;
    until("it answers again", async || status("/visits").await == 200).await;
    let details = check(service, "database").await;
    assert!(
        details.get("response_time_ms").is_some() && details.get("connections").is_some(),
        "{details:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_stops_or_freezes_is_seen_by_probes() {
    let Some(_) = postgres_url() else {
        return;
    };
    let (postgres, folder) = (Postgres::start(), Scratch::new());
    takes_logins(&postgres.url()).await;
    let all = replicas(1, &folder, &postgres.url());
    let postgres = std::sync::Mutex::new(postgres);
    let with = |act: fn(&mut Postgres)| act(&mut postgres.lock().unwrap());
    survives(&all[0], || with(Postgres::stop), || with(Postgres::start_again)).await;
    survives(&all[0], || with(|it| it.freeze()), || with(|it| it.thaw())).await;
}
