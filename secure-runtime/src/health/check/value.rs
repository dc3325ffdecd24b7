//! A figure that a check found.

/// A longer text is cut.
const MAX_TEXT: usize = 256;

/// A figure that a check found: a number, a yes or no, or a short text.
#[derive(Clone, Debug, PartialEq)]
pub struct Value(Kind);

#[derive(Clone, Debug, PartialEq)]
pub(in crate::health) enum Kind {
    Bool(bool),
    Signed(i64),
    Unsigned(u64),
    Float(f64),
    Text(String),
}

impl Value {
    pub(in crate::health) const fn kind(&self) -> &Kind {
        &self.0
    }
}

macro_rules! from {
    ($($type:ty => $kind:ident),* $(,)?) => {$(
        impl From<$type> for Value {
            fn from(value: $type) -> Self {
                Self(Kind::$kind(value.into()))
            }
        }
    )*};
}

from! {
    bool => Bool,
    i8 => Signed, i16 => Signed, i32 => Signed, i64 => Signed,
    u8 => Unsigned, u16 => Unsigned, u32 => Unsigned, u64 => Unsigned,
    f32 => Float, f64 => Float,
}

impl From<usize> for Value {
    fn from(value: usize) -> Self {
        Self(Kind::Unsigned(u64::try_from(value).unwrap_or(u64::MAX)))
    }
}

/// Kept up to 256 bytes; what is cut is marked by an ellipsis, and secrets of this process are masked.
impl From<&str> for Value {
    fn from(text: &str) -> Self {
        let mut text = secure_config::redact(text).into_owned();
        if text.len() > MAX_TEXT {
            let end = (0..=MAX_TEXT)
                .rev()
                .find(|&end| text.is_char_boundary(end))
                .unwrap_or(0);
            text.truncate(end);
            text.push('…');
        }
        Self(Kind::Text(text))
    }
}

/// As from `&str`.
impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked() {
        let _live = secure_config::SecretString::new("swordfish-1f9a");
        let masked = Value(Kind::Text("user:[REDACTED]@db".to_owned()));
        assert_eq!(Value::from("user:swordfish-1f9a@db"), masked);
        assert_eq!(Value::from("user:swordfish-1f9a@db".to_owned()), masked);
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        let Value(Kind::Text(text)) = Value::from("é".repeat(200)) else {
            panic!("a text")
        };
        assert_eq!(text, format!("{}…", "é".repeat(128)));
        let Value(Kind::Text(text)) = Value::from(format!("a{}", "é".repeat(200))) else {
            panic!("a text")
        };
        assert_eq!(text, format!("a{}…", "é".repeat(127)));
    }
}
