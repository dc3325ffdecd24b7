//! Refuses what was published.
//!
//! Values are compared folded: lower-case letters and digits only, so that `Change-Me`, `CHANGE_ME` and `changeme`
//! are one. Only what the estimate cannot know needs listing, because text gives itself away.

use crate::gate::Reason;

/// The default passwords that are short enough to be worth a list of their own.
const DEFAULTS: &[&str] = &[
    "12345678",
    "123456789",
    "1234567890",
    "admin",
    "administrator",
    "changeit",
    "changeme",
    "changethis",
    "changethissecret",
    "default",
    "guest",
    "letmein",
    "minioadmin",
    "minio123",
    "password",
    "postgres",
    "qwerty",
    "qwertyuiop",
    "redis",
    "root",
    "secret",
    "secretkey",
    "test",
    "toor",
    "user",
    "welcome",
];

pub(in crate::gate) fn check(value: &[u8]) -> Option<Reason> {
    let known = |default: &&str| default.bytes().eq(fold(value));
    DEFAULTS
        .iter()
        .any(known)
        .then_some(Reason::KnownDefault { family: None })
}

fn fold(value: &[u8]) -> impl Iterator<Item = u8> + '_ {
    value
        .iter()
        .filter(|byte| byte.is_ascii_alphanumeric())
        .map(u8::to_ascii_lowercase)
}
