//! Tokens of accounts, and a sensitive action, ten times an hour for a user.

use std::time::Duration;

use tests::json::Json;
use tests::loopback::ask;

use crate::client::{Tokens, change, open, post, who};
use crate::start;

#[tokio::test]
async fn an_account_changes_its_token_ten_times_an_hour() {
    // Everyone comes from one proxy here, and is told apart all the same.
    let service = start(&[
        ("TRUSTED_PROXIES", "127.0.0.0/8"),
        ("LIMIT_CLIENT", "1000/s burst 1000"),
    ]);
    let main = service.addr("main");
    let mut opened = Vec::new();
    for n in 0..2 {
        let head = post("/guest", &format!("x-forwarded-for: 192.0.2.{n}"));
        opened.push(Tokens::of(&ask(main, &head, "").await));
    }
    for tokens in opened {
        let mut own = tokens.refresh;
        for n in 0..10 {
            // From ever new addresses.
            let fields = format!("authorization: Bearer {own}\nx-forwarded-for: 198.51.100.{n}");
            let changed = Tokens::of(&ask(main, &post("/account/token", &fields), "").await);
            assert_ne!(changed.refresh, own);
            // The old one is good for nothing.
            assert_eq!(change(main, &own).await.status, 401);
            own = changed.refresh;
        }
        let refused = change(main, &own).await;
        assert_eq!(refused.status, 429);
        let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
        assert!((3_400..=3_601).contains(&wait), "{wait}");
        assert_eq!(refused.header("content-type"), Some("application/problem+json"));
    }
    let reused = |line: &&Json| line.get("event").and_then(Json::as_str) == Some("authn_token_reuse");
    let reused = service.lines().iter().filter(reused).count();
    assert_eq!(reused, 20, "whoever has a copy of a token is told of");
}

#[tokio::test]
async fn each_token_is_good_for_what_it_is() {
    let service = start(&[("ACCESS_TOKEN_LIFETIME", "2s")]);
    let main = service.addr("main");
    let tokens = open(main).await;
    assert_eq!(who(main, &tokens.access).await, 200);
    assert_eq!(who(main, &tokens.refresh).await, 401);
    assert_eq!(change(main, &tokens.access).await.status, 401);
    tokio::time::sleep(Duration::from_millis(3_100)).await;
    assert_eq!(who(main, &tokens.access).await, 401, "it has ended");
    let changed = Tokens::of(&change(main, &tokens.refresh).await);
    assert_eq!(who(main, &changed.access).await, 200);
    // Who asks twice at once with one token gets one new one.
    let (one, two) = tokio::join!(change(main, &changed.refresh), change(main, &changed.refresh));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401]);
}

#[tokio::test]
async fn how_often_is_for_the_operator_to_say() {
    let service = start(&[("ACCOUNT_CHANGES", "1 per day")]);
    let main = service.addr("main");
    let opened = open(main).await;
    let changed = Tokens::of(&change(main, &opened.refresh).await);
    assert_eq!(change(main, &changed.refresh).await.status, 429);
}

#[tokio::test]
async fn nobody_in_particular_changes_nothing() {
    let service = start(&[]);
    let main = service.addr("main");
    for head in [
        "",
        "authorization: Bearer ",
        "authorization: Basic Zm9vOmJhcg==",
        "authorization: Bearer guess",
        // {"alg":"none"}, and claims of anybody.
        "authorization: Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIiwiaWF0Ijo5OTk5OTk5OTk5LCJleHAiOjk5OTk5OTk5OTksImp0aSI6IjEifQ.",
    ] {
        for request in [
            post("/account/token", head),
            format!("GET /account HTTP/1.1\n{head}"),
        ] {
            let answer = ask(main, &request, "").await;
            assert_eq!(
                (answer.status, answer.header("www-authenticate")),
                (401, Some("Bearer"))
            );
        }
    }
    assert_eq!(ask(main, "GET /account/token HTTP/1.1", "").await.status, 405);
    assert_eq!(ask(main, &post("/account", ""), "").await.status, 405);
}
