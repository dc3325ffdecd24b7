//! Reads a few facts from a certificate: its version, validity, names, issuer and subject.
//!
//! Just enough DER for RFC 5280 §4.1. The certificate is the service's own, and rustls has parsed it before; still,
//! nothing here trusts a length.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

const INTEGER: u8 = 0x02;
const OCTET_STRING: u8 = 0x04;
const OID: u8 = 0x06;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const EXTENSIONS: u8 = 0xa3;
/// `dNSName` of a `GeneralName`.
const DNS_NAME: u8 = 0x82;

/// 2.5.29.17, `subjectAltName`.
const SUBJECT_ALT_NAME: [u8; 3] = [0x55, 0x1d, 0x11];

/// Facts that a certificate holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::server) struct Facts {
    /// 1, 2 or 3.
    pub(super) version: u8,
    pub(super) not_before: SystemTime,
    /// The encoded name of the issuer.
    pub(super) issuer: Vec<u8>,
    /// The encoded name of the certificate's own subject.
    pub(super) subject: Vec<u8>,
    pub(in crate::server) not_after: SystemTime,
    /// The first DNS name without a wildcard.
    pub(in crate::server) name: Option<String>,
}

/// Returns the facts, or `None` if this is not a certificate.
pub(super) fn facts(certificate: &[u8]) -> Option<Facts> {
    let mut body = Reader(Reader(certificate).take(SEQUENCE)?);
    let mut fields = Reader(body.take(SEQUENCE)?);
    let version = match fields.take_if(VERSION) {
        Some(version) => *Reader(version).take(INTEGER)?.last()?,
        None => 0,
    };
    fields.take(INTEGER)?; // serialNumber
    fields.take(SEQUENCE)?; // signature
    let issuer = fields.take(SEQUENCE)?;
    let mut validity = Reader(fields.take(SEQUENCE)?);
    let (not_before, not_after) = (validity.next()?, validity.next()?);
    let subject = fields.take(SEQUENCE)?;
    fields.take(SEQUENCE)?; // subjectPublicKeyInfo
    Some(Facts {
        version: version.saturating_add(1),
        not_before: time(not_before.0, not_before.1)?,
        not_after: time(not_after.0, not_after.1)?,
        issuer: issuer.to_vec(),
        subject: subject.to_vec(),
        name: name(fields),
    })
}

/// The first DNS name in what follows the public key.
fn name(mut fields: Reader<'_>) -> Option<String> {
    let extensions = loop {
        match fields.next()? {
            (EXTENSIONS, content) => break content,
            _unique_id => {}
        }
    };
    let mut extensions = Reader(Reader(extensions).take(SEQUENCE)?);
    while let Some((SEQUENCE, extension)) = extensions.next() {
        let mut extension = Reader(extension);
        if extension.take(OID)? != SUBJECT_ALT_NAME {
            continue;
        }
        let value = loop {
            match extension.next()? {
                (OCTET_STRING, value) => break value,
                _critical => {}
            }
        };
        let mut names = Reader(Reader(value).take(SEQUENCE)?);
        while let Some((tag, name)) = names.next() {
            let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
            if tag == DNS_NAME && !name.is_empty() && name.iter().all(plain) {
                return String::from_utf8(name.to_vec()).ok();
            }
        }
    }
    None
}

/// `YYMMDDHHMMSSZ` or `YYYYMMDDHHMMSSZ`, the only forms RFC 5280 §4.1.2.5 allows.
fn time(tag: u8, text: &[u8]) -> Option<SystemTime> {
    let text = text.strip_suffix(b"Z")?;
    let (year, rest) = match (tag, text.len()) {
        (UTC_TIME, 12) => {
            let year = number(&text[..2])?;
            (if year < 50 { 2000 + year } else { 1900 + year }, &text[2..])
        }
        (GENERALIZED_TIME, 14) => (number(&text[..4])?, &text[4..]),
        _ => return None,
    };
    let mut pairs = rest.chunks_exact(2).map(number);
    let mut pair = || pairs.next().flatten();
    let (month, day, hour, minute, second) = (pair()?, pair()?, pair()?, pair()?, pair()?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let seconds = ((days(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
    let distance = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 {
        UNIX_EPOCH.checked_sub(distance)
    } else {
        UNIX_EPOCH.checked_add(distance)
    }
}

fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0, |number, digit| {
        digit
            .is_ascii_digit()
            .then(|| number * 10 + i64::from(digit - b'0'))
    })
}

/// Days from 1970-01-01 to a date of the Gregorian calendar. Years begin in March here, so that a leap day is the last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap_days = year / 4 - year / 100 + year / 400;
    // 153 days in any five months from March on.
    year * 365 + leap_days + (153 * month + 2) / 5 + day - 1 - 719_468
}

/// What is left of a DER encoding.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// The next element's tag and content.
    fn next(&mut self) -> Option<(u8, &'a [u8])> {
        let (&tag, rest) = self.0.split_first()?;
        let (&first, rest) = rest.split_first()?;
        let (length, rest) = if first < 0x80 {
            (usize::from(first), rest)
        } else {
            // Two bytes of length are 64 KiB, more than any field of a certificate.
            let bytes = usize::from(first & 0x7f);
            if !(1..=2).contains(&bytes) {
                return None;
            }
            let (length, rest) = rest.split_at_checked(bytes)?;
            let length = length
                .iter()
                .fold(0, |length, byte| length << 8 | usize::from(*byte));
            (length, rest)
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((tag, content))
    }

    /// The next element's content, if it has the tag.
    fn take(&mut self, tag: u8) -> Option<&'a [u8]> {
        self.next()
            .filter(|(found, _)| *found == tag)
            .map(|(_, content)| content)
    }

    /// Takes the next element's content if it has the tag, and nothing otherwise.
    fn take_if(&mut self, tag: u8) -> Option<&'a [u8]> {
        if self.0.first() == Some(&tag) {
            // An element that cannot be read is met again by the next call.
            self.take(tag)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Option<SystemTime> {
        Some(UNIX_EPOCH + Duration::from_secs(seconds))
    }

    #[test]
    fn reads_both_forms_of_time() {
        assert_eq!(time(UTC_TIME, b"700101000000Z"), at(0));
        assert_eq!(time(UTC_TIME, b"491231235959Z"), at(2_524_607_999));
        assert_eq!(time(UTC_TIME, b"240229120000Z"), at(1_709_208_000));
        assert_eq!(time(GENERALIZED_TIME, b"20500301000000Z"), at(2_529_705_600));
        assert_eq!(time(GENERALIZED_TIME, b"99991231235959Z"), at(253_402_300_799));
        assert!(time(UTC_TIME, b"500101000000Z").is_some_and(|time| time < UNIX_EPOCH));
        for text in [
            &b"240229120000"[..],
            b"241329120000Z",
            b"2402291200Z",
            b"24022912000xZ",
            b"",
        ] {
            assert_eq!(time(UTC_TIME, text), None);
        }
    }

    #[test]
    fn no_prefix_and_no_changed_byte_of_a_certificate_panics() {
        let certificate = include_bytes!("testdata/leaf.der");
        let facts = facts(certificate).unwrap();
        assert_eq!(
            facts.name.as_deref(),
            Some("first.example"),
            "the wildcard before it is skipped"
        );
        assert_eq!(Some(facts.not_after), at(2_524_607_999));
        assert!(facts.not_before < facts.not_after);
        assert_eq!(facts.version, 3);
        for end in 0..certificate.len() {
            assert_eq!(super::facts(&certificate[..end]), None, "{end} bytes");
        }
        let mut changed = certificate.to_vec();
        for index in 0..changed.len() {
            for value in [0, 0x7f, 0x80, 0x82, 0xff] {
                let kept = std::mem::replace(&mut changed[index], value);
                // Whatever is read of it, a name is one that can be shown.
                if let Some(name) = super::facts(&changed).and_then(|facts| facts.name) {
                    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-".contains(&byte);
                    assert!(name.bytes().all(plain), "{name}");
                }
                changed[index] = kept;
            }
        }
    }
}
