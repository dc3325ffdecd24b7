//! The scalars of std, which do not pay for serde.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use super::{FromRaw, text, trimmed, wrong_type};
use crate::loading::Loading;
use crate::problem::{ProblemKind, Refusal};
use crate::raw::Bytes;
use crate::schema::{Bound, Field, Kind, Rule, Shape};

impl FromRaw for String {
    const SHAPE: Shape = Shape::one(Kind::Text);

    fn from_raw(
        bytes: Bytes<'_>,
        field: &'static Field,
        loading: &mut Loading<'_>,
    ) -> Result<Self, Box<Refusal>> {
        let text = text(bytes.as_slice(), field)?;
        super::secret::check_plain_length(text.as_bytes(), field)?;
        super::warn_of_quotes(text, loading);
        Ok(text.to_owned())
    }
}

impl FromRaw for PathBuf {
    const SHAPE: Shape = Shape::one(Kind::Path);

    fn from_raw(
        bytes: Bytes<'_>,
        field: &'static Field,
        loading: &mut Loading<'_>,
    ) -> Result<Self, Box<Refusal>> {
        if let Ok(text) = std::str::from_utf8(bytes.as_slice()) {
            super::warn_of_quotes(text, loading);
        }
        Ok(os_text(bytes.as_slice(), field)?.into())
    }
}

impl FromRaw for OsString {
    const SHAPE: Shape = Shape::one(Kind::Text);

    fn from_raw(bytes: Bytes<'_>, field: &'static Field, _: &mut Loading<'_>) -> Result<Self, Box<Refusal>> {
        let text = os_text(bytes.as_slice(), field)?;
        super::secret::check_plain_length(bytes.as_slice(), field)?;
        Ok(text)
    }
}

/// A text of the system: bytes here, where one that is not UTF-8 still names its file.
fn os_text(bytes: &[u8], field: &Field) -> Result<OsString, Box<Refusal>> {
    let is_listed = field.rules().iter().any(|rule| matches!(rule, Rule::OneOf(_)));
    #[cfg(unix)]
    if !is_listed {
        use std::os::unix::ffi::OsStringExt;
        return Ok(OsString::from_vec(bytes.to_vec()));
    }
    let _ = is_listed;
    Ok(text(bytes, field)?.into())
}

macro_rules! held {
    ($($held:ty: $owned:ty;)*) => {$(
        impl FromRaw for $held {
            const SHAPE: Shape = <$owned>::SHAPE;

            fn from_raw(bytes: Bytes<'_>, field: &'static Field, loading: &mut Loading<'_>) -> Result<Self, Box<Refusal>> {
                <$owned>::from_raw(bytes, field, loading).map(Self::from)
            }
        }
    )*};
}

held! {
    Box<str>: String;
    Rc<str>: String;
    Arc<str>: String;
    Cow<'static, str>: String;
    Box<OsStr>: OsString;
    Rc<OsStr>: OsString;
    Arc<OsStr>: OsString;
    Cow<'static, OsStr>: OsString;
    Box<Path>: PathBuf;
    Rc<Path>: PathBuf;
    Arc<Path>: PathBuf;
    Cow<'static, Path>: PathBuf;
}

impl FromRaw for bool {
    const SHAPE: Shape = Shape::one(Kind::Bool);

    fn from_raw(bytes: Bytes<'_>, field: &'static Field, _: &mut Loading<'_>) -> Result<Self, Box<Refusal>> {
        const WORDS: [(&str, bool); 8] = [
            ("true", true),
            ("false", false),
            ("1", true),
            ("0", false),
            ("yes", true),
            ("no", false),
            ("on", true),
            ("off", false),
        ];
        let text = trimmed(bytes.as_slice(), field)?;
        match WORDS.iter().find(|(word, _)| word.eq_ignore_ascii_case(text)) {
            Some(&(_, value)) => Ok(value),
            None => Err(wrong_type(text, field, "true or false")),
        }
    }
}

impl FromRaw for char {
    const SHAPE: Shape = Shape::one(Kind::Char);

    fn from_raw(bytes: Bytes<'_>, field: &'static Field, _: &mut Loading<'_>) -> Result<Self, Box<Refusal>> {
        let text = text(bytes.as_slice(), field)?;
        let mut characters = text.chars();
        match (characters.next(), characters.next()) {
            (Some(character), None) => Ok(character),
            _ => Err(wrong_type(text, field, "one character")),
        }
    }
}

macro_rules! addresses {
    ($($type:ty: $what:literal;)*) => {$(
        impl FromRaw for $type {
            const SHAPE: Shape = Shape::one(Kind::Address);

            fn from_raw(bytes: Bytes<'_>, field: &'static Field, _: &mut Loading<'_>) -> Result<Self, Box<Refusal>> {
                let text = trimmed(bytes.as_slice(), field)?;
                text.parse().map_err(|_| wrong_type(text, field, $what))
            }
        }
    )*};
}

addresses! {
    IpAddr: "an IP address";
    Ipv4Addr: "an IPv4 address";
    Ipv6Addr: "an IPv6 address";
    SocketAddr: "an address with a port, such as 127.0.0.1:8080";
    SocketAddrV4: "an IPv4 address with a port, such as 127.0.0.1:8080";
    SocketAddrV6: "an IPv6 address with a port, such as [::1]:8080";
}

/// The largest number that descriptors hold is an i128's.
const fn clamp(most: u128) -> i128 {
    if most > i128::MAX as u128 {
        i128::MAX
    } else {
        most as i128
    }
}

macro_rules! integers {
    ($($type:ty, $nonzero:ty;)*) => {$(
        impl FromRaw for $type {
            const SHAPE: Shape = Shape::one(Kind::Integer { least: <$type>::MIN as i128, most: clamp(<$type>::MAX as u128) });

            fn from_raw(bytes: Bytes<'_>, field: &'static Field, _: &mut Loading<'_>) -> Result<Self, Box<Refusal>> {
                let text = trimmed(bytes.as_slice(), field)?;
                // A u128 above i128's largest compares as that: no bound lies higher.
                let wide = |value: $type| i128::try_from(value).unwrap_or(i128::MAX);
                match text.parse::<$type>() {
                    Ok(value) if in_range(field, |bound| wide(value).cmp(&bound.int).into()) => Ok(value),
                    result => Err(not_a_number(text, field, result.is_ok() || is_whole(text), Bound::whole, (&<$type>::MIN, &<$type>::MAX))),
                }
            }
        }

        impl FromRaw for $nonzero {
            const SHAPE: Shape = Shape::one(Kind::Integer {
                least: if <$type>::MIN == 0 { 1 } else { <$type>::MIN as i128 },
                most: clamp(<$type>::MAX as u128),
            });

            fn from_raw(bytes: Bytes<'_>, field: &'static Field, loading: &mut Loading<'_>) -> Result<Self, Box<Refusal>> {
                let value = <$type>::from_raw(bytes, field, loading)?;
                Self::new(value).ok_or_else(|| Refusal::new(ProblemKind::OutOfRange, "must not be 0"))
            }
        }
    )*};
}

integers! {
    u8, std::num::NonZeroU8;
    u16, std::num::NonZeroU16;
    u32, std::num::NonZeroU32;
    u64, std::num::NonZeroU64;
    u128, std::num::NonZeroU128;
    usize, std::num::NonZeroUsize;
    i8, std::num::NonZeroI8;
    i16, std::num::NonZeroI16;
    i32, std::num::NonZeroI32;
    i64, std::num::NonZeroI64;
    i128, std::num::NonZeroI128;
    isize, std::num::NonZeroIsize;
}

macro_rules! floats {
    ($($type:ty)*) => {$(
        impl FromRaw for $type {
            const SHAPE: Shape = Shape::one(Kind::Float);

            fn from_raw(bytes: Bytes<'_>, field: &'static Field, _: &mut Loading<'_>) -> Result<Self, Box<Refusal>> {
                let text = trimmed(bytes.as_slice(), field)?;
                // No setting means NaN or infinity, and either would slip through comparisons later.
                match text.parse::<$type>().ok().filter(|value| value.is_finite()) {
                    Some(value) if in_range(field, |bound| f64::from(value).partial_cmp(&bound.float)) => Ok(value),
                    parsed => Err(not_a_number(text, field, parsed.is_some(), Bound::fraction, (&"", &""))),
                }
            }
        }
    )*};
}

floats!(f32 f64);

/// Returns true if the value is in the field's range; `compare` orders it against an end.
fn in_range(field: &Field, compare: impl Fn(&Bound) -> Option<std::cmp::Ordering>) -> bool {
    field.rules().iter().all(|rule| match rule {
        Rule::Range(low, high) => {
            low.as_ref()
                .is_none_or(|low| compare(low).is_some_and(std::cmp::Ordering::is_ge))
                && high
                    .as_ref()
                    .is_none_or(|high| compare(high).is_some_and(std::cmp::Ordering::is_le))
        }
        _ => true,
    })
}

/// Returns true if the text is a whole number, of any size.
fn is_whole(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The refusal of a number; without a range the type's own ends are named, unless they are empty.
#[cold]
fn not_a_number(
    text: &str,
    field: &Field,
    is_number: bool,
    end: fn(&Bound) -> String,
    (least, most): (&dyn std::fmt::Display, &dyn std::fmt::Display),
) -> Box<Refusal> {
    let (mut least, mut most) = (least.to_string(), most.to_string());
    for rule in field.rules() {
        if let Rule::Range(low, high) = rule {
            least = low.as_ref().map_or(least, end);
            most = high.as_ref().map_or(most, end);
        }
    }
    let kind = if is_number {
        ProblemKind::OutOfRange
    } else {
        ProblemKind::WrongType
    };
    let range = match (least.is_empty(), most.is_empty()) {
        (false, false) => format!(" from {least} to {most}"),
        (false, true) => format!(" of {least} or more"),
        (true, false) => format!(" of {most} or less"),
        (true, true) => String::new(),
    };
    super::refused(kind, text, field, &format!("a number{range}"))
}
