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

/// Kept up to 256 bytes; what is cut is marked by an ellipsis.
impl From<&str> for Value {
    fn from(text: &str) -> Self {
        if text.len() <= MAX_TEXT {
            return Self(Kind::Text(text.to_owned()));
        }
        let mut end = MAX_TEXT;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        Self(Kind::Text(format!("{}…", &text[..end])))
    }
}

/// Kept up to 256 bytes; what is cut is marked by an ellipsis.
impl From<String> for Value {
    fn from(text: String) -> Self {
        if text.len() <= MAX_TEXT {
            Self(Kind::Text(text))
        } else {
            Self::from(text.as_str())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
