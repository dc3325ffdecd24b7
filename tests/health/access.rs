//! Who sees details, and that no one sees an error's text.

use http::header::{ACCEPT, AUTHORIZATION};
use http::{HeaderValue, Method};
use secure_config::{Profile, SecretString};
use secure_runtime::connection::Listener;
use secure_runtime::health::{BoxError, Health, HealthBuilder, HealthSettings};

use crate::support::{details, on, text};

const TOKEN: &str = "kq7Zr1Yw9uT3bXcV5nM8aSdF2gHjL4pE";

fn builder() -> HealthBuilder {
    Health::builder()
        .system(false)
        .critical("database", async || Ok::<_, BoxError>(()))
}

fn sees_details(health: &Health, listener: Listener, authorization: Option<&str>) -> bool {
    let mut request = on(listener, Method::GET, "/health");
    if let Some(value) = authorization {
        request
            .headers_mut()
            .insert(AUTHORIZATION, HeaderValue::from_str(value).unwrap());
    }
    text(&health.answer(&request).unwrap()).contains("checks")
}

#[tokio::test]
async fn listeners_token_profile_and_switch() {
    let plain = builder().start().unwrap();
    for (listener, shown) in [
        (Listener::Main, false),
        (Listener::Redirect, false),
        (Listener::Metrics, true),
        (Listener::Admin, true),
    ] {
        assert_eq!(sees_details(&plain, listener, None), shown, "{listener:?}");
    }

    let mut settings = HealthSettings::default();
    settings.token = Some(SecretString::new(TOKEN));
    let guarded = builder().settings(settings).start().unwrap();
    let bearer = format!("Bearer {TOKEN}");
    assert!(sees_details(&guarded, Listener::Main, Some(&bearer)));
    assert!(!sees_details(&guarded, Listener::Main, None));
    assert!(!sees_details(
        &guarded,
        Listener::Main,
        Some("Bearer kq7Zr1Yw9uT3bXcV5nM8aSdF2gHjL4pF")
    ));
    assert!(
        !sees_details(&guarded, Listener::Redirect, Some(&bearer)),
        "sent in the clear"
    );
    assert!(!format!("{guarded:?}").contains(TOKEN));
    let query = on(Listener::Main, Method::GET, &format!("/health?token={TOKEN}"));
    assert!(
        !text(&guarded.answer(&query).unwrap()).contains("checks"),
        "a header only"
    );

    for (profile, shown) in [
        (Profile::Development, true),
        (Profile::Test, false),
        (Profile::Staging, false),
    ] {
        let health = builder().profile(profile).start().unwrap();
        assert_eq!(sees_details(&health, Listener::Main, None), shown, "{profile:?}");
    }

    let mut settings = HealthSettings::default();
    settings.details = false;
    let off = builder()
        .profile(Profile::Development)
        .settings(settings)
        .start()
        .unwrap();
    assert!(!sees_details(&off, Listener::Admin, None));
}

#[tokio::test(start_paused = true)]
async fn no_text_of_an_error_or_a_panic_is_shown() {
    const SECRET: &str = "swordfish";
    let health = Health::builder()
        .profile(Profile::Development)
        .critical("database", async || {
            Err::<(), _>(format!("postgres://app:{SECRET}@db/shop: refused"))
        })
        .critical("queue", async || {
            if true {
                panic!("{SECRET}");
            }
            Ok::<_, BoxError>(())
        })
        .start()
        .unwrap();
    health.lifecycle().serve();
    health.settled().await;
    assert_eq!(details(&health)["checks"]["database"]["reason"], "failed");
    for listener in [
        Listener::Main,
        Listener::Metrics,
        Listener::Admin,
        Listener::Redirect,
    ] {
        for path in ["/health", "/health/live", "/health/ready"] {
            for accept in ["application/json", "text/html"] {
                let mut request = on(listener, Method::GET, path);
                request
                    .headers_mut()
                    .insert(ACCEPT, HeaderValue::from_static(accept));
                let answer = health.answer(&request).unwrap();
                assert!(!text(&answer).contains(SECRET), "{path}");
                assert!(!format!("{:?}", answer.headers()).contains(SECRET), "{path}");
            }
        }
    }
    assert!(!format!("{health:?}").contains(SECRET));
}
