//! Finds the secret part inside a PEM file or a JSON Web Token, whose other parts say nothing about its strength.

use crate::gate::{scratch::Scratch, shape::find};

/// The least bits of the random part of a PEM file or token.
pub(in crate::gate) const LEAST_BITS: u16 = 90;

/// The least base64 characters of a private key: Ed25519 has 64, and a stub in an example fewer than 40.
const KEY_BODY: usize = 40;

/// The most of it that is looked at: its end, because the start of an OpenSSH key is the same in all.
const TAIL: usize = 120;

/// The least base64url characters of a signature or authentication tag: 16 bytes.
const SIGNATURE: usize = 22;

/// The part of a container that must be noise.
pub(in crate::gate) enum Inside<'a> {
    /// There is no such part: a stub.
    Stub,
    /// It: the end of a PEM body, or the last part of a token.
    Secret(&'a [u8]),
}

/// What is inside `text`, if it is a container.
pub(in crate::gate) fn inside<'a>(text: &'a [u8], room: &'a mut Scratch) -> Option<Inside<'a>> {
    if let Some(block) = private_block(text) {
        return Some(pem(block, room));
    }
    // `{"` in base64url: the first two characters of every token's header.
    if text.starts_with(b"eyJ") && text.contains(&b'.') {
        let signature = text.rsplit(|byte| *byte == b'.').next().unwrap_or_default();
        return Some(if signature.len() < SIGNATURE {
            Inside::Stub
        } else {
            Inside::Secret(signature)
        });
    }
    None
}

/// Returns the text from its first private block on, which certificates and remarks may precede.
fn private_block(text: &[u8]) -> Option<&[u8]> {
    const BEGIN: &[u8] = b"-----BEGIN ";
    let mut rest = text;
    while let Some(at) = find(rest, BEGIN) {
        let block = &rest[at..];
        let label = &block[BEGIN.len()..];
        let label = &label[..label.iter().take(64).position(|byte| *byte == b'-').unwrap_or(0)];
        if [&b"PRIVATE"[..], b"SECRET", b"Static key"]
            .iter()
            .any(|part| find(label, part).is_some())
        {
            return Some(block);
        }
        rest = &block[BEGIN.len()..];
    }
    text.starts_with(BEGIN).then_some(text)
}

/// The end of the body of a PEM file, whose line breaks may be written as `\n`.
fn pem<'a>(text: &[u8], room: &'a mut Scratch) -> Inside<'a> {
    let mut dashes = text
        .windows(5)
        .enumerate()
        .filter(|(_, five)| *five == b"-----")
        .map(|(at, _)| at);
    let body = dashes.find(|at| *at > 5).map_or(&[][..], |end| &text[end + 5..]);
    let body = body.split(|byte| *byte == b'-').next().unwrap_or_default();
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/".contains(byte);
    let in_key = |(at, byte): &(usize, &u8)| {
        let escaped = matches!(byte, b'n' | b'r') && *at > 0 && body[at - 1] == b'\\';
        is_base64(byte) && !escaped
    };
    let len = body.iter().enumerate().filter(in_key).count();
    let tail = body
        .iter()
        .enumerate()
        .filter(in_key)
        .skip(len.saturating_sub(TAIL));
    tail.for_each(|(_, byte)| room.push(*byte));
    if len < KEY_BODY {
        Inside::Stub
    } else {
        Inside::Secret(room.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stubs_are_found() {
        for text in [
            "-----BEGIN PRIVATE KEY-----\\nYOUR_KEY_HERE\\n-----END PRIVATE KEY-----\\n",
            "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----",
            "-----BEGIN RSA PRIVATE KEY-----",
            "-----BEGIN ",
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...",
        ] {
            assert!(
                matches!(inside(text.as_bytes(), &mut Scratch::new()), Some(Inside::Stub)),
                "{text}"
            );
        }
    }

    #[test]
    fn a_body_is_read_past_its_line_breaks() {
        let body = "MC4CAQAwBQYDK2VwBCIEIPq3Zk1xV0m8Yt7cR2sWn5uJb9LdGf4hKo6iAeXTzQwB";
        for line_break in ["\n", "\r\n", "\\n", "\\r\\n"] {
            let text =
                format!("-----BEGIN PRIVATE KEY-----{line_break}{body}{line_break}-----END PRIVATE KEY-----");
            let mut room = Scratch::new();
            let Some(Inside::Secret(found)) = inside(text.as_bytes(), &mut room) else {
                panic!("no body: {text}")
            };
            assert_eq!(found, body.as_bytes());
        }
    }
}
