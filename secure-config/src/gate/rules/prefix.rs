//! Refuses prefixes that mark a value as not meant for production, whatever follows.
//!
//! Each is eight characters or more, so noise starts with one less than once in 10¹³ values.

use crate::gate::{Policy, Reason};

/// Marks that frameworks write, and who does.
///
/// Django's `startproject` writes `django-insecure-…` and its check W009 looks for it.
const INSECURE: [(&[u8], Option<&str>); 2] = [(b"django-insecure-", Some("Django")), (b"insecure-", None)];

/// Test mode: Stripe, Clerk and Paystack; refused where the policy says so.
const TEST_KEYS: [(&[u8], Option<&str>); 5] = [
    (b"sk_test_", None),
    (b"pk_test_", None),
    (b"rk_test_", Some("Stripe")),
    (b"sb_test_", None),
    (b"test_sk_", None),
];

/// What people put before a random tail, folded to letters.
const ASKING: [&[u8]; 5] = [
    b"changeme",
    b"changethis",
    b"replaceme",
    b"replacethis",
    b"replacewith",
];

pub(in crate::gate) fn check(value: &[u8], policy: &Policy) -> Option<Reason> {
    let marked = |marks: &[(&[u8], Option<&'static str>)]| {
        let (_, family) = marks.iter().find(|(mark, _)| value.starts_with(mark))?;
        Some(Reason::InsecurePrefix { family: *family })
    };
    let asks = |words: &&[u8]| {
        let mut letters = value
            .iter()
            .filter(|byte| !b"-_ .".contains(byte))
            .map(u8::to_ascii_lowercase);
        words.iter().all(|letter| letters.next() == Some(*letter))
    };
    let test_key = || {
        if policy.test_keys {
            None
        } else {
            marked(&TEST_KEYS)
        }
    };
    let asking = || ASKING.iter().any(asks).then_some(Reason::Placeholder);
    marked(&INSECURE).or_else(test_key).or_else(asking)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_outweighs_what_follows() {
        let django = check(b"django-insecure-6%w2#k@0q9v!z8x7c5b4n3m1", &Policy::key());
        assert_eq!(
            django,
            Some(Reason::InsecurePrefix {
                family: Some("Django")
            })
        );
        assert_eq!(
            check(b"Change-Me-qE7Yb2sN4wR9tK1uX0", &Policy::key()),
            Some(Reason::Placeholder)
        );
        assert_eq!(check(b"exchange-me", &Policy::key()), None);
    }

    #[test]
    fn test_keys_are_refused_on_request() {
        let token = b"sk_test_4eC39HqLyjWDarjtT1zdp7dc";
        assert_eq!(check(token, &Policy::vendor_token()), None);
        assert!(check(token, &Policy::vendor_token().refuse_test_keys()).is_some());
    }
}
