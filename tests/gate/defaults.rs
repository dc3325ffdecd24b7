//! The defaults that made headlines are refused by name.

use secure_config::gate::{Policy, judge};

/// Published values: each stands in the project's own documentation or source.
const FAMILIES: [(&str, &str); 16] = [
    ("Apache Superset", r"\x02\x01thisismyscretkey\x01\x02\\e\\y\\y\\h"),
    ("Apache Superset", "CHANGE_ME_TO_A_COMPLEX_RANDOM_SECRET"),
    ("Apache Superset", "thisISaSECRET_1234"),
    ("Apache Airflow", "temporary_key"),
    (
        "Supabase",
        "your-super-secret-jwt-token-with-at-least-32-characters-long",
    ),
    ("Supabase", "your-super-secret-and-long-postgres-password"),
    ("Strapi", "toBeModified1,toBeModified2"),
    ("Strapi", "tobemodified"),
    ("Laravel", "base64:ssTlCmrIE/q7whnKMvT6DwURikg69COzGsAwFVROm80="),
    ("Django", "django-insecure-^7k2m!v9x0q4w8e5r1t6y3u"),
    ("Ruby on Rails", "development_secret"),
    (
        "FastAPI",
        "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",
    ),
    ("FastAPI", "changethis"),
    (
        "Flask",
        "192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf",
    ),
    ("Directus", "255d861b-5ea1-5996-9aa3-922530ec40b1"),
    ("jwt.io", "your-256-bit-secret"),
];

#[test]
fn published_defaults_name_their_family() {
    for (family, value) in FAMILIES {
        let reason = judge(value.as_bytes(), &Policy::key()).reason();
        let found = reason.and_then(|reason| reason.family());
        assert_eq!(found, Some(family), "{value}");
        let said = reason.map(|reason| reason.to_string()).unwrap_or_default();
        assert!(said.contains(family), "{said}");
    }
}

#[test]
fn top_passwords_and_their_digests_are_defaults() {
    for value in [
        "password",
        "Password123",
        "postgres",
        "minioadmin",
        "5f4dcc3b5aa765d61d8327deb882cf99",
        "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8",
        "21232f297a57a5a743894a0e4a801fc3",
    ] {
        for policy in [Policy::key(), Policy::password(), Policy::vendor_token()] {
            let reason = judge(value.as_bytes(), &policy).reason();
            assert_eq!(
                reason.map(|reason| reason.code()),
                Some("known_default"),
                "{value}"
            );
        }
    }
}

#[test]
fn a_default_is_a_default_before_it_is_short() {
    let reason = judge(b"changeme", &Policy::key()).reason();
    assert_eq!(reason.map(|reason| reason.code()), Some("known_default"));
    assert!(reason.is_some_and(|reason| !reason.is_waivable()));
}
