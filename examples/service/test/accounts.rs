//! A sensitive action, ten times an hour for a user.

use tests::{
    json::Json,
    loopback::{Answer, ask},
};

use crate::start;

fn token(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{answer:?}");
    let body = Json::parse(&answer.body).unwrap();
    body.get("token").and_then(Json::as_str).unwrap().to_owned()
}

fn change(token: &str) -> String {
    format!("POST /account/token HTTP/1.1\nauthorization: Bearer {token}\ncontent-length: 0")
}

#[tokio::test]
async fn an_account_changes_its_token_ten_times_an_hour() {
    // Everyone comes from one proxy here, and is told apart all the same.
    let service = start(&[
        ("TRUSTED_PROXIES", "127.0.0.0/8"),
        ("LIMIT_CLIENT", "1000/s burst 1000"),
    ]);
    let main = service.addr("main");
    let mut tokens = Vec::new();
    for n in 0..2 {
        let head = format!("POST /guest HTTP/1.1\nx-forwarded-for: 192.0.2.{n}\ncontent-length: 0");
        tokens.push(token(&ask(main, &head, "").await));
    }
    for mut own in tokens {
        for n in 0..10 {
            // From ever new addresses.
            let head = format!("{}\nx-forwarded-for: 198.51.100.{n}", change(&own));
            let changed = token(&ask(main, &head, "").await);
            assert_ne!(changed, own);
            // The old one is good for nothing.
            assert_eq!(ask(main, &change(&own), "").await.status, 401);
            own = changed;
        }
        let refused = ask(main, &change(&own), "").await;
        assert_eq!(refused.status, 429);
        let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
        assert!((3_500..=3_601).contains(&wait), "{wait}");
        assert_eq!(refused.header("content-type"), Some("application/problem+json"));
    }
}

#[tokio::test]
async fn how_often_is_for_the_operator_to_say() {
    let service = start(&[("ACCOUNT_CHANGES", "1 per day")]);
    let main = service.addr("main");
    let opened = token(&ask(main, "POST /guest HTTP/1.1\ncontent-length: 0", "").await);
    let changed = token(&ask(main, &change(&opened), "").await);
    assert_eq!(ask(main, &change(&changed), "").await.status, 429);
}

#[tokio::test]
async fn nobody_in_particular_changes_nothing() {
    let service = start(&[]);
    let main = service.addr("main");
    for head in [
        "",
        "\nauthorization: Bearer ",
        "\nauthorization: Basic Zm9vOmJhcg==",
        "\nauthorization: Bearer guess",
    ] {
        let answer = ask(
            main,
            &format!("POST /account/token HTTP/1.1\ncontent-length: 0{head}"),
            "",
        )
        .await;
        assert_eq!(
            (answer.status, answer.header("www-authenticate")),
            (401, Some("Bearer"))
        );
    }
    assert_eq!(ask(main, "GET /account/token HTTP/1.1", "").await.status, 405);
}
