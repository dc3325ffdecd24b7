//! Picks, by the type of a field, the way its value is read, compared and made.
//!
//! A macro sees names of types, not types, so the generated code lets the compiler decide. Methods of one name are implemented at several
//! depths of reference, and method resolution takes the outermost one whose bounds hold: first our types and those of std, then types that
//! serde reads, then types that `FromStr` reads. Constants resolve likewise: an inherent one hides that of a trait.

use std::collections::{BTreeSet, BinaryHeap, HashSet, LinkedList, VecDeque};
use std::fmt::Display;
use std::marker::PhantomData;
use std::mem::{Discriminant, align_of, needs_drop, size_of};
use std::ops::{Bound, Range, RangeFrom, RangeInclusive, RangeTo};
use std::rc::Rc;
use std::str::FromStr;
use std::sync::Arc;
use std::time::SystemTime;

use serde::Deserializer;
use serde::de::DeserializeOwned;

use crate::__private::Nested;
use crate::loading::Loading;
use crate::problem::Refusal;
use crate::raw::Bytes;
use crate::schema::{Field, Kind, Shape};
use crate::secret::{SecretBytes, SecretString, SecretUrl};
use crate::value::{Bridged, FromRaw, HoldsParsed, List, Parsed};

/// Stands for a type in a question to the compiler.
#[derive(Debug)]
pub struct Probe<T>(PhantomData<T>);

impl<T> Probe<T> {
    /// The question.
    pub const ASK: Self = Self(PhantomData);

    /// True if the type is an enum with data in a variant; false for some of those as well.
    ///
    /// An enum without data is as large as a whole number and has nothing to drop. The discriminant of a type that is not an enum is a byte.
    pub const HOLDS_DATA: bool = {
        let is_enum = size_of::<Discriminant<T>>() == size_of::<isize>();
        let is_number = size_of::<T>() == 0 || size_of::<T>() == align_of::<T>();
        is_enum && (needs_drop::<T>() || !is_number)
    };
}

/// The type of a field, where we know how to read it.
impl<T: FromRaw> Probe<T> {
    /// Its shape.
    pub const SHAPE: Shape = T::SHAPE;
    /// True if we read it ourselves.
    pub const IS_KNOWN: bool = true;
}

/// A struct that a field holds.
impl<T: Nested> Probe<T> {
    /// Its shape.
    pub const NESTED: Shape = T::SHAPE;
}

impl<T> Probe<Option<T>> {
    /// True if it may be left out.
    pub const IS_OPTION: bool = true;
}

impl<T: Listed> Probe<T> {
    /// True if it holds the items of a list.
    pub const IS_LIST: bool = true;
}

/// A map or a list of pairs, of whatever crate.
impl<T, K, V> Probe<T>
where
    T: IntoIterator<Item = (K, V)>,
{
    /// True if it has names and values.
    pub const IS_MAP: bool = true;
}

/// A document of some format, such as `serde_json::Value`: any text is one, as a string.
impl<T: for<'de> Deserializer<'de>> Probe<T> {
    /// True if it is one.
    pub const IS_DOCUMENT: bool = true;
}

impl<T: Composite> Probe<T> {
    /// True if it is a std type that no text makes.
    pub const IS_COMPOSITE: bool = true;
}

impl<T: DeserializeOwned> Probe<T> {
    /// True if serde reads it.
    pub const IS_READ_BY_SERDE: bool = true;
}

/// A type that parses texts; its `Deserialize` may well use that.
impl<T: FromStr> Probe<T> {
    /// True if it parses texts.
    pub const IS_PARSED: bool = true;
}

/// A type that is converted from a text, likewise.
impl<T: TryFrom<String>> Probe<T> {
    /// True if it is converted from a text.
    pub const IS_CONVERTED: bool = true;
}

/// The constants of a type for which the bounds above do not hold.
pub trait Unknown {
    /// Its shape.
    const SHAPE: Shape = Shape::one(Kind::Other);
    /// Its shape, where it is none that a field can hold; the code that reads it says so.
    const NESTED: Shape = Shape::one(Kind::Other);
    /// It is none of ours.
    const IS_KNOWN: bool = false;
    /// It must be set.
    const IS_OPTION: bool = false;
    /// It is one value.
    const IS_LIST: bool = false;
    /// It has no names.
    const IS_MAP: bool = false;
    /// It has a form of its own.
    const IS_DOCUMENT: bool = false;
    /// It is no such type of std.
    const IS_COMPOSITE: bool = false;
    /// Serde does not read it.
    const IS_READ_BY_SERDE: bool = false;
    /// It parses nothing.
    const IS_PARSED: bool = false;
    /// It is not made of texts.
    const IS_CONVERTED: bool = false;
}

impl<T> Unknown for Probe<T> {}

/// A list, or an option of one.
pub trait Listed {}

impl<C: List> Listed for C {}
impl<C: List> Listed for Option<C> {}

/// A type of std that serde reads from several values with names or places, or from none.
pub trait Composite {}

macro_rules! composites {
    ($(($($generics:ident)*) $type:ty;)*) => {
        $(impl<$($generics),*> Composite for $type {})*
    };
}

composites! {
    () ();
    () SystemTime;
    (T) Range<T>;
    (T) RangeFrom<T>;
    (T) RangeInclusive<T>;
    (T) RangeTo<T>;
    (T) Bound<T>;
    (T) PhantomData<T>;
    (T E) Result<T, E>;
}

/// A way to read a value.
pub trait Way {
    /// The type of the value.
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

    /// Returns the value when the variable is not set.
    fn unset() -> Option<Self::Value>;

    /// Returns the refusal if no text at all makes a value.
    fn never(field: &'static Field) -> Option<Box<Refusal>>;
}

macro_rules! ways {
    ($($(#[$doc:meta])* $way:ident[$($bound:tt)*]: $read:ty => $value:ty, $unwrap:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $way<T>(PhantomData<T>);

        impl<T> Way for $way<T>
        where
            $($bound)*
        {
            type Value = $value;

            fn from_raw(bytes: Bytes<'_>, field: &'static Field, loading: &mut Loading<'_>) -> Result<$value, Box<Refusal>> {
                <$read>::from_raw(bytes, field, loading).and_then($unwrap)
            }

            fn unset() -> Option<$value> {
                <$read>::unset().and_then(|value| Result::ok(($unwrap)(value)))
            }

            fn never(field: &'static Field) -> Option<Box<Refusal>> {
                <$read>::never(field)
            }
        }
    )*};
}

ways! {
    /// The way of a type of ours.
    Own[T: FromRaw]: T => T, Ok::<T, Box<Refusal>>;
    /// The way of a type that serde reads.
    Serde[T: DeserializeOwned]: Bridged<T> => T, |value: Bridged<T>| Ok::<_, Box<Refusal>>(value.0);
    /// The way of a type that `FromStr` reads.
    Parse[T: FromStr<Err: Display + 'static>]: Parsed<T> => T, |value: Parsed<T>| Ok::<_, Box<Refusal>>(value.0);
    /// The way of an option of one.
    ParseOption[T: FromStr<Err: Display + 'static>]: Option<Parsed<T>> => Option<T>,
        |value: Option<Parsed<T>>| Ok::<_, Box<Refusal>>(value.map(|value| value.0));
    /// The way of a list of them, or of a pointer to one.
    ParseHeld[T: HoldsParsed]: T::Read => T, T::open;
    /// The way of an option of such a list or pointer.
    ParseOptionHeld[T: HoldsParsed]: Option<T::Read> => Option<T>, |read: Option<T::Read>| read.map(T::open).transpose();
}

/// No way: the type is none that one variable can hold.
#[derive(Debug)]
pub struct NoWay<T>(PhantomData<T>);

impl<T> Way for NoWay<T> {
    type Value = T;

    fn from_raw(_: Bytes<'_>, field: &'static Field, _: &mut Loading<'_>) -> Result<T, Box<Refusal>> {
        // Never reached: the bound of the last depth fails first.
        Err(crate::value::wrong_type("", field, "a value of any type"))
    }

    fn unset() -> Option<T> {
        None
    }

    fn never(_: &'static Field) -> Option<Box<Refusal>> {
        None
    }
}

/// A bound that never holds; it makes the error message.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a variable",
    label = "no variable can hold this type",
    note = "a type can be: one that implements `serde::Deserialize` or `FromStr`, a secret type, or a type of std such as `u16` or `PathBuf`",
    note = "for a struct with `#[derive(SecureConfig)]` say `#[secure(nested)]`; for any other type `#[secure(parse = path)]`"
)]
pub trait FromVariable {}

macro_rules! depths {
    ($($trait:ident[$($bound:tt)*] $receiver:ty => $way:ty;)*) => {$(
        /// A depth of the question.
        pub trait $trait {
            /// The way that this depth answers with.
            type Way;

            /// The answer.
            fn way(&self) -> PhantomData<Self::Way> {
                PhantomData
            }
        }

        impl<T> $trait for $receiver
        where
            $($bound)*
        {
            type Way = $way;
        }
    )*};
}

depths! {
    Depth0[T: FromRaw] &&&&&&Probe<T> => Own<T>;
    Depth1[T: DeserializeOwned] &&&&&Probe<T> => Serde<T>;
    Depth2[T: HoldsParsed] &&&&Probe<Option<T>> => ParseOptionHeld<T>;
    Depth3[T: HoldsParsed] &&&Probe<T> => ParseHeld<T>;
    Depth4[T: FromStr<Err: Display + 'static>] &&Probe<Option<T>> => ParseOption<T>;
    Depth5[T: FromStr<Err: Display + 'static>] &Probe<T> => Parse<T>;
}

/// The last depth: no way, said once, as a bound that fails.
pub trait Depth6<T> {
    /// The answer.
    fn way(&self) -> PhantomData<NoWay<T>>
    where
        T: FromVariable,
    {
        PhantomData
    }
}

impl<T> Depth6<T> for Probe<T> {}

/// A secret type. A misused secret is reported by a constant beside the code; these impls keep the compiler from reporting it again in
/// other words.
pub trait Hidden {}

macro_rules! hidden {
    ($(($($generics:tt)*) $type:ty;)*) => {
        $(impl<$($generics)*> Hidden for $type {})*
    };
}

hidden! {
    () SecretString;
    () SecretBytes;
    () SecretUrl;
    (T: Hidden) Option<T>;
    (T: Hidden) Box<T>;
    (T: Hidden) Rc<T>;
    (T: Hidden) Arc<T>;
    (T: Hidden) Vec<T>;
    (T: Hidden) VecDeque<T>;
    (T: Hidden) LinkedList<T>;
    (T: Hidden) BinaryHeap<T>;
    (T: Hidden) BTreeSet<T>;
    (T: Hidden, S) HashSet<T, S>;
    (T: Hidden) Box<[T]>;
    (T: Hidden) Rc<[T]>;
    (T: Hidden) Arc<[T]>;
    (T: Hidden, const N: usize) [T; N];
}
/// The operations that generated code calls on secrets.
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

/// The operations that generated code calls on any other value.
pub trait OfPlain<T> {
    /// Returns true if the value is the allowed one.
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
