//! Refuses what was published: by frameworks, products, tutorials and lists.
//!
//! Values are compared folded, lower-case letters and digits only, so that `Change-Me`, `CHANGE_ME` and `changeme`
//! are one. What is compared are hashes of 56 bits: noise meets one of a few thousand less than once in 10¹³
//! values, and neither the binary nor the repository holds the published values themselves. Only what the estimate
//! cannot know needs listing, and what users should be told the source of.

use crate::gate::{Reason, published};

pub(in crate::gate) fn check(value: &[u8]) -> Option<Reason> {
    let family = published::find(value).or_else(|| published::is_digest(value).then_some(None));
    family.map(|family| Reason::KnownDefault { family })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_does_not_matter() {
        for value in ["changeme", "Change-Me", "CHANGE_ME", " change me! "] {
            assert_eq!(
                check(value.as_bytes()),
                Some(Reason::KnownDefault { family: None }),
                "{value}"
            );
        }
        assert_eq!(check(b"changeling"), None);
        assert_eq!(check(b"!!!"), None);
    }
}
