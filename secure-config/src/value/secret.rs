//! Secrets: judged as borrowed bytes, and kept as the one copy.

use super::FromRaw;
use crate::check;
use crate::gate::has_credentials;
use crate::loading::Loading;
use crate::problem::{ProblemKind, Refusal};
use crate::raw::Bytes;
use crate::schema::{Field, Kind, Rule, SecretKind, Shape};
use crate::secret::{SecretBytes, SecretString, SecretUrl, decode};

impl FromRaw for SecretString {
    const SHAPE: Shape = Shape::one(Kind::Secret(SecretKind::Text));

    fn from_raw(
        bytes: Bytes<'_>,
        field: &'static Field,
        loading: &mut Loading<'_>,
    ) -> Result<Self, Box<Refusal>> {
        let text = bytes.as_slice();
        check::edges(text)?;
        check::controls(text)?;
        loading
            .examine(|context| check::secret(text, text.len(), field, context))
            .map_err(|refusal| utf8_first(text, refusal))?;
        loading.keep_fingerprint(field, text);
        let locked = bytes.into_locked();
        loading.carry(&locked, field);
        Self::from_locked(locked).ok_or_else(not_utf8)
    }
}

impl FromRaw for SecretBytes {
    const SHAPE: Shape = Shape::one(Kind::Secret(SecretKind::Bytes));

    fn from_raw(
        bytes: Bytes<'_>,
        field: &'static Field,
        loading: &mut Loading<'_>,
    ) -> Result<Self, Box<Refusal>> {
        let text = bytes.as_slice();
        let encoding = field.find(|rule| match rule {
            Rule::Encoding(encoding) => Some(*encoding),
            _ => None,
        });
        check::edges(text)?;
        let Some(encoding) = encoding else {
            loading.examine(|context| check::secret(text, text.len(), field, context))?;
            loading.keep_fingerprint(field, text);
            let locked = bytes.into_locked();
            loading.carry(&locked, field);
            return Ok(Self::from_locked(locked));
        };
        // Well-known texts first: a placeholder is seldom valid hex, and "is a placeholder" helps more than "is not hex".
        let decoded = decode(text, encoding);
        let used = decoded
            .as_ref()
            .map_or(usize::MAX, |decoded| decoded.as_bytes().len());
        loading.examine(|context| check::secret(text, used, field, context))?;
        let Some(decoded) = decoded else {
            let message = format!("is not valid {}", encoding.as_str());
            return Err(Refusal::new(ProblemKind::WrongType, message).remedy(check::remedy(field)));
        };
        loading.keep_fingerprint(field, decoded.as_bytes());
        if loading.carries() {
            // A later load reads the variable as it was spelled: the text lives as long as its bytes.
            let text = bytes.into_locked();
            loading.carry(&text, field);
            decoded.keep(&text);
        }
        Ok(Self::from_locked(decoded))
    }
}

impl FromRaw for SecretUrl {
    const SHAPE: Shape = Shape::one(Kind::Secret(SecretKind::Url));

    fn from_raw(
        bytes: Bytes<'_>,
        field: &'static Field,
        loading: &mut Loading<'_>,
    ) -> Result<Self, Box<Refusal>> {
        check::edges(bytes.as_slice())?;
        check::url_form(bytes.as_slice(), field)?;
        let locked = bytes.into_locked();
        loading.carry(&locked, field);
        let url = Self::from_locked(locked)
            .ok_or_else(not_utf8)?
            .map_err(|invalid| {
                Refusal::new(ProblemKind::WrongType, invalid.to_string())
                    .remedy("write it as scheme://user:password@host:port/path")
            })?;
        loading.examine(|context| check::url(&url, field, context))?;
        // The address of a server that two settings share is not a shared secret.
        if has_credentials(url.expose_secret().as_bytes()) {
            loading.keep_fingerprint(field, url.expose_secret().as_bytes());
        }
        Ok(url)
    }
}

/// Prefers the refusal of bytes that are not UTF-8, which usually break other rules as well.
#[cold]
fn utf8_first(text: &[u8], refusal: Box<Refusal>) -> Box<Refusal> {
    if std::str::from_utf8(text).is_err() {
        not_utf8()
    } else {
        refusal
    }
}

fn not_utf8() -> Box<Refusal> {
    Refusal::new(ProblemKind::NotUtf8, "is not UTF-8")
        .remedy("use SecretBytes with an encoding for keys that are not text")
}

/// The length rules of a plain text.
pub(super) fn check_plain_length(text: &[u8], field: &Field) -> Result<(), Box<Refusal>> {
    for rule in field.rules() {
        match *rule {
            Rule::MinLen(least) if text.len() < least => {
                let message = format!("is shorter than {least} bytes");
                return Err(Refusal::new(ProblemKind::TooShort, message));
            }
            Rule::MaxLen(most) if text.len() > most => {
                let message = format!("is longer than {most} bytes");
                return Err(Refusal::new(ProblemKind::TooLong, message));
            }
            _ => {}
        }
    }
    Ok(())
}
