//! Picks, by the type of a field, the way its value is read.
//!
//! A macro sees names of types, not types. So the derive asks the compiler: a method of one name stands at several depths of reference, and
//! method resolution takes the outermost whose bounds hold. Our own scalars and secrets come first, then containers of what serde reads, then
//! what serde reads. Constants resolve likewise: an inherent one hides that of a trait.

use std::marker::PhantomData;

use serde::de::DeserializeOwned;

use crate::loading::Loading;
use crate::problem::Refusal;
use crate::raw::Bytes;
use crate::schema::{Field, Kind, Shape};
use crate::value::{Bridged, FromRaw};

/// Stands for a type in a question to the compiler.
#[derive(Debug)]
pub struct Probe<T>(PhantomData<T>);

impl<T> Probe<T> {
    /// The question.
    pub const ASK: Self = Self(PhantomData);
}

/// What the type of a field looks like, where we know it.
impl<T: FromRaw> Probe<T> {
    /// Its shape.
    pub const SHAPE: Shape = T::SHAPE;
}

/// What the type of a field looks like, where only serde knows it.
pub trait UnknownShape {
    /// Its shape.
    const SHAPE: Shape = Shape::one(Kind::Other);
}

impl<T> UnknownShape for Probe<T> {}

/// A way to read a value.
pub trait Way {
    /// What it makes.
    type Value;

    /// Reads and checks the value.
    ///
    /// # Errors
    /// Which rule the value breaks.
    fn from_raw(
        bytes: Bytes<'_>,
        field: &'static Field,
        loading: &mut Loading<'_>,
    ) -> Result<Self::Value, Box<Refusal>>;

    /// What it is when the variable is not set.
    fn unset() -> Option<Self::Value>;
}

/// The way of a type of ours.
#[derive(Debug)]
pub struct Own<T>(PhantomData<T>);

impl<T: FromRaw> Way for Own<T> {
    type Value = T;

    fn from_raw(
        bytes: Bytes<'_>,
        field: &'static Field,
        loading: &mut Loading<'_>,
    ) -> Result<T, Box<Refusal>> {
        T::from_raw(bytes, field, loading)
    }

    fn unset() -> Option<T> {
        T::unset()
    }
}

macro_rules! serde_ways {
    ($($(#[$doc:meta])* $way:ident: $value:ty, $bridged:ty, $unwrap:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $way<T>(PhantomData<T>);

        impl<T: DeserializeOwned> Way for $way<T> {
            type Value = $value;

            fn from_raw(bytes: Bytes<'_>, field: &'static Field, loading: &mut Loading<'_>) -> Result<$value, Box<Refusal>> {
                <$bridged>::from_raw(bytes, field, loading).map($unwrap)
            }

            fn unset() -> Option<$value> {
                <$bridged>::unset().map($unwrap)
            }
        }
    )*};
}

serde_ways! {
    /// The way of a type that serde reads.
    Serde: T, Bridged<T>, |value| value.0;
    /// The way of an option of one.
    SerdeOption: Option<T>, Option<Bridged<T>>, |value| value.map(|value| value.0);
    /// The way of a list of them.
    SerdeList: Vec<T>, Vec<Bridged<T>>, |list| list.into_iter().map(|value| value.0).collect();
    /// The way of an optional list of them.
    SerdeOptionList: Option<Vec<T>>, Option<Vec<Bridged<T>>>,
        |list| list.map(|list| list.into_iter().map(|value| value.0).collect());
}

/// No way: the type is none that one variable can hold.
#[derive(Debug)]
pub struct NoWay<T>(PhantomData<T>);

impl<T: FromVariable> Way for NoWay<T> {
    type Value = T;

    fn from_raw(_: Bytes<'_>, _: &'static Field, _: &mut Loading<'_>) -> Result<T, Box<Refusal>> {
        unreachable!("no type implements FromVariable")
    }

    fn unset() -> Option<T> {
        None
    }
}

/// Nothing implements it: it is there for the error.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a variable",
    label = "no variable can hold this type",
    note = "a type can be: one that implements `serde::Deserialize`, a secret type, or a type of std such as `u16` or `PathBuf`",
    note = "for a struct with `#[derive(SecureConfig)]` say `#[secure(nested)]`; for any other type `#[secure(parse = path)]`"
)]
pub trait FromVariable {}

macro_rules! depths {
    ($($trait:ident ($($bound:tt)*) $receiver:ty => $way:ty;)*) => {$(
        /// A depth of the question.
        pub trait $trait {
            /// The way that this depth answers with.
            type Way;

            /// The answer.
            fn way(&self) -> PhantomData<Self::Way> {
                PhantomData
            }
        }

        impl<T $($bound)*> $trait for $receiver {
            type Way = $way;
        }
    )*};
}

depths! {
    Depth0 (: FromRaw) &&&&&Probe<T> => Own<T>;
    Depth1 (: DeserializeOwned) &&&&Probe<Option<Vec<T>>> => SerdeOptionList<T>;
    Depth2 (: DeserializeOwned) &&&Probe<Option<T>> => SerdeOption<T>;
    Depth3 (: DeserializeOwned) &&Probe<Vec<T>> => SerdeList<T>;
    Depth4 (: DeserializeOwned) &Probe<T> => Serde<T>;
    Depth5 () Probe<T> => NoWay<T>;
}
