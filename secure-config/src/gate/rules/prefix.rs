//! Refuses prefixes with which frameworks and vendors mark what must not reach production.

use crate::gate::{Policy, Reason};

/// Marks that a framework writes itself: Django's `startproject` (`django-insecure-…`, check W009).
const INSECURE: &[&str] = &["django-insecure-", "insecure-"];

/// Marks of test mode: Stripe, Clerk and others.
const TEST_KEYS: &[&str] = &["sk_test_", "pk_test_", "rk_test_"];

pub(in crate::gate) fn check(value: &[u8], policy: &Policy) -> Option<Reason> {
    let starts = |mark: &&str| value.starts_with(mark.as_bytes());
    let refused = INSECURE.iter().any(starts) || (!policy.test_keys && TEST_KEYS.iter().any(starts));
    refused.then_some(Reason::InsecurePrefix)
}
