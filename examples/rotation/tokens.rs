//! Tokens (RFC 7519) that the ring's current key signs, and that each of its live keys verifies.

use std::time::Duration;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use secure_config::keyring::KeyRing;
use serde::{Deserialize, Serialize};

/// What a token says.
#[derive(Debug, Serialize, Deserialize)]
pub struct Claims {
    /// Whose it is.
    pub sub: String,
    /// When it was issued.
    iat: u64,
    /// When it ends.
    exp: u64,
    /// Its own number: two tokens of one second are two.
    pub jti: String,
}

/// Why no token could be issued.
pub type NotIssued = Box<dyn std::error::Error + Send + Sync>;

/// A token for `user`.
pub fn issue(ring: &KeyRing, user: String, lifetime: Duration) -> Result<String, NotIssued> {
    let mut number = [0; 16];
    getrandom::fill(&mut number)?;
    let key = ring.current();
    let mut header = Header::new(Algorithm::HS256);
    header.kid = Some(key.id().to_string());
    let iat = ring.issue_time();
    let claims = Claims {
        sub: user,
        iat,
        exp: iat.saturating_add(lifetime.as_secs()),
        jti: format!("{:032x}", u128::from_be_bytes(number)),
    };
    let key = EncodingKey::from_secret(key.expose_secret())?;
    Ok(encode(&header, &claims, &key)?)
}

/// What a token says, if a live key signed it, it has not ended, and nobody was logged out since.
pub fn verify(ring: &KeyRing, token: &str) -> Option<Claims> {
    // Never the algorithm that the token itself names.
    let mut rules = Validation::new(Algorithm::HS256);
    rules.leeway = 0;
    let claims = ring.verify_with(|key| {
        let key = DecodingKey::from_secret(key.expose_secret()).ok()?;
        decode::<Claims>(token, &key, &rules).ok()
    })?;
    Some(claims.claims).filter(|claims| ring.admits(claims.iat))
}

#[cfg(test)]
mod tests {
    use secure_config::SecretString;

    use super::*;

    #[test]
    fn only_what_a_live_key_signed_is_verified() -> Result<(), NotIssued> {
        let hour = Duration::from_secs(3600);
        let ring = KeyRing::new(&SecretString::generate()?, hour);
        let token = issue(&ring, "ada".into(), hour)?;
        assert!(verify(&ring, &token).is_some_and(|claims| claims.sub == "ada"));

        ring.rotate(&SecretString::generate()?);
        assert!(verify(&ring, &token).is_some(), "within the grace");
        let newer = issue(&ring, "ada".into(), hour)?;

        let other = KeyRing::new(&SecretString::generate()?, hour);
        assert!(verify(&other, &token).is_none());
        assert!(verify(&ring, &format!("{token}x")).is_none());
        // {"alg":"none"} and the same claims.
        let claims = token.split('.').nth(1).unwrap_or_default();
        assert!(verify(&ring, &format!("eyJhbGciOiJub25lIn0.{claims}.")).is_none());

        let _ = ring.log_out_everyone();
        for token in [token, newer] {
            assert!(verify(&ring, &token).is_none());
        }
        assert!(verify(&ring, &issue(&ring, "ada".into(), hour)?).is_some());
        Ok(())
    }
}
