//! Refuses a variable or tag that was not filled in.
//!
//! The brackets alone prove nothing: a password manager's 32 characters contain `${…}` once in ten thousand times,
//! and `<…>` more often. So what is inside must be shorter to describe than noise, as names are: by 8 bits where
//! the brackets embrace the whole value, by 16 where they stand inside it. Noise that is so bracketed and passes
//! for a name comes less than once in a hundred million values.

use crate::gate::{Reason, estimate::estimate, shape::find};

/// What opens and closes a value that is one template: shells, Helm, Ansible, Python, batch files, people.
const WHOLE: [(&[u8], &[u8]); 23] = [
    (b"${", b"}"),
    (b"$(", b")"),
    (b"$[", b"]"),
    (b"$env:", b""),
    (b"$", b""),
    (b"{{", b"}}"),
    (b"{%", b"%}"),
    (b"{", b"}"),
    (b"#{", b"}#"),
    (b"#{", b"}"),
    (b"~{", b"}"),
    (b"((", b"))"),
    (b"[[", b"]]"),
    (b"<<", b">>"),
    (b"`", b"`"),
    (b"<%=", b"%>"),
    (b"<%", b"%>"),
    (b"<", b">"),
    (b"[", b"]"),
    (b"%(", b")s"),
    (b"%", b"%"),
    (b"__", b"__"),
    (b"@", b"@"),
];

/// What opens and closes a template inside a value.
const INSIDE: [(&[u8], &[u8]); 3] = [(b"${", b"}"), (b"$(", b")"), (b"{{", b"}}")];

/// How much shorter than noise a name is.
const NAME: i32 = 8;
const NAME_INSIDE: i32 = 16;
const EXPRESSION: i32 = 20;

/// Values of so few bytes are too weak anyway: the better reason may be given without proof.
const SHORT: usize = 8;

pub(in crate::gate) fn check(value: &[u8]) -> Option<Reason> {
    let is_whole = |(open, close): &(&[u8], &[u8])| {
        let inside = value
            .strip_prefix(*open)
            .and_then(|rest| rest.strip_suffix(*close));
        let gain = if value.len() <= SHORT { 0 } else { NAME };
        // Four signs of brackets are no chance, whatever stands between them; `_` is a digit of base64url.
        let is_bracketed = open.len() + close.len() >= 4 && *open != b"__";
        inside.is_some_and(|name| {
            is_name(name, gain)
                || open.len() >= 2 && is_variable(name)
                || is_bracketed && name.iter().any(u8::is_ascii_alphabetic)
        })
    };
    let is_inside = |(open, close): &(&[u8], &[u8])| {
        between(value, open, close).is_some_and(|name| is_name(name, NAME_INSIDE))
    };
    (WHOLE.iter().any(is_whole) || INSIDE.iter().any(is_inside)).then_some(Reason::Template)
}

fn between<'a>(value: &'a [u8], open: &[u8], close: &[u8]) -> Option<&'a [u8]> {
    let start = find(value, open)? + open.len();
    let rest = &value[start..];
    Some(&rest[..find(rest, close)?])
}

/// Whether `text` is letters, digits and what joins them, with a description `gain` bits shorter than noise; or text of
/// any signs whose description is far shorter.
fn is_name(text: &[u8], gain: i32) -> bool {
    let letters = text.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    if letters < 2 {
        return false;
    }
    let is_plain = text
        .iter()
        .all(|byte| byte.is_ascii_alphanumeric() || b" _-.:/,'|\"".contains(byte));
    if !is_plain {
        return estimate(text).drawn_gain >= EXPRESSION;
    }
    gain == 0 || estimate(text).drawn_gain >= gain
}

/// Whether `text` is a name in one case: in two brackets of two characters, noise is so once in 2²⁵ values.
fn is_variable(text: &[u8]) -> bool {
    let is_part = |is_letter: fn(&u8) -> bool| {
        text.iter()
            .all(|byte| is_letter(byte) || byte.is_ascii_digit() || *byte == b'_')
    };
    text.len() >= 4 && (is_part(u8::is_ascii_uppercase) || is_part(u8::is_ascii_lowercase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_refused() {
        for value in [
            "${JWT_SECRET}",
            "$JWT_SECRET",
            "$(cat /run/secrets/jwt)",
            "{{ .Values.jwtSecret }}",
            "{{ vault_signing_key }}",
            "<your-password>",
            "<PSK>",
            "<get from https://dashboard.stripe.com>",
            "[as configured]",
            "%JWT_SECRET_KEY%",
            "__DATABASE_PASSWORD__",
            "%(signing_secret)s",
            "prefix-${SESSION_SECRET}-suffix",
            "${PGPASS}",
            "<%= ENV.fetch('JWT_SECRET') %>",
            "((jwt_signing_key))",
            "`cat /run/secrets/jwt`",
            "#{JWT_SECRET}#",
        ] {
            assert_eq!(check(value.as_bytes()), Some(Reason::Template), "{value}");
        }
    }

    #[test]
    fn brackets_around_noise_are_not_a_template() {
        for value in [
            "<Vq7rT0xKpZ2mWc9bLh4n>",
            "%qrrUO3Q8yUUEp8K2SP%",
            "x9${Kq}2Wv7#pLm4Zr8@Tn",
            "$2y$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
            "{b0f91e4c-9d4b-4375-bc9b-9b57667ce7ab}",
        ] {
            assert_eq!(check(value.as_bytes()), None, "{value}");
        }
    }
}
