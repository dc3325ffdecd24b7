//! One command reaches every replica.

use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use secure_config::SecretString;
use secure_config::keyring::KeyRing;
use secure_runtime::maintenance::Switch;
use secure_runtime::replicas::{Follower, Following, Valkey};
use tests::STRONG;

use super::server::{Replicas, Shared, until};

struct Replica {
    valkey: Valkey,
    ring: KeyRing,
    switch: Switch,
    _following: Following,
}

async fn replica(shared: &Shared) -> Replica {
    let valkey = shared.replica("open").await;
    let ring = KeyRing::new(&SecretString::new(STRONG[1]), Duration::from_secs(60));
    let switch = Switch::new();
    let told = ring.clone();
    let following = Follower::new(&valkey)
        .switch(&switch)
        .on_log_out(move |instant| told.set_not_before(instant))
        .start()
        .await;
    Replica {
        valkey,
        ring,
        switch,
        _following: following,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_issued_before_a_logout_are_refused_on_every_replica_within_a_second() {
    let Some(shared) = Shared::start() else { return };
    let replicas = [
        replica(&shared).await,
        replica(&shared).await,
        replica(&shared).await,
    ];
    let issued: Vec<u64> = replicas.iter().map(|replica| replica.ring.issue_time()).collect();
    let all = |admit: bool| {
        let admits = |replica: &Replica| issued.iter().all(|&at| replica.ring.admits(at) == admit);
        replicas.iter().all(admits)
    };
    assert!(all(true));

    let instant = replicas[0].valkey.log_out_everyone().await.unwrap();
    until("every replica refuses", || all(false)).await;
    for replica in &replicas {
        assert_eq!(replica.ring.not_before(), Some(instant));
        assert!(
            replica.ring.admits(replica.ring.issue_time()),
            "a new login counts"
        );
    }

    // A replica that starts later knows; a second logout is later than the first.
    let late = replica(&shared).await;
    assert!(issued.iter().all(|&at| !late.ring.admits(at)));
    let second = late.valkey.log_out_everyone().await.unwrap();
    assert!(second > instant && second <= SystemTime::now() + Duration::from_secs(3));
}

#[tokio::test(flavor = "multi_thread")]
async fn maintenance_shuts_and_opens_every_replica() {
    let Some(shared) = Shared::start() else { return };
    let replicas = [
        replica(&shared).await,
        replica(&shared).await,
        replica(&shared).await,
    ];
    replicas[1].valkey.shut("10m Back at noon.").await.unwrap();
    until("all are shut", || {
        replicas.iter().all(|replica| replica.switch.is_on())
    })
    .await;
    for replica in &replicas {
        let notice = replica.switch.notice().unwrap();
        assert_eq!(notice.text(), Some("Back at noon."));
        assert_eq!(notice.wait_time(), Some(Duration::from_secs(600)));
    }
    // An empty notice shuts, too.
    replicas[2].valkey.shut("").await.unwrap();
    until("all have the new notice", || {
        let says_nothing = |replica: &Replica| {
            replica
                .switch
                .notice()
                .is_some_and(|notice| notice.text().is_none())
        };
        replicas.iter().all(says_nothing)
    })
    .await;
    replicas[0].valkey.open().await.unwrap();
    until("all are open", || {
        replicas.iter().all(|replica| !replica.switch.is_on())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_server_everything_stays_as_it_is() {
    let Some(mut shared) = Shared::start() else { return };
    let one = replica(&shared).await;
    one.valkey.shut("Soon.").await.unwrap();
    let logout = one.valkey.log_out_everyone().await.unwrap();
    until("it is shut", || {
        one.switch.is_on() && one.ring.not_before() == Some(logout)
    })
    .await;
    shared.stop();
    until("the connection is lost", || !one.valkey.is_connected()).await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert!(one.switch.is_on() && one.ring.not_before() == Some(logout));
    assert!(one.valkey.open().await.is_err());

    // It comes back empty: the service opens, and nobody who was logged out comes in again.
    shared.go();
    until("it is open", || !one.switch.is_on()).await;
    assert_eq!(one.ring.not_before(), Some(logout));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_told_twice_and_nothing_after_the_end() {
    let Some(shared) = Shared::start() else { return };
    let valkey = shared.replica("open").await;
    let heard = std::sync::Arc::new(Mutex::new(Vec::new()));
    let listener = std::sync::Arc::clone(&heard);
    let following = Follower::new(&valkey)
        .every(Duration::from_millis(50))
        .on_maintenance(move |notice| listener.lock().unwrap().push(notice.map(str::to_owned)))
        .start()
        .await;
    valkey.shut(&"é".repeat(3000)).await.unwrap();
    until("it is heard", || heard.lock().unwrap().len() == 2).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    {
        let heard = heard.lock().unwrap();
        assert_eq!(heard.len(), 2);
        assert_eq!(heard[0], None);
        assert_eq!(
            heard[1].as_ref().unwrap().len(),
            4096,
            "cut where a character ends"
        );
    }
    drop(following);
    valkey.open().await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(heard.lock().unwrap().len(), 2);
}
