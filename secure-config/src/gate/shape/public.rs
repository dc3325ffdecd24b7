//! Public material: certificates, public keys and what else is given to everyone.

use super::find;
use crate::gate::{Reason, decode, scratch::Scratch};

const CERTIFICATE: &str = "a certificate";
const REQUEST: &str = "a certificate request";
const KEY: &str = "a public key";
const OTHER: &str = "parameters, a signature or a list that everyone may read";

/// The labels of PEM blocks that are public, by a part of the label; the first that fits.
const LABELS: [(&[u8], &str); 11] = [
    (b"CERTIFICATE REQUEST", REQUEST),
    (b"CERTIFICATE", CERTIFICATE),
    (b"PUBLIC KEY", KEY),
    (b"X509 CRL", OTHER),
    (b"PKCS7", CERTIFICATE),
    (b"PARAMETERS", OTHER),
    (b"SIGNATURE", OTHER),
    (b"SIGNED MESSAGE", OTHER),
    (b"TIMESTAMP", OTHER),
    (b"OCSP", OTHER),
    (b"PUBLIC", KEY),
];

/// The labels of PEM blocks that are encrypted, and need another key to be read.
const ENCRYPTED: [(&[u8], &str); 4] = [
    (b"AGE ENCRYPTED FILE", "age"),
    (b"PGP MESSAGE", "GnuPG"),
    (b"CMS", "CMS"),
    (b"ENCRYPTED MESSAGE", "a tool"),
];

/// What a public key starts with, where it is written on one line.
const LINES: [&[u8]; 10] = [
    b"ssh-ed25519 ",
    b"ssh-rsa ",
    b"ssh-dss ",
    b"ecdsa-sha2-",
    b"sk-ssh-",
    b"sk-ecdsa-",
    b"ssh-ed448 ",
    b"ssh-xmss@",
    b"rsa-sha2-",
    b"untrusted comment: minisign public key",
];

/// What the base64 of an SSH public key starts with: its length and name.
const BLOBS: [&[u8]; 6] = [
    b"AAAAB3NzaC1yc2E",
    b"AAAAB3NzaC1kc3",
    b"AAAAC3NzaC1lZDI1NTE5",
    b"AAAAE2VjZHNhLXNoYTIt",
    b"AAAAGnNrLXNzaC1lZDI1NTE5",
    b"AAAAInNrLWVjZHNhLXNoYTIt",
];

pub(super) fn check(text: &[u8]) -> Option<Reason> {
    let public = |what| Reason::PublicMaterial { what };
    if let Some(reason) = armour(text) {
        return reason;
    }
    let text = text.trim_ascii();
    let is_line = LINES.iter().any(|mark| text.starts_with(mark)) || is_authorized(text);
    if is_line || BLOBS.iter().any(|mark| text.starts_with(mark)) || is_recipient(text) {
        return Some(public(KEY));
    }
    der(text).map(public)
}

/// Whether `text` is a line of `authorized_keys` or `known_hosts`, with options or a host before the key.
fn is_authorized(text: &[u8]) -> bool {
    [&b" ssh-ed25519 AAAA"[..], b" ssh-rsa AAAA", b" ecdsa-sha2-nistp"]
        .iter()
        .any(|mark| find(text, mark).is_some())
}

/// Whether `text` is an address to which age or a SOPS file encrypts.
fn is_recipient(text: &[u8]) -> bool {
    let is_digit = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    text.len() == 62 && text.starts_with(b"age1") && text.iter().all(is_digit)
}

/// Looks at the labels of PEM blocks: `None` without any, `Some(None)` when one of them is private or unknown.
#[allow(
    clippy::option_option,
    reason = "no block, a private one and a public one are three cases"
)]
fn armour(text: &[u8]) -> Option<Option<Reason>> {
    let mut found = None;
    let mut rest = text;
    while let Some(at) = find(rest, b"-- BEGIN ")
        .map(|at| at + 9)
        .or_else(|| Some(find(rest, b"-----BEGIN ")? + 11))
    {
        rest = &rest[at..];
        let end = rest.iter().take(64).position(|byte| *byte == b'-').unwrap_or(0);
        let label = &rest[..end];
        let has = |part: &[u8]| find(label, part).is_some();
        if has(b"PRIVATE") || has(b"SECRET") || has(b"Static key") {
            return Some(None);
        }
        let encrypted = ENCRYPTED.iter().find(|(part, _)| has(part));
        let public = LABELS.iter().find(|(part, _)| has(part));
        let reason = match (encrypted, public) {
            (Some((_, tool)), _) => Some(Reason::Encrypted { tool }),
            (None, Some((_, what))) => Some(Reason::PublicMaterial { what }),
            (None, None) => None,
        };
        found = found.or(Some(reason));
        rest = &rest[end..];
    }
    found
}

/// A tag and its content, as DER writes them.
struct Element<'a> {
    tag: u8,
    /// The length of the content, of which `content` may hold only a part.
    len: usize,
    content: &'a [u8],
    /// The bytes of tag and length.
    head: usize,
}

fn element(bytes: &[u8]) -> Option<Element<'_>> {
    let [tag, first, rest @ ..] = bytes else {
        return None;
    };
    let (len, head) = match first {
        0..=0x7f => (usize::from(*first), 2),
        0x81..=0x83 => {
            let count = usize::from(first & 3);
            let digits = rest.get(..count)?;
            (
                digits.iter().fold(0, |len, byte| len << 8 | usize::from(*byte)),
                2 + count,
            )
        }
        _ => return None,
    };
    let content = bytes.get(head..).unwrap_or_default();
    let content = &content[..content.len().min(len)];
    Some(Element {
        tag: *tag,
        len,
        content,
        head,
    })
}

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OBJECT: u8 = 0x06;
const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;

/// Whether `text` is the DER of a public key or a certificate, in base64 or hexadecimal, and which.
fn der(text: &[u8]) -> Option<&'static str> {
    // 0x30 begins both, and most keys do not.
    let text = ["base64:", "hex:", "0x"]
        .iter()
        .find_map(|mark| text.strip_prefix(mark.as_bytes()))
        .unwrap_or(text);
    let decode: decode::Decoder = match text {
        [b'3', b'0', ..] => decode::hex,
        [b'M', ..] => decode::base64,
        _ => return None,
    };
    let mut room = Scratch::new();
    let total = decode(text, &mut room)?;
    let outer = element(room.as_bytes())?;
    // The length is right to the byte, which noise has once in thousands of times.
    if outer.tag != SEQUENCE || outer.head + outer.len != total {
        return None;
    }
    let first = element(outer.content)?;
    let second = outer.content.get(first.head + first.len..).and_then(element);
    match first.tag {
        // RSAPublicKey: the modulus and the exponent, and nothing else. A private key begins with a version.
        INTEGER if first.len >= 64 => {
            let exponent = second.as_ref().map_or(0, |second| second.head + second.len);
            (first.head + first.len + exponent.max(3) <= outer.len + 2 && outer.len <= first.len + 16)
                .then_some(KEY)
        }
        SEQUENCE => {
            let inner = element(first.content)?;
            match inner.tag {
                // SubjectPublicKeyInfo: an algorithm and a bit string; an encrypted private key has an octet string.
                OBJECT => second
                    .is_some_and(|second| second.tag == BIT_STRING)
                    .then_some(KEY),
                VERSION if inner.len == 3 => Some(CERTIFICATE),
                INTEGER if inner.len == 1 && inner.content == [0] => Some(REQUEST),
                INTEGER => {
                    let next = first.content.get(inner.head + inner.len..).and_then(element)?;
                    let algorithm = element(next.content)?;
                    (next.tag == SEQUENCE && algorithm.tag == OBJECT).then_some(CERTIFICATE)
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether `name` is a member of a JSON Web Key that makes it a private or symmetric one.
pub(super) fn is_private_member(name: &[u8]) -> bool {
    [&b"d"[..], b"k", b"p", b"q", b"dp", b"dq", b"qi", b"oth"].contains(&name)
}

/// The reason to refuse a JSON Web Key that has no private member.
pub(super) const PUBLIC_KEY: Reason = Reason::PublicMaterial { what: KEY };

#[cfg(test)]
mod tests {
    use super::*;

    fn what(text: &str) -> Option<&'static str> {
        match check(text.as_bytes()) {
            Some(Reason::PublicMaterial { what }) => Some(what),
            _ => None,
        }
    }

    #[test]
    fn public_blocks_are_told_from_private_ones() {
        for (label, public) in [
            ("CERTIFICATE", Some(CERTIFICATE)),
            ("TRUSTED CERTIFICATE", Some(CERTIFICATE)),
            ("NEW CERTIFICATE REQUEST", Some(REQUEST)),
            ("PUBLIC KEY", Some(KEY)),
            ("RSA PUBLIC KEY", Some(KEY)),
            ("PGP PUBLIC KEY BLOCK", Some(KEY)),
            ("X509 CRL", Some(OTHER)),
            ("PRIVATE KEY", None),
            ("RSA PRIVATE KEY", None),
            ("ENCRYPTED PRIVATE KEY", None),
            ("PGP PRIVATE KEY BLOCK", None),
            ("OPENSSH PRIVATE KEY", None),
            ("OpenVPN Static key V1", None),
        ] {
            let text = format!("-----BEGIN {label}-----\nAAAA\n-----END {label}-----\n");
            assert_eq!(what(&text), public, "{label}");
            let remarks = format!("subject=CN = a\nissuer=CN = b\n{text}");
            assert_eq!(what(&remarks), public, "{label}");
        }
        let both = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\nAAAA\n";
        assert_eq!(what(both), None);
        let curve = "-----BEGIN EC PARAMETERS-----\nBggq\n-----END EC PARAMETERS-----\n-----BEGIN EC PRIVATE KEY-----\nM\n";
        assert_eq!(what(curve), None);
    }

    #[test]
    fn der_is_read_without_its_armour() {
        let ed25519 = "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=";
        assert_eq!(what(ed25519), Some(KEY));
        assert_eq!(what(&format!("base64:{ed25519}")), Some(KEY));
        assert_eq!(what(ed25519.trim_end_matches('=')), Some(KEY));
        // The private key of the same algorithm, and noise that begins as they do.
        assert_eq!(
            what("MC4CAQAwBQYDK2VwBCIEIPq3Zk1xV0m8Yt7cR2sWn5uJb9LdGf4hKo6iAeXTzQwB"),
            None
        );
        assert_eq!(
            what("MCowZk1xV0m8Yt7cR2sWn5uJb9LdGf4hKo6iAeXTzQwBMCowZk1xV0m8Yt7c"),
            None
        );
        assert_eq!(what("MIIBCgKCAQEA"), None);
    }
}
