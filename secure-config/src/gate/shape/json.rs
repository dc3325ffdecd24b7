//! Judges text that parses as JSON by its values: JSON Web Keys, credentials of a service account, error responses.

use super::{output, public};
use crate::gate::{Policy, Reason, outcome_of_part, policy::Kind, rules::container, scratch::Scratch};

/// What the JSON of a value means for it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::gate) enum Json {
    /// A value in it is the secret.
    Holds,
    /// None is.
    Lacks(Reason),
}

/// The longest text that is parsed, and how deep.
const LIMIT: usize = 64 * 1024;
const DEPTH: u32 = 32;

/// How many values are judged; the longest credentials of a vendor have fewer.
const JUDGED: u32 = 24;

/// The fewest characters of a value that may be the secret.
const LEAST: usize = 16;

/// The longest name of a member that is compared.
const NAME: usize = 40;

/// The names of members that hold a secret, as parts of the name without its separators, and those that do not.
const SECRET: [&[u8]; 9] = [
    b"secret",
    b"private",
    b"password",
    b"passwd",
    b"token",
    b"key",
    b"credential",
    b"passphrase",
    b"pwd",
];
const PLAIN: [&[u8]; 12] = [
    b"keyid",
    b"public",
    b"uri",
    b"url",
    b"tokentype",
    b"keytype",
    b"keyops",
    b"keyname",
    b"kid",
    b"expires",
    b"algorithm",
    b"keysize",
];

/// The names of members that an error response has.
const ERRORS: [&[u8]; 8] = [
    b"error",
    b"errors",
    b"errordescription",
    b"type__",
    b"fault",
    b"exception",
    b"errormessage",
    b"errorcode",
];

/// Judges `text` if it is one JSON object, or an array that holds objects or strings; `None` if it is neither.
pub(in crate::gate) fn judge(text: impl Iterator<Item = u8> + Clone, policy: &Policy) -> Option<Json> {
    let mut start = text.clone().filter(|byte| !byte.is_ascii_whitespace());
    match (start.next()?, start.next()?) {
        (b'{', b'"') | (b'[', b'{' | b'"') => {}
        _ => return None,
    }
    // Parsed once before anything is judged: noise that begins so is cheap to dismiss.
    Parser::new(text.clone()).document(&mut |_, _, _| {})?;
    let mut found = Found::default();
    Parser::new(text).document(&mut |name, value, depth| found.member(name, value, depth, policy))?;
    Some(found.sum_up())
}

/// What the members of a document say.
#[derive(Default)]
struct Found {
    judged: u32,
    has_secret_name: bool,
    named: bool,
    other: bool,
    is_key: bool,
    is_private: bool,
    errors: u32,
    messages: u32,
    ciphertext: u32,
    default: Option<Reason>,
    weak: Option<Reason>,
}

impl Found {
    fn member(&mut self, name: &[u8], value: &[u8], depth: u32, policy: &Policy) {
        let is_private = public::is_private_member(name);
        let mut folded = [0; NAME];
        let name = fold(name, &mut folded);
        match name {
            b"kty" => self.is_key = true,
            b"iv" | b"nonce" | b"ciphertext" | b"ciphertextblob" | b"tag" | b"mac" | b"encrypteddata" => {
                self.ciphertext += 1;
            }
            b"sops" => self.ciphertext += 2,
            b"message" | b"status" | b"code" | b"detail" | b"title" | b"reason" => self.messages += 1,
            _ if depth <= 2 && ERRORS.contains(&name) => self.errors += 1,
            b"type" if output::is_message(value) => self.errors += 1,
            _ => {}
        }
        if value.starts_with(b"ENC[") {
            self.ciphertext += 2;
        }
        if output::is_message(value) {
            self.messages += 1;
        }
        if value.is_empty() {
            return;
        }
        let has = |words: &[&[u8]]| {
            words
                .iter()
                .any(|word| name.windows(word.len()).any(|part| part == *word))
        };
        let is_named = is_private && value.len() >= LEAST || has(&SECRET) && !has(&PLAIN);
        self.is_private |= is_private && value.len() >= LEAST;
        self.has_secret_name |= is_named;
        if self.judged >= JUDGED || !is_named && (value.len() < LEAST || value.contains(&b' ')) {
            return;
        }
        self.judged += 1;
        match outcome_of_part(value, policy) {
            Ok(()) if is_named => self.named = true,
            Ok(()) => self.other = true,
            Err(reason @ (Reason::KnownDefault { .. } | Reason::Placeholder | Reason::Template))
                if is_named =>
            {
                self.default = self.default.or(Some(reason));
            }
            Err(reason) if is_named => self.weak = self.weak.or(Some(reason)),
            Err(_) => {}
        }
    }

    fn sum_up(self) -> Json {
        if let Some(reason) = self.default {
            return Json::Lacks(reason);
        }
        if self.is_key {
            return if self.is_private {
                self.weak.filter(|_| !self.named).map_or(Json::Holds, Json::Lacks)
            } else {
                Json::Lacks(public::PUBLIC_KEY)
            };
        }
        if self.ciphertext >= 2 {
            return Json::Lacks(Reason::Encrypted { tool: "a tool" });
        }
        if self.named {
            return Json::Holds;
        }
        if self.errors > 0 || self.messages >= 2 {
            return Json::Lacks(output::MESSAGE);
        }
        if self.other && !self.has_secret_name {
            return Json::Holds;
        }
        Json::Lacks(self.weak.unwrap_or(Reason::HumanText))
    }
}

/// Returns the letters and digits of `name` in lower case, as many as fit.
fn fold<'a>(name: &[u8], room: &'a mut [u8; NAME]) -> &'a [u8] {
    let mut len = 0;
    for byte in name.iter().filter(|byte| byte.is_ascii_alphanumeric()) {
        if let Some(free) = room.get_mut(len) {
            *free = byte.to_ascii_lowercase();
            len += 1;
        }
    }
    // `__type` of AWS is told from the `type` of a service account.
    if name.starts_with(b"__") && len + 2 <= NAME {
        room[len] = b'_';
        room[len + 1] = b'_';
        len += 2;
    }
    &room[..len]
}

struct Parser<I: Iterator<Item = u8>> {
    bytes: std::iter::Peekable<std::iter::Take<I>>,
}

/// Called with the name and the text of each value that is a string, and with its depth.
type Member<'a> = &'a mut dyn FnMut(&[u8], &[u8], u32);

impl<I: Iterator<Item = u8>> Parser<I> {
    fn new(text: I) -> Self {
        Self {
            bytes: text.take(LIMIT).peekable(),
        }
    }

    /// Parses one value and nothing behind it.
    fn document(&mut self, member: Member<'_>) -> Option<()> {
        self.value(b"", 0, member)?;
        self.blanks();
        self.bytes.next().is_none().then_some(())
    }

    fn value(&mut self, name: &[u8], depth: u32, member: Member<'_>) -> Option<()> {
        if depth > DEPTH {
            return None;
        }
        self.blanks();
        match *self.bytes.peek()? {
            b'{' => {
                self.bytes.next();
                member(name, b"", depth);
                self.members(depth, member)
            }
            b'[' => {
                self.bytes.next();
                member(name, b"", depth);
                self.items(name, depth, member)
            }
            b'"' => {
                let mut room = Scratch::new();
                self.string(&mut room)?;
                member(name, room.as_bytes(), depth);
                Some(())
            }
            _ => {
                member(name, b"", depth);
                self.scalar()
            }
        }
    }

    fn members(&mut self, depth: u32, member: Member<'_>) -> Option<()> {
        self.blanks();
        if self.bytes.next_if_eq(&b'}').is_some() {
            return Some(());
        }
        loop {
            self.blanks();
            let mut name = Scratch::new();
            self.string(&mut name)?;
            self.blanks();
            self.bytes.next_if_eq(&b':')?;
            self.value(name.as_bytes(), depth + 1, member)?;
            self.blanks();
            match self.bytes.next()? {
                b',' => {}
                b'}' => return Some(()),
                _ => return None,
            }
        }
    }

    fn items(&mut self, name: &[u8], depth: u32, member: Member<'_>) -> Option<()> {
        self.blanks();
        if self.bytes.next_if_eq(&b']').is_some() {
            return Some(());
        }
        loop {
            self.value(name, depth + 1, member)?;
            self.blanks();
            match self.bytes.next()? {
                b',' => {}
                b']' => return Some(()),
                _ => return None,
            }
        }
    }

    /// Reads a string into `room`, as much of it as fits.
    fn string(&mut self, room: &mut Scratch) -> Option<()> {
        self.bytes.next_if_eq(&b'"')?;
        loop {
            match self.bytes.next()? {
                b'"' => return Some(()),
                b'\\' => match self.bytes.next()? {
                    b'n' => room.push(b'\n'),
                    b'r' => room.push(b'\r'),
                    b't' => room.push(b'\t'),
                    b'b' | b'f' => room.push(b' '),
                    byte @ (b'"' | b'\\' | b'/') => room.push(byte),
                    b'u' => {
                        let mut code = 0;
                        for _ in 0..4 {
                            code = code << 4 | char::from(self.bytes.next()?).to_digit(16)?;
                        }
                        let mut utf8 = [0; 4];
                        let letter = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
                        letter
                            .encode_utf8(&mut utf8)
                            .bytes()
                            .for_each(|byte| room.push(byte));
                    }
                    _ => return None,
                },
                0..0x20 => return None,
                byte => room.push(byte),
            }
        }
    }

    /// Reads a number or one of the three words.
    fn scalar(&mut self) -> Option<()> {
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
        let mut word = [0; 32];
        let mut len = 0;
        while let Some(byte) = self.bytes.next_if(is_part) {
            *word.get_mut(len)? = byte;
            len += 1;
        }
        let word = &word[..len];
        let is_number = word
            .first()
            .is_some_and(|first| first.is_ascii_digit() || *first == b'-')
            && word
                .iter()
                .all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(byte));
        (is_number || [&b"true"[..], b"false", b"null"].contains(&word)).then_some(())
    }

    fn blanks(&mut self) {
        while self.bytes.next_if(|byte| b" \t\r\n".contains(byte)).is_some() {}
    }
}

/// The policy by which a value inside JSON is judged: as strict as the whole, without the whole's length.
pub(in crate::gate) const fn part(policy: &Policy) -> Policy {
    match policy.kind {
        Kind::Key => policy.min_len(0).min_bits(container::LEAST_BITS),
        _ => policy.min_len(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<Json> {
        judge(text.bytes(), &Policy::key())
    }

    const KEY: &str = "u9yY0sQ3pVb1nLh0r7mC4wXzQk2dTe8JfGa5iRoUvM4";

    #[test]
    fn what_holds_a_secret_passes() {
        for text in [
            format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{KEY}","d":"{KEY}"}}"#),
            format!(r#"{{"keys":[{{"kty":"oct","k":"{KEY}"}}]}}"#),
            format!(
                r#"{{"type":"service_account","private_key_id":"9f86d081884c7d65","private_key":"-----BEGIN PRIVATE KEY-----\n{KEY}{KEY}\n-----END PRIVATE KEY-----\n","client_email":"a@b.example"}}"#
            ),
            format!(r#"{{"username":"postgres","password":"{KEY}","host":"db.internal","port":5432}}"#),
            format!(r#"["{KEY}", "{KEY}"]"#),
        ] {
            assert_eq!(found(&text), Some(Json::Holds), "{text}");
        }
    }

    #[test]
    fn what_lacks_one_does_not() {
        for (text, code) in [
            (
                format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{KEY}"}}"#),
                "public_material",
            ),
            (
                format!(r#"{{"keys":[{{"kty":"EC","x":"{KEY}","y":"{KEY}"}}]}}"#),
                "public_material",
            ),
            (
                r#"{"username":"postgres","password":"changeme","host":"db"}"#.to_owned(),
                "known_default",
            ),
            (
                r#"{"error":"not_found","request_id":"5b0c9f0e-53d2-4c0e-9b53-6d5b8f9c1a77"}"#.to_owned(),
                "program_output",
            ),
            (
                format!(r#"{{"iv":"{KEY}","value":"{KEY}","mac":"{KEY}"}}"#),
                "encrypted",
            ),
            (r#"{"workers": 4, "level": "info"}"#.to_owned(), "human_text"),
        ] {
            let Some(Json::Lacks(reason)) = found(&text) else {
                panic!("{text}")
            };
            assert_eq!(reason.code(), code, "{text}");
        }
    }

    #[test]
    fn what_is_not_json_is_left_to_the_other_rules() {
        for text in [
            "{\"a\":1",
            "{\"a\":1}x",
            "{\"a\" 1}",
            "[1,2,3]",
            "{x}",
            "{{ a }}",
            "",
            "{\"a\":tru}",
            "{\"a\":\"\u{1}\"}",
        ] {
            assert_eq!(found(text), None, "{text:?}");
        }
        let deep = "[".repeat(40) + "\"a\"" + &"]".repeat(40);
        assert_eq!(found(&deep), None);
    }
}
