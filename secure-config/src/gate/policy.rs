//! What a secret is for, and how strict the gate is with it.

use super::Reason;

/// How strictly the gate judges one secret.
///
/// The four constructors are the four kinds of secret that services hold. Each comes with defaults that suit
/// its kind; [`min_len`](Self::min_len) and [`min_bits`](Self::min_bits) move the two numbers.
///
/// | kind | least bytes | least bits | human text |
/// |---|---|---|---|
/// | [`key`](Self::key) | 32 | 90 | refused |
/// | [`passphrase`](Self::passphrase) | 16 | 72 | welcome |
/// | [`password`](Self::password) | 12 | 48 | accepted when long enough |
/// | [`vendor_token`](Self::vendor_token) | 16 | 48 | accepted when long enough |
///
/// # Examples
///
/// A policy is a small `Copy` value, and every method is `const`:
///
/// ```
/// use secure_config::gate::{self, Policy};
///
/// static SIGNING_KEY: Policy = Policy::key().min_len(64);
///
/// assert!(gate::judge(b"short", &SIGNING_KEY).is_refused());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    pub(super) kind: Kind,
    pub(super) min_len: usize,
    pub(super) min_bits: u16,
    pub(super) test_keys: bool,
    /// The rules that a waiver switches off, as bits: places in [`Reason::WAIVABLE`].
    waived: u8,
}

/// The four kinds of secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Key,
    Passphrase,
    Password,
    VendorToken,
}

impl Policy {
    const fn new(kind: Kind, min_len: usize, min_bits: u16) -> Self {
        Self {
            kind,
            min_len,
            min_bits,
            test_keys: true,
            waived: 0,
        }
    }

    /// A signing or encryption key: only a random value will do.
    ///
    /// 32 bytes, because RFC 7518 §3.2 asks for a key of at least the hash's size and counts octets.
    #[must_use]
    pub const fn key() -> Self {
        Self::new(Kind::Key, 32, 90)
    }

    /// A phrase of words drawn at random: six of a list of 7,776 carry 77 bits.
    #[must_use]
    pub const fn passphrase() -> Self {
        Self::new(Kind::Passphrase, 16, 72)
    }

    /// The password of an account, in a variable of its own or in a URL.
    ///
    /// The server slows down or locks out those who guess, so 12 random characters do. What people choose is tried
    /// first (`Summer2024!`, `Company@12345`), so a password that is described in fewer bits than noise needs 64.
    #[must_use]
    pub const fn password() -> Self {
        Self::new(Kind::Password, 12, 48)
    }

    /// A token that a vendor made: its length and shape are the vendor's choice.
    ///
    /// The gate still tells a token from the text that stands for one (`sk-your-api-key-here`).
    #[must_use]
    pub const fn vendor_token() -> Self {
        Self::new(Kind::VendorToken, 16, 48)
    }

    /// Sets the least length in bytes of the value as it is used; 0 switches the rule off.
    #[must_use]
    pub const fn min_len(mut self, bytes: usize) -> Self {
        self.min_len = bytes;
        self
    }

    /// Sets the least number of bits that the estimate must reach; 0 switches the rule off.
    ///
    /// The estimate never exceeds what the characters can carry, so a value that is asked for `n` bits needs at
    /// least `n` of them: 32 random hexadecimal digits pass 128 and never 129.
    #[must_use]
    pub const fn min_bits(mut self, bits: u16) -> Self {
        self.min_bits = bits;
        self
    }

    /// Refuses the keys that vendors mark as test keys (`sk_test_…`), as production should.
    #[must_use]
    pub const fn refuse_test_keys(mut self) -> Self {
        self.test_keys = false;
        self
    }

    /// The same without the rule of this code, if it is one that can be waived.
    pub(crate) fn waive(mut self, code: &str) -> Self {
        if let Some(place) = Reason::WAIVABLE.iter().position(|waivable| *waivable == code) {
            self.waived |= 1 << place;
        }
        self
    }

    /// Whether this reason is waived.
    pub(super) fn waives(&self, reason: Reason) -> bool {
        let place = Reason::WAIVABLE
            .iter()
            .position(|waivable| *waivable == reason.code());
        place.is_some_and(|place| self.waived & 1 << place != 0)
    }

    /// How to make a secret of this kind: a command, or where to get one.
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        match self.kind {
            Kind::Key => "make one:  openssl rand -base64 32",
            Kind::Passphrase => "draw at least 6 words at random, with dice or a password manager",
            Kind::Password => "make one:  openssl rand -base64 24",
            Kind::VendorToken => "copy the real one from the vendor's console",
        }
    }
}
