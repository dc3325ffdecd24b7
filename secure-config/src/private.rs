//! The functions that generated code calls. Not a public interface: it changes without notice.

use std::fmt;
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;

pub use crate::loading::{Check, Loading};
pub use crate::probe::*;
pub use crate::problem::Refusal;
pub use crate::raw::{Bytes, OwnBytes};
pub use crate::schema::{Bound, Default, Field, Kind, Purpose, Rule, Schema, SecretKind, Shape};
pub use crate::secret::{CloneOf, Encoding, ShareInstead};
pub use crate::value::{Bridged, FromRaw, HoldsParsed, List, Parsed};

use crate::SecureConfig;
use crate::code;
use crate::loading::LookedUp;
use crate::origin::Origin;
use crate::problem::ProblemKind;
use crate::value;

/// Reads a field by the way of its type.
#[inline(never)]
pub fn read<W: Way>(_: PhantomData<W>, loading: &mut Loading<'_>, field: &'static Field) -> Option<W::Value> {
    match loading.look_up(field) {
        LookedUp::Value(bytes) => accept(W::from_raw(bytes, field, loading), field, loading),
        LookedUp::Unset(empty) => match W::never(field) {
            Some(refusal) => accept(Err(refusal), field, loading),
            None => unset(W::unset(), empty, field, loading),
        },
        LookedUp::Refused => None,
    }
}

/// Reads a field by the way of its type; when it is not set, it is what `default` makes.
pub fn read_or<W: Way>(
    _: PhantomData<W>,
    loading: &mut Loading<'_>,
    field: &'static Field,
    default: impl FnOnce() -> Option<W::Value>,
) -> Option<W::Value> {
    match loading.look_up(field) {
        LookedUp::Value(bytes) => accept(W::from_raw(bytes, field, loading), field, loading),
        LookedUp::Unset(_) => match W::never(field) {
            Some(refusal) => accept(Err(refusal), field, loading),
            None => unset(default(), None, field, loading),
        },
        LookedUp::Refused => None,
    }
}

/// Reads a field whose text a function of the service parses.
pub fn read_with<T, E: fmt::Display + 'static>(
    loading: &mut Loading<'_>,
    field: &'static Field,
    unset_value: impl FnOnce() -> Option<T>,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Option<T> {
    match loading.look_up(field) {
        LookedUp::Value(bytes) => accept(parse_text(&bytes, field, parse), field, loading),
        LookedUp::Unset(empty) => unset(unset_value(), empty, field, loading),
        LookedUp::Refused => None,
    }
}

/// Returns the reason why no text makes a type; an empty text if one may.
#[must_use]
pub const fn no_text([is_map, is_document, is_composite, is_nested, holds_data]: [bool; 5]) -> &'static str {
    if is_map {
        "one variable holds no map and no pairs: say `#[secure(parse = path)]` with a function of a text"
    } else if is_document {
        "any text is a string of this type, whatever it means: say `#[secure(parse = path)]`, such as `parse = str::parse`"
    } else if is_composite {
        "no text makes this type: say `#[secure(parse = path)]` with a function of a text"
    } else if is_nested {
        "this struct has variables of its own: say `#[secure(nested)]`"
    } else if holds_data {
        "no text makes a variant that holds something: implement `FromStr` or `TryFrom<String>`, say `#[secure(parse = path)]`, \
         or nest a struct with `#[secure(nested)]`"
    } else {
        ""
    }
}

/// Returns the value of a field without a default that is not set.
#[must_use]
pub fn no_value<T>() -> Option<T> {
    None
}

fn parse_text<T, E: fmt::Display + 'static>(
    bytes: &Bytes<'_>,
    field: &Field,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Result<T, Box<Refusal>> {
    let text = value::text(bytes.as_slice(), field)?;
    parse(text).map_err(|error| value::refused_by_parser(text, field, &error))
}

/// Runs a check of several fields of the struct that is being read; whether it refused nothing.
#[inline(never)]
pub fn check(
    loading: &mut Loading<'_>,
    schema: &'static Schema,
    run: &mut dyn FnMut(&mut Check<'_>),
) -> bool {
    loading.check(schema, run)
}

/// Reads a struct that a field holds.
pub fn nested<T: Nested>(loading: &mut Loading<'_>, field: &'static Field) -> Option<T> {
    T::read_nested(loading, field)
}

/// Checks a value by a function of the service.
pub fn validate<T>(
    loading: &mut Loading<'_>,
    field: &'static Field,
    value: Option<T>,
    check: impl FnOnce(&T) -> Result<(), &'static str>,
) -> Option<T> {
    let value = value?;
    let result = check(&value).map_err(|why| Refusal::new(ProblemKind::Invalid, why));
    accept(result.map(|()| value), field, loading)
}

/// Checks that a value is the one allowed in production.
pub fn in_production<T>(
    loading: &mut Loading<'_>,
    field: &'static Field,
    value: Option<T>,
    is_allowed: impl FnOnce(&T) -> bool,
) -> Option<T> {
    let value = value?;
    if !loading.profile().is_production() || is_allowed(&value) {
        return Some(value);
    }
    let allowed = field.find(|rule| match rule {
        Rule::InProduction(allowed) => Some(*allowed),
        _ => None,
    });
    let allowed = code::value_or_name(allowed.unwrap_or_default(), field.shape());
    let message = format!("must be {allowed} in production");
    accept(
        Err(Refusal::new(ProblemKind::NotInProduction, message)),
        field,
        loading,
    )
}

/// Checks that a value is not more than that of another field.
pub fn at_most<T, U>(
    loading: &mut Loading<'_>,
    [field, other]: [&'static Field; 2],
    value: Option<T>,
    limit: &Option<U>,
    holds: impl FnOnce(&T, &U) -> bool,
) -> Option<T> {
    let (Some(one), Some(two)) = (&value, limit) else {
        return value;
    };
    if holds(one, two) {
        return value;
    }
    let other = loading.full_name(other);
    let refusal = Refusal::new(ProblemKind::OutOfRange, format!("is more than {other}"));
    loading.find_again(field);
    loading.refuse(field, *refusal.remedy(format!("lower it, or raise {other}")));
    None
}

/// Returns true if a value is not more than another, or if one of them is not set.
#[must_use]
pub fn is_at_most<T: PartialOrd>(value: Option<&T>, limit: Option<&T>) -> bool {
    match (value, limit) {
        (Some(value), Some(limit)) => value <= limit,
        _ => true,
    }
}

fn accept<T>(result: Result<T, Box<Refusal>>, field: &'static Field, loading: &mut Loading<'_>) -> Option<T> {
    result.map_err(|refusal| loading.refuse(field, *refusal)).ok()
}

fn unset<T>(
    value: Option<T>,
    empty: Option<Origin>,
    field: &'static Field,
    loading: &mut Loading<'_>,
) -> Option<T> {
    match &value {
        Some(_) => loading.note_unset(),
        None => loading.missing(field, empty),
    }
    value
}

/// A struct that a field can hold, or an option of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a configuration of its own",
    label = "`#[secure(nested)]` needs a struct with `#[derive(SecureConfig)]`, or an `Option`, `Box` or `Arc` of one"
)]
pub trait Nested: Sized {
    /// What it looks like.
    const SHAPE: Shape;

    /// Reads it.
    fn read_nested(loading: &mut Loading<'_>, field: &'static Field) -> Option<Self>;
}

impl<T: SecureConfig> Nested for T {
    const SHAPE: Shape = Shape::one(Kind::Nested(T::SCHEMA));

    fn read_nested(loading: &mut Loading<'_>, field: &'static Field) -> Option<Self> {
        loading.enter(field, T::read)
    }
}

/// None when nothing of it is set.
impl<T: SecureConfig> Nested for Option<T> {
    const SHAPE: Shape = <T as Nested>::SHAPE.optional();

    fn read_nested(loading: &mut Loading<'_>, field: &'static Field) -> Option<Self> {
        if loading.any_set(field, T::SCHEMA) {
            loading.enter(field, T::read).map(Some)
        } else {
            Some(None)
        }
    }
}

macro_rules! pointers {
    ($($pointer:ident)*) => {$(
        impl<T: SecureConfig> SecureConfig for $pointer<T> {
            const FIELDS: &'static [Field] = T::FIELDS;
            const SCHEMA: &'static Schema = T::SCHEMA;

            fn read(loading: &mut Loading<'_>) -> Option<Self> {
                T::read(loading).map(Self::new)
            }
        }

        impl<T: SecureConfig> Nested for $pointer<Option<T>> {
            const SHAPE: Shape = <Option<T> as Nested>::SHAPE;

            fn read_nested(loading: &mut Loading<'_>, field: &'static Field) -> Option<Self> {
                <Option<T> as Nested>::read_nested(loading, field).map(Self::new)
            }
        }
    )*};
}

pointers!(Box Rc Arc);
