//! The URIs that a file may name.

use http::Uri;

/// Far above any address that someone would follow.
const MAX_LEN: usize = 2_000;

/// What is wrong with a contact.
pub(super) fn contact_flaw(text: &str) -> Option<&'static str> {
    if let Some(address) = text.strip_prefix("mailto:") {
        let mailbox = address.split('?').next().unwrap_or_default();
        let fine = mailbox
            .rsplit_once('@')
            .is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'));
        return flaw(text).or((!fine).then_some("no mail address; write mailto:security@example.com"));
    }
    if let Some(number) = text.strip_prefix("tel:") {
        let digits = number.strip_prefix('+').unwrap_or_default();
        let fine = digits.bytes().filter(u8::is_ascii_digit).count() >= 3
            && digits
                .bytes()
                .all(|byte| byte.is_ascii_digit() || b"-.()".contains(&byte));
        return (!fine).then_some("no number of the world; write tel:+1-201-555-0123");
    }
    if text.contains(':') {
        return web_flaw(text);
    }
    Some("no contact; write mailto:security@…, https://… or tel:+…")
}

/// What is wrong with the place of a key: a web address, a DNS record or a fingerprint. Never the key itself.
pub(super) fn key_flaw(text: &str) -> Option<&'static str> {
    if let Some(fingerprint) = text.strip_prefix("openpgp4fpr:") {
        let fine =
            matches!(fingerprint.len(), 40 | 64) && fingerprint.bytes().all(|byte| byte.is_ascii_hexdigit());
        return (!fine).then_some("no fingerprint; write openpgp4fpr: and 40 or 64 hexadecimal digits");
    }
    if let Some(record) = text.strip_prefix("dns:") {
        return flaw(text).or(record
            .is_empty()
            .then_some("no name; write dns:NAME?type=OPENPGPKEY"));
    }
    web_flaw(text)
}

/// What is wrong with a web address.
pub(super) fn web_flaw(text: &str) -> Option<&'static str> {
    if let Some(flaw) = flaw(text) {
        return Some(flaw);
    }
    if text.starts_with("http://") {
        return Some("anyone on the network could change what is read there; write https://");
    }
    let fine = text.starts_with("https://")
        && text.parse::<Uri>().is_ok_and(|uri| {
            uri.host().is_some_and(|host| !host.is_empty())
                && uri
                    .authority()
                    .is_some_and(|authority| !authority.as_str().contains('@'))
        });
    (!fine).then_some("no web address; write https://…")
}

/// What is wrong with the place of the file itself.
pub(super) fn canonical_flaw(text: &str) -> Option<&'static str> {
    let path = |text: &str| text.parse::<Uri>().ok().map(|uri| uri.path().to_owned());
    web_flaw(text).or_else(|| {
        let is_ours = path(text).is_some_and(|path| path == super::PATH || path == "/security.txt");
        (!is_ours).then_some("not where the file is; write https://…/.well-known/security.txt")
    })
}

/// What is wrong with any URI.
fn flaw(text: &str) -> Option<&'static str> {
    if text.len() > MAX_LEN {
        return Some("longer than 2000 bytes; write a shorter one");
    }
    // A line of the file ends with the value: nothing may end it earlier.
    (!text.bytes().all(|byte| byte.is_ascii_graphic()))
        .then_some("a URI has only visible ASCII characters; write others as %XX")
}

/// What is wrong with a language tag (RFC 5646), as far as its form goes.
pub(super) fn language_flaw(text: &str) -> Option<&'static str> {
    let mut parts = text.split('-');
    let language = parts.next().unwrap_or_default();
    let fine = (2..=8).contains(&language.len())
        && language.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
    (!fine).then_some("no language tag; write en, de, pt-BR")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contacts() {
        for text in [
            "mailto:security@example.com",
            "mailto:security@example.com?subject=vulnerability",
            "https://example.com/report",
            "tel:+1-201-555-0123",
        ] {
            assert_eq!(contact_flaw(text), None, "{text}");
        }
        for text in [
            "",
            "security@example.com",
            "mailto:security",
            "mailto:@example.com",
            "mailto:a@localhost",
            "mailto:a b@example.com",
            "mailto:a@example.com\nContact: mailto:evil@example.net",
            "http://example.com",
            "https://",
            "https://user@example.com",
            "ftp://example.com",
            "tel:911",
            "tel:+",
            "tel:+1 201",
            "javascript:alert(1)",
            "https://exämple.com",
            &format!("https://example.com/{}", "a".repeat(2000)),
        ] {
            assert!(contact_flaw(text).is_some(), "{text}");
        }
    }

    #[test]
    fn keys_places_and_languages() {
        let fingerprint = format!("openpgp4fpr:{}", "0123456789abcdefABCD".repeat(2));
        for text in [
            "https://example.com/key.asc",
            "dns:5d2d37ab76d47d36._openpgpkey.example.com?type=OPENPGPKEY",
            &fingerprint,
        ] {
            assert_eq!(key_flaw(text), None, "{text}");
        }
        for text in [
            "-----BEGIN PGP PUBLIC KEY BLOCK-----",
            "openpgp4fpr:1234",
            "dns:",
            "http://example.com/key",
        ] {
            assert!(key_flaw(text).is_some(), "{text}");
        }
        assert_eq!(
            canonical_flaw("https://example.com/.well-known/security.txt"),
            None
        );
        assert!(canonical_flaw("https://example.com/").is_some());
        for text in ["en", "pt-BR", "zh-Hant-TW", "de-1996"] {
            assert_eq!(language_flaw(text), None, "{text}");
        }
        for text in ["", "e", "en,de", "en-", "-en", "e1", "englishlanguage"] {
            assert!(language_flaw(text).is_some(), "{text}");
        }
    }
}
