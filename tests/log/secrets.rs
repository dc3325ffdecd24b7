//! What never stands in a line.

use std::fmt;

use tracing::{Span, info, info_span};

use crate::capture::{field, json, lines, number, object, objects};

/// Formatted, it would be found.
const SECRET: &str = "hunter2-do-not-log";

#[test]
fn fields_of_secret_names_are_redacted_in_any_case() {
    let (lines, _guard) = lines(json(), || {
        info!(
            password = SECRET, Password = SECRET, PASSWORD = %SECRET, user.password = ?SECRET, userPassword = SECRET,
            api_key = SECRET, apiKey = SECRET, "x-api-key" = SECRET, "Authorization" = SECRET, "set-cookie" = SECRET,
            access_token = SECRET, a.b.c.secret.d = SECRET, jwt = SECRET, session_id = SECRET, pin = 987_654_321, card_number = 4_242_424_242_424_242_u64,
            "m"
        );
    });
    // Numbers that no timestamp has in it.
    for shown in [SECRET, "987654321", "4242424242424242"] {
        assert!(!lines[0].contains(shown), "{}", lines[0]);
    }
    assert_eq!(lines[0].matches("\"[REDACTED]\"").count(), 16);
}

#[test]
fn names_about_secrets_are_not() {
    let line = object(|| {
        info!(
            token_count = 7,
            password_length = 12,
            has_password = true,
            key = "k",
            author = "a"
        )
    });
    assert_eq!(
        (number(&line, "token_count"), number(&line, "has_password")),
        ("7", "true")
    );
    assert_eq!((field(&line, "key"), field(&line, "author")), ("k", "a"));
}

#[test]
fn spans_and_late_records_are_redacted() {
    let lines = objects(|| {
        info_span!("s", Password = SECRET, token = tracing::field::Empty).in_scope(|| {
            Span::current().record("token", SECRET);
            info_span!("t", client_secret = %SECRET).in_scope(|| info!("m"));
        });
    });
    assert_eq!(
        (field(&lines[0], "Password"), field(&lines[0], "token")),
        ("[REDACTED]", "[REDACTED]")
    );
    assert_eq!(field(&lines[0], "client_secret"), "[REDACTED]");
    assert!(!format!("{lines:?}").contains(SECRET));
}

#[test]
fn a_redacted_value_is_not_even_formatted() {
    struct Loud;
    impl fmt::Debug for Loud {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            panic!("formatted")
        }
    }
    assert_eq!(field(&object(|| info!(secret = ?Loud)), "secret"), "[REDACTED]");
}

#[derive(Debug)]
#[expect(dead_code, reason = "they are formatted")]
struct Login {
    user: &'static str,
    password: Option<&'static str>,
    nested: Nested,
}

#[derive(Debug)]
#[expect(dead_code, reason = "they are formatted")]
struct Nested {
    api_key: String,
    pin: u32,
    tokens: Vec<&'static str>,
    harmless: &'static str,
}

fn login() -> Login {
    let nested = Nested {
        api_key: SECRET.into(),
        pin: 123_456,
        tokens: vec![],
        harmless: "stays",
    };
    Login {
        user: "bob",
        password: Some(SECRET),
        nested,
    }
}

#[test]
fn fields_inside_a_formatted_struct_are_redacted() {
    let (lines, _guard) = lines(json(), || {
        let login = login();
        info!(?login, "m");
        info!(pretty = format_args!("{login:#?}"), "m");
        info!("got {login:?}");
        info_span!("s", ?login).in_scope(|| info!("m"));
    });
    assert_eq!(lines.len(), 4);
    for line in lines {
        assert!(!line.contains(SECRET) && !line.contains("123456"), "{line}");
        assert!(line.contains("bob") && line.contains("stays"), "{line}");
    }
}

#[test]
fn and_inside_json_queries_headers_and_urls() {
    for text in [
        r#"{"user":"bob","password":"hunter2-do-not-log","stays":1}"#.to_owned(),
        format!(
            "{:?}",
            r#"{"user":"bob","Access-Token":"hunter2-do-not-log","stays":1}"#
        ),
        "GET /x?user=bob&token=hunter2-do-not-log&stays=1".to_owned(),
        "bob stays at postgres://app:hunter2-do-not-log@db/x".to_owned(),
        "Host: bob stays\r\nAuthorization: Bearer hunter2-do-not-log\r\n".to_owned(),
        "bob stays\npassword=hunter2-do-not-log".to_owned(),
    ] {
        let (lines, _guard) = lines(json(), || {
            info!(text, "m");
            info!(shown = %text, debug = ?text, "m");
            info!("{text}");
        });
        assert_eq!(lines.len(), 3);
        for line in lines {
            crate::capture::parse_line(&line);
            assert!(!line.contains(SECRET) && line.contains("[REDACTED]"), "{line}");
            assert!(line.contains("bob") && line.contains("stays"), "{line}");
        }
    }
}

#[test]
fn a_secret_across_the_cut_is_not_shown_in_part() {
    for pad in 4_000..4_100 {
        let text = format!("{} password=\"{SECRET}\"", "x".repeat(pad));
        let (lines, _guard) = lines(json(), || info!(text, shown = %text, "m"));
        assert!(!lines[0].contains("hunter"), "{pad}");
        crate::capture::parse_line(&lines[0]);
    }
}

#[test]
fn a_service_adds_names_and_takes_them_back() {
    let settings = json().redact("internal_ref").reveal("session");
    let (lines, _guard) = lines(settings, || {
        info!(user.InternalRef = SECRET, session = "shown", debug = ?format_args!("X {{ internal_ref: {SECRET:?} }}"), "m");
    });
    assert!(!lines[0].contains(SECRET), "{}", lines[0]);
    assert!(lines[0].contains("\"session\":\"shown\""));
}

#[test]
fn secrets_of_the_configuration_redact_themselves() {
    let secret = secure_config::SecretString::new("p4Zq-hunter2-do-not-log-8Wm2Hs7Jd4");
    let (lines, _guard) = lines(json(), || info!(value = ?secret, "{secret:?}"));
    assert!(!lines[0].contains("hunter2"));
}
