//! The forms in which a secret can be sent, made and looked for without the library.

use std::fmt::Write;

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};

/// A text with the secret in it, and what of it must not be found.
pub(crate) struct Form {
    pub(crate) text: String,
    pub(crate) needle: String,
}

/// Every form of `secret` that there is.
pub(crate) fn of(secret: &[u8]) -> Vec<Form> {
    let mut forms = Vec::new();
    let mut add = |text: String| {
        forms.push(Form {
            needle: text.clone(),
            text,
        });
    };
    if let Ok(text) = std::str::from_utf8(secret) {
        add(text.to_owned());
        let inside = |quoted: String| quoted[1..quoted.len() - 1].to_owned();
        add(inside(format!("{text:?}")));
        add(inside(serde_json::to_string(text).unwrap()));
    }
    add(each(secret, |byte| format!("%{byte:02X}")));
    add(each(secret, |byte| format!("%{byte:02x}")));
    add(each(secret, |byte| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        b' ' => "+".to_owned(),
        _ => format!("%{byte:02X}"),
    }));
    add(each(secret, |byte| format!("{byte:02x}")));
    add(each(secret, |byte| format!("{byte:02X}")));
    for before in 0..3 {
        let all = [&b"ab"[..before], secret, b"yz"].concat();
        // Characters that hold nothing but bits of the secret.
        let (start, end) = ((before * 8).div_ceil(6), (before + secret.len()) * 8 / 6);
        for text in [STANDARD.encode(&all), URL_SAFE_NO_PAD.encode(&all)] {
            let needle = text[start..end].to_owned();
            forms.push(Form { text, needle });
        }
    }
    forms
}

/// What percent-encoding in a text stands for, be it of all characters or of some.
pub(crate) fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let coded = digits
            .filter(|_| byte == b'%')
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(coded.unwrap_or(byte));
        rest = &after[if coded.is_some() { 2 } else { 0 }..];
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn each(bytes: &[u8], form: impl Fn(u8) -> String) -> String {
    bytes.iter().fold(String::new(), |mut text, &byte| {
        write!(text, "{}", form(byte)).unwrap();
        text
    })
}

#[test]
fn the_forms_are_what_they_should_be() {
    let forms = of(b"se cr/et\"");
    let texts: Vec<&str> = forms.iter().map(|form| form.text.as_str()).collect();
    for text in [
        "se cr/et\"",
        "se cr/et\\\"",
        "%73%65%20%63%72%2F%65%74%22",
        "se+cr%2Fet%22",
        "73652063722f657422",
        "c2UgY3IvZXQieXo=",
    ] {
        assert!(texts.contains(&text), "{text} in {texts:?}");
    }
    // "se cr/et\"" alone is `c2UgY3IvZXQi`.
    assert!(forms.iter().any(|form| form.needle == "c2UgY3IvZXQi"));
}
