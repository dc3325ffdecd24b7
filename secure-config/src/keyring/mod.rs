//! Rings of signing keys: the current one, and those before it until their grace ends.
//!
//! A service that signs tokens with a secret cannot just exchange it: everybody would be logged out. A [`KeyRing`] signs with the
//! current key and verifies with all that are alive; [`rotate`](KeyRing::rotate) makes another key the current one, and
//! [`follow`](KeyRing::follow) does so whenever [`Live`](crate::reload::Live) settings bring one.
//!
//! # Rules
//!
//! 1. **One current key** signs. A key that is no longer current verifies until its grace ends, and then never again, whether it has
//!    been wiped by then or not.
//! 2. **A key whose grace has ended is wiped** by the next [`sweep`](KeyRing::sweep), by the next verification, or by the thread of
//!    [`sweep_in_background`](KeyRing::sweep_in_background) at that moment, when nobody calls anything. The ring holds the secret's one place,
//!    not a copy; it is wiped when its last holder lets go, so who keeps a [`Key`] keeps the secret.
//! 3. **Every live key is tried** by [`verify_with`](KeyRing::verify_with), also behind the one that fits: the time tells how many keys there
//!    are, and not which one fits.
//! 4. **A key's id tells nothing of the key**: unless one is given, it is the first 8 bytes of HMAC-SHA-256 of a fixed text under the
//!    key, in hexadecimal digits. Every replica that has the key finds the same id. (A key that can be guessed is guessed by its id, as
//!    by any token it signed: the [gate](crate::gate) is what keeps such keys out.)
//! 5. **Logging everyone out** ([`log_out_everyone`](KeyRing::log_out_everyone)) needs no rotation: tokens that were issued before the
//!    instant it returns are [refused](KeyRing::admits). The instant only ever rises. It lives in this process: who restarts or has
//!    replicas stores it, and hands it to [`set_not_before`](KeyRing::set_not_before).
//! 6. **A key that has leaked** is rotated out, and then [forgotten](KeyRing::forget_previous): within its grace whoever has it could sign
//!    tokens of any time, which no forced logout keeps out.
//! 7. At most 16 keys; the one that would end first goes when there are more.
//! 8. Time is a [`Clock`]: graces are counted on a clock that never jumps, tokens on that of the wall.
//!
//! # Examples
//!
//! ```
//! use std::time::Duration;
//!
//! use secure_config::SecretString;
//! use secure_config::keyring::KeyRing;
//!
//! let ring = KeyRing::new(&SecretString::generate()?, Duration::from_secs(3600));
//! let old = ring.current().id().clone();
//!
//! assert!(ring.rotate(&SecretString::generate()?));
//! assert_ne!(ring.current().id(), &old);
//! assert!(ring.key(&old).is_some(), "within its grace");
//!
//! let issued = ring.issue_time();
//! assert!(ring.admits(issued));
//! let stored = ring.log_out_everyone();
//! assert!(!ring.admits(issued));
//! assert!(ring.admits(ring.issue_time()), "whoever logs in again");
//! assert_eq!(ring.not_before(), Some(stored));
//! # Ok::<(), std::io::Error>(())
//! ```

mod builder;
mod clock;
mod id;
mod key;
mod keys;
mod logout;
mod ring;
mod sweep;

pub use builder::KeyRingBuilder;
pub use clock::{Clock, SystemClock};
pub use id::{InvalidKeyId, KeyId};
pub use key::{Key, KeyMaterial};
pub use ring::{KeyIdTaken, KeyRing};
