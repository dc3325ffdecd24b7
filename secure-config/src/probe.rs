//! Picks, by the type of a field, the way its value is read, compared and made.
//!
//! A macro sees names of types, not types. So the derive asks the compiler: a method of one name stands at several depths of reference, and
//! method resolution takes the outermost whose bounds hold. Our own scalars and secrets come first, then containers of what serde reads, then
//! what serde reads. Constants resolve likewise: an inherent one hides that of a trait.

use std::marker::PhantomData;

use serde::de::DeserializeOwned;

use crate::__private::Nested;
use crate::loading::Loading;
use crate::problem::Refusal;
use crate::raw::Bytes;
use crate::schema::{Field, Kind, Shape};
use crate::secret::{SecretBytes, SecretString, SecretUrl};
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

/// What a struct that a field holds looks like.
impl<T: Nested> Probe<T> {
    /// Its shape.
    pub const NESTED: Shape = T::SHAPE;
}

/// What the type of a field looks like, where only serde knows it.
pub trait UnknownShape {
    /// Its shape.
    const SHAPE: Shape = Shape::one(Kind::Other);

    /// Its shape, where it is none that a field can hold; the code that reads it says so.
    const NESTED: Shape = Shape::one(Kind::Other);
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

impl<T> Way for NoWay<T> {
    type Value = T;

    fn from_raw(_: Bytes<'_>, field: &'static Field, _: &mut Loading<'_>) -> Result<T, Box<Refusal>> {
        // Never reached: the bound of `Depth5` fails first.
        Err(crate::value::wrong_type("", field, "a value of any type"))
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
}

/// The last depth: no way, said once, as a bound that fails.
pub trait Depth5<T> {
    /// The answer.
    fn way(&self) -> PhantomData<NoWay<T>>
    where
        T: FromVariable,
    {
        PhantomData
    }
}

impl<T> Depth5<T> for Probe<T> {}

/// What only a secret type is. Where a secret is misused, a constant beside the code says so; these impls keep the compiler from saying it
/// again in other words.
pub trait Hidden {}

impl Hidden for SecretString {}
impl Hidden for SecretBytes {}
impl Hidden for SecretUrl {}
impl<T: Hidden> Hidden for Option<T> {}
impl<T: Hidden> Hidden for Vec<T> {}

/// What the derive asks of a value whose type is a secret.
pub trait OfSecret<T> {
    /// No secret is compared with what the source says.
    fn allows<U>(&self, _: &T, _: &U) -> bool {
        false
    }

    /// No secret has a default.
    fn own_default(&self) -> Option<T> {
        None
    }
}

impl<T: Hidden> OfSecret<T> for &Probe<T> {}

/// What the derive asks of any other value.
pub trait OfPlain<T> {
    /// Whether the value is the one allowed.
    fn allows<U>(&self, value: &T, allowed: &U) -> bool
    where
        T: PartialEq<U>,
    {
        // Not `==` in the code of the derive: lints of the user would read the literal.
        value == allowed
    }

    /// The value when the variable is not set.
    fn own_default(&self) -> Option<T>
    where
        T: OwnDefault,
    {
        Some(T::own_default())
    }
}

impl<T> OfPlain<T> for Probe<T> {}

/// A type with a value of its own for a variable that is not set.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no `Default`",
    label = "`#[secure(default)]` takes the type's `Default`; to give a value say `#[secure(default = …)]`"
)]
pub trait OwnDefault: Sized {
    /// The value.
    fn own_default() -> Self;
}

impl<T: Default> OwnDefault for T {
    fn own_default() -> Self {
        Self::default()
    }
}
