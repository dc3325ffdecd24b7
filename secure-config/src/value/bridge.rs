//! Types that deserialize from one string, number, bool or unit variant with serde, through envy, one value at a time.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserialize, DeserializeOwned, Deserializer, MapAccess, Visitor};

use super::{FromRaw, trimmed, wrong_type};
use crate::loading::Loading;
use crate::problem::Refusal;
use crate::raw::Bytes;
use crate::schema::{Field, Kind, Shape};

/// A value that serde makes.
#[derive(Debug)]
pub struct Bridged<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRaw for Bridged<T> {
    const SHAPE: Shape = Shape::one(Kind::Other);

    fn from_raw(bytes: Bytes<'_>, field: &'static Field, _: &mut Loading<'_>) -> Result<Self, Box<Refusal>> {
        let text = trimmed(bytes.as_slice(), field)?;
        let pair = (String::from(NAME), text.to_owned());
        match envy::from_iter::<_, One<T>>([pair]) {
            Ok(One(value)) => Ok(Self(value)),
            // Its own text is dropped: it quotes the value.
            Err(_) => Err(wrong_type(text, field, &expected::<T>())),
        }
    }
}

/// The one field of [`One`].
const NAME: &str = "value";

/// A struct of one field, since envy reads structs.
struct One<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for One<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_struct("One", &[NAME], OneVisitor(PhantomData))
    }
}

struct OneVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for OneVisitor<T> {
    type Value = One<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<One<T>, A::Error> {
        match map.next_entry::<de::IgnoredAny, T>()? {
            Some((_, value)) => Ok(One(value)),
            None => Err(de::Error::missing_field(NAME)),
        }
    }
}

/// What the type would have taken: its variants, when it is an enum, else only its name.
fn expected<T: DeserializeOwned>() -> String {
    let mut asked = Asked::Scalar;
    // It never hands out a value, so this fails; what matters is what the type asks for.
    let _ = T::deserialize(Ask(&mut asked));
    let name = std::any::type_name::<T>();
    let name = name.split('<').next().unwrap_or(name);
    let name = name.rsplit("::").next().unwrap_or(name);
    match asked {
        Asked::Variants(variants) if !variants.is_empty() => format!("one of {}", variants.join(", ")),
        Asked::Variants(_) | Asked::Scalar => format!("a valid {name}"),
        Asked::Composite => format!("a {name}, and no text is: the program must say how to parse it"),
    }
}

/// What a type asks a deserializer for.
enum Asked {
    Scalar,
    Variants(&'static [&'static str]),
    /// Several values at once, with names or places: no variable has those.
    Composite,
}

/// A deserializer that only notes what it is asked for.
struct Ask<'a>(&'a mut Asked);

impl Ask<'_> {
    fn note<T>(self, asked: Asked) -> Result<T, de::value::Error> {
        *self.0 = asked;
        Err(de::Error::custom("asked"))
    }
}

impl<'de> Deserializer<'de> for Ask<'_> {
    type Error = de::value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
        self.note(Asked::Scalar)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Self::Error> {
        self.note(Asked::Variants(variants))
    }

    fn deserialize_map<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
        self.note(Asked::Composite)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Self::Error> {
        self.note(Asked::Composite)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Self::Error> {
        self.note(Asked::Composite)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        _: V,
    ) -> Result<V::Value, Self::Error> {
        self.note(Asked::Composite)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_some(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq identifier ignored_any
    }
}
