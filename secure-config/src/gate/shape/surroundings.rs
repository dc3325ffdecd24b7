//! What was copied along with a secret: quotes, the name before it, a header's scheme, an invisible character.
//!
//! Quotes at both ends of 32 printable characters are chance once in 9,000 values. So what stands between them has
//! to be of a smaller alphabet, by so much that noise of all printable characters is so made up with a probability
//! below 2⁻²⁴.

use super::starts_with;
use crate::gate::{
    Policy, Reason,
    estimate::{capacity, estimate},
    policy::Kind,
};

/// The improbability of a form, in bits, from which on it is none of chance.
const SURE: u32 = 24;

/// What one printable character carries, in sixteenths of a bit.
const PRINTABLE: u32 = 106;

/// The marks that stand around a value, opening and closing.
const PAIRS: [(u8, u8); 5] = [
    (b'"', b'"'),
    (b'\'', b'\''),
    (b'`', b'`'),
    (b'<', b'>'),
    (b'"', b'\''),
];

/// Marks outside ASCII: typographic quotes and what does not show.
const MARKS: [&str; 16] = [
    "\u{201c}", "\u{201d}", "\u{201e}", "\u{201f}", "\u{2018}", "\u{2019}", "\u{201a}", "\u{201b}", "\u{ab}",
    "\u{bb}", "\u{2039}", "\u{203a}", "\u{300c}", "\u{300d}", "\u{ff02}", "\u{ff07}",
];

/// The schemes of an `Authorization` header, in lower case.
const SCHEMES: [&[u8]; 5] = [b"bearer ", b"basic ", b"token ", b"apikey ", b"authorization:"];

/// What stands before a name in shells, Compose files and Dockerfiles, in lower case.
const COMMANDS: [&[u8]; 11] = [
    b"export ",
    b"set ",
    b"setx ",
    b"env ",
    b"-e ",
    b"--env ",
    b"--env=",
    b"declare -x ",
    b"$env:",
    b"arg ",
    b"--from-literal=",
];

/// The words that make a name in lower case one of a secret.
const NAMES: [&[u8]; 10] = [
    b"secret",
    b"key",
    b"token",
    b"password",
    b"passwd",
    b"pass",
    b"pwd",
    b"pepper",
    b"salt",
    b"credential",
];

pub(super) fn check(text: &[u8], policy: &Policy) -> Option<Reason> {
    if invisible(text) {
        return Some(Reason::InvisibleEdge);
    }
    if MARKS
        .iter()
        .any(|mark| text.starts_with(mark.as_bytes()) || text.ends_with(mark.as_bytes()))
    {
        return Some(Reason::Wrapped);
    }
    let scheme = SCHEMES.iter().any(|mark| starts_with(text, mark));
    // The token of a vendor may be the whole value of a header, which its client asks for.
    if scheme && policy.kind != Kind::VendorToken {
        return Some(Reason::Wrapped);
    }
    if is_wrapped(text, policy) {
        return Some(Reason::Wrapped);
    }
    is_assignment(text).then_some(Reason::Assignment)
}

/// Whether a character that does not show stands at an edge.
fn invisible(text: &[u8]) -> bool {
    let shown = |character: char| {
        !(character.is_whitespace()
            || matches!(
                character,
                '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
                    | '\u{2066}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            ))
    };
    let edge = |bytes: &[u8]| {
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
        };
        text.chars()
            .next()
            .is_some_and(|first| !first.is_ascii() && !shown(first))
    };
    let last = text.iter().rposition(|byte| byte & 0xc0 != 0x80).unwrap_or(0);
    edge(&text[..text.len().min(4)]) || edge(&text[last..])
}

fn is_wrapped(text: &[u8], policy: &Policy) -> bool {
    // What an escaped quote leaves, and what stands at the end of a line of JSON or code.
    let mut inner = text;
    let mut marks = 0;
    for mark in [&b","[..], b";"] {
        if let Some(rest) = inner.strip_suffix(mark) {
            inner = rest;
            marks += 1;
        }
    }
    for _ in 0..2 {
        let unescaped = inner
            .strip_prefix(b"\\\"")
            .and_then(|rest| rest.strip_suffix(b"\\\""));
        let pair = PAIRS.iter().find_map(|(open, close)| match inner {
            [first, inner @ .., last] if first == open && last == close => Some(inner),
            _ => None,
        });
        if let Some(rest) = unescaped {
            inner = rest;
            marks += 4;
        } else if let Some(rest) = pair {
            inner = rest;
            marks += 2;
        }
    }
    if marks == 0 || inner.is_empty() || text.len() > 4096 {
        return is_half_quoted(text, policy);
    }
    if marks == 1 {
        return policy.kind == Kind::Key && is_encoded(inner);
    }
    let noise = PRINTABLE * text.len() as u32;
    let found = capacity(inner);
    noise.saturating_sub(found) / 16 >= SURE
}

/// Whether one quote stands at one edge of an encoded key.
fn is_half_quoted(text: &[u8], policy: &Policy) -> bool {
    let quote = |byte: &u8| b"\"'`".contains(byte);
    let inner = match text {
        [first, inner @ ..] if quote(first) => inner,
        [inner @ .., last] if quote(last) => inner,
        _ => return false,
    };
    policy.kind == Kind::Key && is_encoded(inner)
}

/// Whether `text` has the length and the alphabet of encoded bytes: hexadecimal or base64 of 16, 24, 32, 48 or 64.
fn is_encoded(text: &[u8]) -> bool {
    let is_hex = text.iter().all(u8::is_ascii_hexdigit);
    let is_base64 = text
        .iter()
        .all(|byte| byte.is_ascii_alphanumeric() || b"+/-_=".contains(byte));
    let of = |lens: &[usize]| lens.contains(&text.len());
    is_hex && of(&[32, 40, 48, 64, 96, 128])
        || is_base64 && (of(&[43, 64, 86, 88]) || text.ends_with(b"=") && of(&[24, 44]))
}

fn is_assignment(text: &[u8]) -> bool {
    let mut line = text;
    let mut is_marked = false;
    while let Some(mark) = COMMANDS.iter().find(|mark| starts_with(line, mark)) {
        line = line[mark.len()..].trim_ascii_start();
        is_marked = true;
    }
    let quoted = line.strip_prefix(b"\"").or_else(|| line.strip_prefix(b"'"));
    let line = quoted.unwrap_or(line);
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.".contains(byte);
    let len = line.iter().take(80).take_while(|byte| is_part(byte)).count();
    let (name, rest) = line.split_at(len);
    if len < 2 - usize::from(is_marked) || !(name[0].is_ascii_alphabetic() || name[0] == b'_') {
        return false;
    }
    let rest = match rest {
        [b'"' | b'\'', rest @ ..] if quoted.is_some() => rest,
        rest => rest,
    };
    let blanks = rest.iter().take_while(|byte| **byte == b' ').count();
    let value = match &rest[blanks..] {
        [b':', b'=', value @ ..] | [b'=', value @ ..] => value,
        [b':', value @ ..] if value.starts_with(b" ") || quoted.is_some() => value,
        _ => return false,
    };
    // The padding of base64 follows no name.
    if value.iter().all(|byte| b"= \n".contains(byte)) {
        return false;
    }
    if is_marked {
        return true;
    }
    // Connection strings and signed queries are made of pairs, and are secrets as a whole.
    if value.iter().any(|byte| b";&".contains(byte)) && value.contains(&b'=') {
        return false;
    }
    let upper = name.len() >= 3
        && name
            .iter()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_');
    let named = || {
        let lower = |word: &&[u8]| {
            name.windows(word.len())
                .any(|part| part.eq_ignore_ascii_case(word))
        };
        name.len() >= 5 && NAMES.iter().any(lower)
    };
    if !upper && !named() {
        return false;
    }
    let noise = PRINTABLE * text.len() as u32;
    let value = value.trim_ascii();
    let (value, end) = match value {
        [value @ .., b',' | b';'] => (value, PRINTABLE),
        value => (value, 0),
    };
    let inner = match value {
        [first @ (b'"' | b'\''), inner @ .., last] if first == last => inner,
        value => value,
    };
    let form = capacity(name) + capacity(inner) + end;
    // Any place would do for the sign: what that adds to chance is taken off.
    let chance = 16 * (6 + u32::from(!upper) * 2);
    noise.saturating_sub(form + chance) / 16 + estimate(name).drawn_gain.max(0) as u32 >= SURE
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Option<Reason> {
        check(text.as_bytes(), &Policy::key())
    }

    const DIGITS: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    const BASE64: &str = "u9yY0sQ3pVb1nLh0r7mC4wXzQk2dTe8JfGa5iRoUvM4=";

    #[test]
    fn quotes_and_their_like_are_no_part_of_a_key() {
        for inner in [DIGITS, BASE64] {
            for (open, close) in [
                ("\"", "\""),
                ("'", "'"),
                ("`", "`"),
                ("<", ">"),
                ("\u{201c}", "\u{201d}"),
                ("\\\"", "\\\""),
                ("", ","),
                ("\"", "\","),
                ("'", "';"),
                ("\"", ""),
                ("", "'"),
                ("Bearer ", ""),
            ] {
                assert_eq!(
                    key(&format!("{open}{inner}{close}")),
                    Some(Reason::Wrapped),
                    "{open} {close}"
                );
            }
            assert_eq!(key(inner), None);
        }
    }

    #[test]
    fn a_name_is_no_part_of_a_key() {
        for text in [
            "JWT_SECRET=",
            "export K=",
            "export JWT_SECRET='",
            "JWT_SECRET: ",
            "jwt_secret = ",
            "set X=",
            "$env:JWT = ",
            "\"jwt_secret\": ",
        ] {
            let text = format!("{text}{DIGITS}");
            assert_eq!(key(&text), Some(Reason::Assignment), "{text}");
        }
        let pairs = format!("DefaultEndpointsProtocol=https;AccountName=shop;AccountKey={BASE64}");
        assert_eq!(key(&pairs), None);
        assert_eq!(key("KEYS=="), None);
    }

    #[test]
    fn invisible_edges_are_found_in_every_kind() {
        for edge in [
            "\u{a0}", "\u{200b}", "\u{3000}", "\u{feff}", "\u{2009}", "\u{2060}",
        ] {
            for text in [format!("{edge}sunny meadow"), format!("sunny meadow{edge}")] {
                let found = check(text.as_bytes(), &Policy::passphrase());
                assert_eq!(found, Some(Reason::InvisibleEdge), "{text:?}");
            }
        }
        assert_eq!(
            check("sonnige Wiese\u{e9}".as_bytes(), &Policy::passphrase()),
            None
        );
    }

    #[test]
    fn noise_with_a_quote_at_each_end_stays() {
        for text in [
            "\"x9$Kq!2Wv7#pLm4Zr8@Tn\"",
            "'%u/[]*;-?:c|@&a1_'",
            "ab=x9$Kq!2Wv7#pLm4Zr8@Tn",
            "<x9$Kq!2Wv7#pLm>",
        ] {
            assert_eq!(key(text), None, "{text}");
        }
    }
}
