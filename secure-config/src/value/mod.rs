//! From the bytes of a variable to a value of the field's type.

mod bridge;
mod duration;
mod error;
mod list;
mod parsed;
mod scalar;
mod secret;
mod shape;

pub use bridge::Bridged;
pub use error::ValueError;
pub use list::List;
pub use parsed::{HoldsParsed, Parsed};

use std::fmt::Display;
use std::rc::Rc;
use std::sync::Arc;

use crate::loading::Loading;
use crate::memory::text_of;
use crate::problem::{ProblemKind, Refusal};
use crate::raw::Bytes;
use crate::schema::{Field, Rule, Shape};
use shape::{Subject, WITHOUT_QUOTES};

/// A type that one variable can hold.
pub trait FromRaw: Sized {
    /// The shape of the type.
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

    /// Returns the value when the variable is not set; `None` if it must be set.
    #[must_use]
    fn unset() -> Option<Self> {
        None
    }

    /// Returns the refusal of a type that no text makes, if only a running program can find that out.
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

/// Returns bytes as a text, without a look at `one_of`.
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
                return Err(not_one_of(text, field, allowed));
            }
        }
    }
    Ok(())
}

/// The refusal of a word that is not allowed, with the one that was probably meant.
#[cold]
fn not_one_of(text: &str, field: &Field, allowed: &[&str]) -> Box<Refusal> {
    let what = format!("one of {}", allowed.join(", "));
    let refusal = refused(ProblemKind::NotOneOf, text, field, &what);
    let near = allowed
        .iter()
        .filter_map(|word| Some((crate::check::distance(word, text)?, word)));
    match near.min() {
        Some((_, word)) if refusal.remedy.is_none() && !field.is_sensitive() => {
            refusal.remedy(format!("did you mean {word}?"))
        }
        _ => refusal,
    }
}

/// A sentence that a plain value is not `what`, which quotes it only where it may.
pub(crate) fn is_not(text: &str, what: &str) -> String {
    Subject::of_plain(text).is_not(what)
}

/// The refusal of a text that is not `what`.
pub(crate) fn wrong_type(text: &str, field: &Field, what: &str) -> Box<Refusal> {
    refused(ProblemKind::WrongType, text, field, what)
}

/// The refusal by `kind` of a text that is not `what`.
#[cold]
fn refused(kind: ProblemKind, text: &str, field: &Field, what: &str) -> Box<Refusal> {
    if crate::check::is_service_address(text.as_bytes()) {
        return Refusal::new(kind, format!("a service link of Kubernetes is not {what}"))
            .remedy("say enableServiceLinks: false in the pod's spec, or give the variable or the service another name");
    }
    hinted(text, Refusal::new(kind, Subject::of(text, field).is_not(what)))
}

/// Adds what the value itself suggests.
fn hinted(text: &str, refusal: Box<Refusal>) -> Box<Refusal> {
    if shape::is_in_quotes(text) {
        return refusal.remedy(WITHOUT_QUOTES);
    }
    refusal
}

/// Warns of a text in quotes, which are part of it.
#[inline]
pub(crate) fn warn_of_quotes(text: &str, loading: &mut Loading<'_>) {
    if shape::is_in_quotes(text) {
        let refusal = Refusal::new(
            ProblemKind::Invalid,
            "has quotes around it, which are part of the value",
        );
        loading.warn(*refusal.remedy(WITHOUT_QUOTES));
    }
}

/// The refusal of a text by a parser of the service. Its reason is shown when it cannot quote the text, or when that may be shown.
#[cold]
pub(crate) fn refused_by_parser<E: Display + 'static>(text: &str, field: &Field, error: &E) -> Box<Refusal> {
    const SHOWN: usize = 120;
    let subject = Subject::of(text, field);
    let reason = error::fixed_reason(error).or_else(|| subject.is_quoted().then(|| error.to_string()));
    let mut message = subject.is_not("valid");
    if let Some(reason) = reason {
        message.push_str(if reason.starts_with("item ") { ", " } else { ": " });
        message.extend(reason.chars().take(SHOWN));
    }
    hinted(text, Refusal::new(ProblemKind::WrongType, message))
}
