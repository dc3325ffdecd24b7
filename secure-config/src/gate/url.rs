//! Judges the password inside a URL.

use super::{
    Policy, Reason, Verdict, outcome,
    scratch::{LIMIT, Scratch},
};

/// A server's password: what is listed, and what falls to a few guesses; its length is the server's business.
const POLICY: Policy = Policy::password().min_len(0).min_bits(40);

/// Judges the password inside a URL, as it stands there, beside the user that it belongs to.
///
/// Percent-encoding is undone first. The user's own name is refused as a known default, which is what it is for
/// most database images. An empty password is accepted: that is a URL without one.
///
/// # Examples
///
/// ```
/// use secure_config::gate::judge_url_password;
///
/// assert!(judge_url_password(b"postgres", b"postgres").is_refused());
/// assert!(judge_url_password(b"app", b"change%2Dme").is_refused());
/// assert!(!judge_url_password(b"app", b"s8Kq2vXw0ZrT").is_refused());
/// assert!(!judge_url_password(b"app", b"").is_refused());
/// ```
pub fn judge_url_password(user: &[u8], password: &[u8]) -> Verdict {
    if password.is_empty() {
        return Verdict::new(Ok(None), &POLICY);
    }
    let mut room = Scratch::new();
    decode(password).take(LIMIT).for_each(|byte| room.push(byte));
    let is_user = decode(password)
        .map(|byte| byte.to_ascii_lowercase())
        .eq(decode(user).map(|byte| byte.to_ascii_lowercase()));
    let outcome = if is_user {
        Err(Reason::KnownDefault { family: None })
    } else {
        let password = room.as_bytes();
        outcome(password, password.len(), &POLICY)
    };
    Verdict::new(outcome, &POLICY)
}

/// Undoes percent-encoding (RFC 3986 §2.1); a percent sign without two digits stands for itself.
fn decode(text: &[u8]) -> impl Iterator<Item = u8> + '_ {
    let digit = |at: usize| char::from(*text.get(at)?).to_digit(16);
    let mut at = 0;
    std::iter::from_fn(move || {
        let byte = *text.get(at)?;
        let encoded = if byte == b'%' {
            digit(at + 1).zip(digit(at + 2))
        } else {
            None
        };
        at += if encoded.is_some() { 3 } else { 1 };
        // Two hexadecimal digits are below 256.
        Some(encoded.map_or(byte, |(high, low)| (high << 4 | low) as u8))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(user: &str, password: &str) -> Option<&'static str> {
        let verdict = judge_url_password(user.as_bytes(), password.as_bytes());
        verdict.reason().map(Reason::code)
    }

    #[test]
    fn defaults_of_servers_are_refused() {
        for (user, password) in [
            ("postgres", "postgres"),
            ("app", "password"),
            ("guest", "guest"),
            ("minioadmin", "minioadmin"),
            ("", "minioadmin"),
            ("Billing", "billing"),
            ("bill%20ing", "bill%20ing"),
        ] {
            assert_eq!(code(user, password), Some("known_default"), "{user} {password}");
        }
    }

    #[test]
    fn placeholders_and_templates_are_refused_through_their_encoding() {
        assert_eq!(code("app", "your_db_password"), Some("placeholder"));
        assert_eq!(code("app", "%24%7BDB_PASSWORD%7D"), Some("template"));
        assert_eq!(code("app", "%3Cyour-password%3E"), Some("template"));
    }

    #[test]
    fn noise_passes_encoded_or_not() {
        for password in ["s8Kq2vXw0ZrT", "p%40Kq2vXw0%2FrT", "100%Kq2vXw0", "%", "%4"] {
            let refused = judge_url_password(b"app", password.as_bytes()).is_refused();
            assert_eq!(refused, password.len() < 8, "{password}");
        }
    }

    #[test]
    fn encoding_is_undone() {
        let decoded: Vec<u8> = decode(b"a%2Fb%zz%4").collect();
        assert_eq!(decoded, b"a/b%zz%4");
    }
}
