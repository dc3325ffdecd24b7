//! Recognises a secret that went astray into a plain variable, so that the report does not echo it.

use crate::gate::{Policy, judge};

/// Whether a plain value may be a secret. Wrong guesses only cost an echo.
pub(crate) fn looks_secret(text: &str) -> bool {
    let has_user_info = text.split_once("://").is_some_and(|(_, rest)| rest.contains('@'));
    if has_user_info || text.contains("-----BEGIN") || text.starts_with("eyJ") {
        return true;
    }
    let count = |is: fn(&u8) -> bool| text.bytes().filter(is).count();
    let (lower, upper, digits) = (
        count(u8::is_ascii_lowercase),
        count(u8::is_ascii_uppercase),
        count(u8::is_ascii_digit),
    );
    let others = text.len() - lower - upper - digits;
    let classes = [lower, upper, digits, others]
        .iter()
        .filter(|&&count| count > 0)
        .count();
    let has_blank = text.contains(char::is_whitespace);
    match text.len() {
        // As long as a password that a form would take, and as mixed.
        8.. if classes >= 3 && !has_blank => true,
        12.. if digits >= 3 && lower + upper >= 3 && !has_blank => true,
        // The number of a card or an account, a PIN for machines.
        12.. if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') => true,
        16.. => [Policy::key(), Policy::passphrase()]
            .iter()
            .any(|policy| !judge(text.as_bytes(), &policy.min_len(0)).is_refused()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::looks_secret;

    #[test]
    fn settings_are_no_secrets() {
        for text in [
            "80a",
            "verbose",
            "yes please",
            "localhost",
            "10.0.0.1",
            "99999",
            "INFORMATION",
            "192.168.100.200",
            "2025-11-25",
        ] {
            assert!(!looks_secret(text), "{text}");
        }
    }

    #[test]
    fn secrets_in_the_wrong_place_are() {
        for text in [
            "postgres://a:b@c",
            "Tr0ub4dor&3",
            "hunter2hunter2hunter2",
            "5f4dcc3b5aa765d61d8327deb882cf99",
            "4111111111111111",
            "correct horse battery staple zebra quilt",
        ] {
            assert!(looks_secret(text), "{text}");
        }
    }
}
