//! From the bytes of a variable to a value of the field's type.

mod bridge;
mod duration;
mod list;
mod parsed;
mod scalar;
mod secret;

pub use bridge::Bridged;
pub use list::List;
pub use parsed::{HoldsParsed, Parsed};

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use crate::loading::Loading;
use crate::memory::text_of;
use crate::problem::{ProblemKind, Refusal};
use crate::raw::Bytes;
use crate::schema::{Field, Rule, Shape};

/// A type that one variable can hold.
pub trait FromRaw: Sized {
    /// What the type looks like.
    const SHAPE: Shape;

    /// Reads and checks the value; `None` when it was refused, which `loading` has been told by then.
    ///
    /// # Errors
    /// Which rule of the field, or of the type, the value breaks.
    fn from_raw(
        bytes: Bytes<'_>,
        field: &'static Field,
        loading: &mut Loading<'_>,
    ) -> Result<Self, Box<Refusal>>;

    /// What it is when the variable is not set; `None` when it must be.
    #[must_use]
    fn unset() -> Option<Self> {
        None
    }

    /// Why no text at all makes one, as far as only a run of the program can find that out.
    #[must_use]
    fn never(_: &'static Field) -> Option<Box<Refusal>> {
        None
    }
}

impl<T: FromRaw> FromRaw for Option<T> {
    const SHAPE: Shape = T::SHAPE.optional();

    fn from_raw(
        bytes: Bytes<'_>,
        field: &'static Field,
        loading: &mut Loading<'_>,
    ) -> Result<Self, Box<Refusal>> {
        T::from_raw(bytes, field, loading).map(Some)
    }

    fn unset() -> Option<Self> {
        Some(None)
    }
}

macro_rules! pointers {
    ($($pointer:ident)*) => {$(
        impl<T: FromRaw> FromRaw for $pointer<T> {
            const SHAPE: Shape = T::SHAPE;

            fn from_raw(
                bytes: Bytes<'_>,
                field: &'static Field,
                loading: &mut Loading<'_>,
            ) -> Result<Self, Box<Refusal>> {
                T::from_raw(bytes, field, loading).map(Self::new)
            }

            fn unset() -> Option<Self> {
                T::unset().map(Self::new)
            }
        }
    )*};
}

pointers!(Box Rc Arc);

/// The text of a plain value, once it is UTF-8 and one of those allowed.
#[inline]
pub(crate) fn text<'b>(bytes: &'b [u8], field: &Field) -> Result<&'b str, Box<Refusal>> {
    let text = utf8(bytes)?;
    one_of(text, field)?;
    Ok(text)
}

/// The text that bytes are, whatever is allowed.
#[inline]
fn utf8(bytes: &[u8]) -> Result<&str, Box<Refusal>> {
    text_of(bytes)
        .map_err(|_| Refusal::new(ProblemKind::NotUtf8, "is not UTF-8").remedy("write it as UTF-8 text"))
}

/// The same without white space at its edges: no type but `String`, `char` and paths has any.
pub(crate) fn trimmed<'b>(bytes: &'b [u8], field: &Field) -> Result<&'b str, Box<Refusal>> {
    text(bytes.trim_ascii(), field)
}

#[inline]
fn one_of(text: &str, field: &Field) -> Result<(), Box<Refusal>> {
    for rule in field.rules() {
        if let Rule::OneOf(allowed) = rule {
            if !allowed.contains(&text) {
                let what = format!("one of {}", allowed.join(", "));
                return Err(refused(ProblemKind::NotOneOf, text, field, &what));
            }
        }
    }
    Ok(())
}

/// A plain value as the report shows it: escaped, cut, and not at all when it may be a secret that went astray.
pub(crate) fn echo(text: &str, field: &Field) -> Cow<'static, str> {
    if field.is_sensitive() {
        return HIDDEN.into();
    }
    shown(text)
}

/// What stands in place of a value that is not shown.
const HIDDEN: &str = "its value";

/// A plain value of a variable whose name does not say that it is a secret.
pub(crate) fn shown(text: &str) -> Cow<'static, str> {
    const SHOWN: usize = 32;
    if crate::check::looks_secret(text) {
        return HIDDEN.into();
    }
    let mut cut: String = text.chars().take(SHOWN).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    format!("\"{cut}\"").into()
}

/// The refusal of a text that is not `what`.
pub(crate) fn wrong_type(text: &str, field: &Field, what: &str) -> Box<Refusal> {
    refused(ProblemKind::WrongType, text, field, what)
}

/// The refusal by `kind` of a text that is not `what`.
fn refused(kind: ProblemKind, text: &str, field: &Field, what: &str) -> Box<Refusal> {
    if crate::check::is_service_address(text.as_bytes()) {
        return Refusal::new(kind, format!("a service link of Kubernetes is not {what}"))
            .remedy("say enableServiceLinks: false in the pod's spec, or give the variable or the service another name");
    }
    Refusal::new(kind, format!("{} is not {what}", echo(text, field)))
}

/// The refusal of a text by a parser of the service. Its reason may quote the text, and is shown only where that may be.
pub(crate) fn refused_by_parser(text: &str, field: &Field, error: &dyn std::fmt::Display) -> Box<Refusal> {
    const SHOWN: usize = 120;
    let what = echo(text, field);
    if !what.starts_with('"') {
        return Refusal::new(ProblemKind::WrongType, format!("{what} is not valid"));
    }
    let reason = error.to_string();
    // What was cut must not come back whole in the reason.
    if what.ends_with("…\"") && reason.contains(text) {
        return Refusal::new(ProblemKind::WrongType, format!("{what} is not valid"));
    }
    let reason: String = reason.chars().take(SHOWN).collect();
    Refusal::new(ProblemKind::WrongType, format!("{what} is not valid: {reason}"))
}
