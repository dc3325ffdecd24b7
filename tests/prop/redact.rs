//! `redact` leaves nothing of eight bytes of a secret in any encoding that widely used crates write.
//!
//! More cases: `REDACT_CASES=1000000 cargo test --release -p tests --test prop redact`.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use bytes::Bytes;
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_encode};
use secure_config::{SecretBytes, redact};
use tests::Numbers;
use url::{Url, form_urlencoded};

/// What the standard for URLs encodes in a user name or password, and what it leaves in a query.
const USERINFO: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'/')
    .add(b':')
    .add(b';')
    .add(b'=')
    .add(b'@')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'|');
const QUERY: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>');
const WITH_PERCENT: &AsciiSet = &QUERY.add(b'%').add(b'/');

const KEY: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
const PRINTABLE: &[u8] = b" !\"#$%&'()*+,-./0123456789:;<=>?@ABCXYZ[\\]^_`abcxyz{|}~%%++  25";

/// A secret: a key as tools make it, printable characters with every sign, text of any language, or any bytes.
fn secret(numbers: &mut Numbers) -> Vec<u8> {
    let length = 8 + (numbers.word() % 80) as usize;
    match numbers.word() % 6 {
        0 => tests::base64(&numbers.bytes(length)).into_bytes(),
        1 => tests::hex(&numbers.bytes(length)).into_bytes(),
        2 => numbers.text(KEY, length).into_bytes(),
        3 => numbers.text(PRINTABLE, length).into_bytes(),
        4 => {
            let character = |_| char::from_u32((numbers.word() % 0x1_F000) as u32).unwrap_or('é');
            (0..length).map(character).collect::<String>().into_bytes()
        }
        _ => numbers.bytes(length),
    }
}

/// Every encoding of `secret`, with the name of what made it.
fn encodings(secret: &[u8], before: &[u8], after: &[u8]) -> Vec<(&'static str, String)> {
    let mut all = Vec::new();
    let mut add = |name, text: String| all.push((name, text));
    for set in [NON_ALPHANUMERIC, CONTROLS, USERINFO, QUERY, WITH_PERCENT] {
        let once = percent_encode(secret, set).to_string();
        add(
            "percent-encoding twice",
            percent_encode(once.as_bytes(), set).to_string(),
        );
        add(
            "percent-encoding in a form",
            form_urlencoded::byte_serialize(once.as_bytes()).collect(),
        );
        add("percent-encoding", once);
    }
    add("form", form_urlencoded::byte_serialize(secret).collect());
    add("hex", hex::encode(secret));
    add("hex, upper case", hex::encode_upper(secret));
    let surrounded = [before, secret, after].concat();
    for engine in [&STANDARD, &STANDARD_NO_PAD, &URL_SAFE, &URL_SAFE_NO_PAD] {
        add("base64", engine.encode(secret));
        // The characters that hold a bit of the secret.
        let whole = engine.encode(&surrounded);
        let (start, end) = (
            before.len() * 8 / 6,
            ((before.len() + secret.len()) * 8).div_ceil(6),
        );
        add("base64 inside other text", whole[start..end].to_owned());
    }
    add("JSON of bytes", serde_json::to_string(secret).unwrap());
    add(
        "pretty JSON of bytes",
        serde_json::to_string_pretty(secret).unwrap(),
    );
    add("Debug of bytes", format!("{secret:?}"));
    add("pretty Debug of bytes", format!("{secret:#?}"));
    add("Debug of Bytes", format!("{:?}", Bytes::copy_from_slice(secret)));
    add("escape_ascii", secret.escape_ascii().to_string());
    let Ok(text) = std::str::from_utf8(secret) else {
        return all;
    };
    add("as it is", text.to_owned());
    add("JSON", serde_json::to_string(text).unwrap());
    add("Debug", format!("{text:?}"));
    add("escape_unicode", text.escape_unicode().to_string());
    add("escape_default", text.escape_default().to_string());
    let mut url = Url::parse("https://host.example/").unwrap();
    url.query_pairs_mut().append_pair("next", text);
    add("url: query", url.to_string());
    let mut outer = Url::parse("https://host.example/").unwrap();
    outer.query_pairs_mut().append_pair("url", url.as_str());
    add("url: query of a query", outer.to_string());
    let mut url = Url::parse("https://host.example/").unwrap();
    url.set_password(Some(text)).unwrap();
    add("url: password", url.to_string());
    let mut url = Url::parse("https://host.example/").unwrap();
    url.set_username(text).unwrap();
    add("url: user", url.to_string());
    // In these a tab or a line end is dropped, which makes another secret of it.
    if !text.contains(['\t', '\n', '\r']) {
        let mut url = Url::parse("https://host.example/").unwrap();
        url.path_segments_mut().unwrap().push(text);
        add("url: path", url.to_string());
        url.set_fragment(Some(text));
        add("url: fragment", url.to_string());
    }
    all
}

/// What the texts of [`encodings`] have in front of the secret.
const LEADS: [&str; 6] = [
    "https://host.example/?url=https%3A%2F%2Fhost.example%2F%3Fnext%3D",
    "https://host.example/?next=",
    "https://host.example/#",
    "https://host.example/",
    "https://:",
    "https://",
];

/// Eight bytes of an encoded secret that `output` still has.
fn shown<'a>(encoded: &'a str, output: &str) -> Option<&'a [u8]> {
    let lead = LEADS.iter().find(|lead| encoded.starts_with(*lead));
    let own = &encoded[lead.map_or(0, |lead| lead.len())..];
    // Of a user name or password.
    let own = own.strip_suffix("@host.example/").unwrap_or(own);
    let is_shown = |part: &&[u8]| output.as_bytes().windows(8).any(|window| window == *part);
    own.as_bytes().windows(8).find(is_shown)
}

#[test]
fn nothing_of_a_secret_is_left_in_any_encoding_that_crates_write() {
    let cases = std::env::var("REDACT_CASES").map_or(5_000, |cases| cases.parse::<usize>().unwrap());
    let mut numbers = Numbers::new(20_261_201);
    let (mut tried, mut failures) = (0, Vec::new());
    while tried < cases {
        let secret = secret(&mut numbers);
        let held = SecretBytes::from(secret.clone());
        let around = numbers.bytes(12);
        let (before, after) = around.split_at((numbers.word() % 7) as usize);
        for (name, encoded) in encodings(&secret, before, after) {
            tried += 1;
            let text = format!("lead {encoded} trail");
            let output = redact(&text);
            if let Some(piece) = shown(&encoded, &output) {
                failures.push(format!(
                    "{name}: {} in {output:?} for {encoded:?}",
                    piece.escape_ascii()
                ));
            }
            assert!(
                output.starts_with("lead ") && output.ends_with(" trail"),
                "{output}"
            );
        }
        drop(held);
    }
    assert!(
        failures.is_empty(),
        "{} of {tried}:\n{}",
        failures.len(),
        failures[..failures.len().min(5)].join("\n")
    );
}

#[test]
fn text_without_a_secret_is_not_touched() {
    let mut numbers = Numbers::new(7);
    let _held = SecretBytes::from(numbers.bytes(32));
    for _ in 0..200 {
        let bytes = numbers.bytes(48);
        for (name, encoded) in encodings(&bytes, b"", b"") {
            assert!(
                matches!(redact(&encoded), std::borrow::Cow::Borrowed(_)),
                "{name}: {encoded}"
            );
        }
    }
}
