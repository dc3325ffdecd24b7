//! Types with `FromStr` that serde does not read.

use std::fmt::Display;
use std::rc::Rc;
use std::str::FromStr;
use std::sync::Arc;

use super::{FromRaw, refused_by_parser, trimmed};
use crate::loading::Loading;
use crate::problem::Refusal;
use crate::raw::Bytes;
use crate::schema::{Field, Kind, Shape};

/// A value that `FromStr` makes.
#[derive(Debug)]
pub struct Parsed<T>(pub(crate) T);

impl<T> FromRaw for Parsed<T>
where
    T: FromStr<Err: Display + 'static>,
{
    const SHAPE: Shape = Shape::one(Kind::Other);

    fn from_raw(bytes: Bytes<'_>, field: &'static Field, _: &mut Loading<'_>) -> Result<Self, Box<Refusal>> {
        let text = trimmed(bytes.as_slice(), field)?;
        let parsed = text.parse();
        parsed
            .map(Self)
            .map_err(|error| refused_by_parser(text, field, &error))
    }
}

impl<T> Parsed<T> {
    pub(super) fn into_inner(self) -> T {
        self.0
    }
}

/// A list of such values, or a pointer to one.
pub trait HoldsParsed: Sized {
    /// The type that is read.
    type Read: FromRaw;

    /// Makes it from the value that was read.
    ///
    /// # Errors
    /// It must have another number of items.
    fn open(read: Self::Read) -> Result<Self, Box<Refusal>>;
}

macro_rules! pointers {
    ($($pointer:ident)*) => {$(
        impl<T> HoldsParsed for $pointer<T>
        where
            T: FromStr<Err: Display + 'static>,
        {
            type Read = Parsed<T>;

            fn open(read: Parsed<T>) -> Result<Self, Box<Refusal>> {
                Ok(Self::new(read.0))
            }
        }
    )*};
}

pointers!(Box Rc Arc);
