//! The keys of the service: rings that follow the settings, so that a secret can be exchanged while the service runs.

use std::io;
use std::time::SystemTime;

use hmac::{Hmac, KeyInit, Mac};
use secure_config::SecretString;
use secure_config::keyring::{Key, KeyRing};
use secure_config::reload::Live;
use sha2::Sha256;

use crate::settings::Settings;

/// What signs access tokens, what signs refresh tokens, and what their fingerprints are made with.
#[derive(Clone, Debug)]
pub struct Keys {
    pub access: KeyRing,
    pub refresh: KeyRing,
    pepper: KeyRing,
}

impl Keys {
    /// The rings of these settings; each wipes a key when its grace ends.
    pub fn following(live: &Live<Settings>) -> io::Result<Self> {
        let grace = live.read().key_grace;
        let ring = |pick: fn(&Settings) -> &SecretString| {
            let ring = KeyRing::new(pick(&live.read()), grace);
            ring.sweep_in_background()?;
            ring.follow(live, pick).forever();
            Ok::<_, io::Error>(ring)
        };
        Ok(Self {
            access: ring(|settings| &settings.jwt_access_secret)?,
            refresh: ring(|settings| &settings.jwt_refresh_secret)?,
            pepper: ring(|settings| &settings.refresh_token_fingerprint_pepper)?,
        })
    }

    /// Logs everyone out of this process; the instant from which on tokens are admitted.
    pub fn log_out_everyone(&self) -> SystemTime {
        let instant = self.access.log_out_everyone();
        self.log_out_before(instant);
        instant
    }

    /// Refuses every token that was issued before `instant`, and whatever an older key signed: if such a key has leaked, whoever has it
    /// signs tokens of any time.
    pub fn log_out_before(&self, instant: SystemTime) {
        for ring in [&self.access, &self.refresh] {
            ring.set_not_before(instant);
        }
        for ring in [&self.access, &self.refresh, &self.pepper] {
            ring.forget_previous();
        }
    }

    /// What the database keeps of a refresh token: who reads the database cannot use it.
    pub fn fingerprint(&self, token: &str) -> String {
        code(&self.pepper.current(), token)
    }

    /// Whether `token` is the one of which the database keeps `fingerprint`.
    pub fn fits(&self, fingerprint: &str, token: &str) -> bool {
        let fits = |key: &Key| {
            SecretString::from(code(key, token))
                .ct_eq(fingerprint)
                .then_some(())
        };
        self.pepper.verify_with(fits).is_some()
    }
}

/// HMAC-SHA-256 of a token, in hexadecimal digits.
fn code(key: &Key, token: &str) -> String {
    // HMAC takes keys of any length.
    let Ok(mut hmac) = Hmac::<Sha256>::new_from_slice(key.expose_secret()) else {
        return String::new();
    };
    hmac.update(token.as_bytes());
    let bytes = hmac.finalize().into_bytes();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
