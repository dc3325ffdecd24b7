//! Values of secrets that break one rule each, made around text that is random and so found for sure.

use tests::{Numbers, base64, hex};

/// A value and the rule that it is made to break.
pub(crate) struct Value {
    pub(crate) label: &'static str,
    pub(crate) bytes: Vec<u8>,
}

const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz";
const ALPHANUMERIC: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// Values for a secret of any type.
pub(crate) fn all(numbers: &mut Numbers) -> Vec<Value> {
    let mut text = |length| numbers.text(ALPHANUMERIC, length);
    let sound = text(44);
    let short = text(14);
    let (left, right) = (text(20), text(20));
    let mebibyte = text(1 << 20);
    let more = text((1 << 20) + 1);
    let million = text(1_000_000);
    let word = |numbers: &mut Numbers| numbers.text(LETTERS, 12);
    let (first, second) = (word(numbers), word(numbers));
    let bytes = numbers.bytes(32);
    let binary = numbers.bytes(48);
    let mut latin1 = sound.clone().into_bytes();
    latin1.extend(b"\xe9\xe8");

    let mut values: Vec<(&'static str, Vec<u8>)> = vec![
        ("sound", sound.clone().into()),
        ("hex", hex(&bytes).into()),
        ("hex, too long", hex(&binary).into()),
        ("hex, too short", hex(&bytes[..8]).into()),
        ("base64", base64(&bytes).into()),
        (
            "base64url",
            base64(&bytes)
                .replace('+', "-")
                .replace('/', "_")
                .replace('=', "")
                .into(),
        ),
        ("binary", binary),
        ("latin 1", latin1),
        ("short", short.into()),
        ("a blank behind", format!("{sound} ").into()),
        ("a line end behind", format!("{sound}\n\n").into()),
        ("a byte order mark", format!("\u{feff}{sound}").into()),
        ("a control inside", format!("{left}\u{1}{right}").into()),
        ("a NUL inside", format!("{left}\0{right}").into()),
        (
            "terminal commands",
            format!("{left}\u{1b}[31m\u{202e}{right}").into(),
        ),
        ("umlauts", format!("{left}äöü{right}").into()),
        ("a line end inside", format!("{left}\n{right}").into()),
        ("template", "${WAREHOUSE_SIGNATURE_VALUE}".into()),
        ("angle brackets", format!("<{first} {second}>").into()),
        ("marked insecure", format!("django-insecure-{sound}").into()),
        ("test key", format!("sk_test_{sound}").into()),
        ("repeated", first.repeat(5).into()),
        ("few characters", "zqzzqqzqzqqqzzqzqzqqzqzqzqzzqqzq".into()),
        ("human", "thisisaverylongtextthatapersontyped".into()),
        ("passphrase", "zebra violin copper lantern museum orbit".into()),
        (
            "human in base64",
            base64(b"this is a very long text that a person typed").into(),
        ),
        ("placeholder", "your-very-own-signing-key-goes-here-please".into()),
        ("known default", "changeme".into()),
        ("a mebibyte", mebibyte.into()),
        ("more than a mebibyte", more.into()),
        ("a million bytes that are no text", numbers.bytes(1_000_000)),
        ("a million bytes of text", million.into()),
        ("quotes", format!("\"{left}\"{right}").into()),
        (
            "json",
            format!("{{\"key\": \"{left}\", \"other\": \"{right}\"}}").into(),
        ),
        ("no url", format!("{left}.example.com/{right}").into()),
        (
            "url",
            format!("postgres://{left}:{right}@{first}.example.com:5432/{second}").into(),
        ),
        (
            "url of a weak password",
            format!("postgres://{left}:password@h/{second}").into(),
        ),
        (
            "url of a template",
            format!("postgres://{left}:${{{first}}}@h/{second}").into(),
        ),
        (
            "url with a bad port",
            format!("postgres://{left}:{right}/x@h/{second}").into(),
        ),
        (
            "url with a stray percent",
            format!("postgres://{left}:{right}%@h/").into(),
        ),
        (
            "url with a blank",
            format!("postgres://{left}:{right} @h/").into(),
        ),
        ("url that is cut", format!("redis://{left}/{right}@h").into()),
        ("dsn", format!("https://{left}@o1.example.com/{right}").into()),
    ];
    values.push(("a private key", pem(&base64(&numbers.bytes(600))).into()));
    values
        .into_iter()
        .map(|(label, bytes)| Value { label, bytes })
        .collect()
}

/// What a PEM file looks like. The lines in between are the secret; the first and the last are known to all.
fn pem(digits: &str) -> String {
    let lines: Vec<&str> = digits
        .as_bytes()
        .chunks(64)
        .map(|line| std::str::from_utf8(line).expect("digits"))
        .collect();
    format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----",
        lines.join("\n")
    )
}
