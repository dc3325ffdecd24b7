//! Types that serde deserializes: from one string, number, bool or unit variant, or from a list of those.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::SeqDeserializer;
use serde::de::{
    self, Deserialize, DeserializeOwned, Deserializer, IntoDeserializer, MapAccess, Unexpected, Visitor,
};

use super::{FromRaw, list, trimmed, wrong_type};
use crate::loading::Loading;
use crate::problem::{ProblemKind, Refusal};
use crate::raw::Bytes;
use crate::schema::{Field, Kind, Shape};

/// A value that serde makes.
#[derive(Debug)]
pub struct Bridged<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRaw for Bridged<T> {
    const SHAPE: Shape = Shape::one(Kind::Other);

    fn from_raw(bytes: Bytes<'_>, field: &'static Field, _: &mut Loading<'_>) -> Result<Self, Box<Refusal>> {
        // The texts allowed are those of items, where there are some.
        let text = if field.shape().list {
            super::utf8(bytes.as_slice().trim_ascii())?
        } else {
            trimmed(bytes.as_slice(), field)?
        };
        let last = Cell::new(Asked::scalar(text));
        let reader = Text {
            text,
            delimiter: field.delimiter(),
            field: Some(field),
            is_item: false,
            last: &last,
        };
        T::deserialize(reader).map(Self).map_err(|failed| match failed {
            Failed::Refused(refusal) => refusal,
            // Its own text is dropped: it quotes the value.
            _ => refusal::<T>(&last.get(), field),
        })
    }

    fn unset() -> Option<Self> {
        T::deserialize(Nothing).ok().map(Self)
    }

    fn never(_: &'static Field) -> Option<Box<Refusal>> {
        is_never::<T>().then(no_text::<T>)
    }
}

/// Returns the refusal of the text that was read last.
#[cold]
fn refusal<T: DeserializeOwned>(last: &Asked<'_>, field: &'static Field) -> Box<Refusal> {
    let name = type_name::<T>();
    match last.what {
        What::Composite => no_text::<T>(),
        What::Variants(all) => {
            // No text makes a variant with data.
            let readable: Vec<&str> = all
                .iter()
                .copied()
                .filter(|name| !is_data_variant::<T>(name))
                .collect();
            if readable.is_empty() {
                return no_text::<T>();
            }
            wrong_type(last.text, field, &format!("one of {}", readable.join(", ")))
        }
        What::Scalar => wrong_type(last.text, field, &format!("a valid {name}")),
    }
}

/// Returns the refusal of any text at all.
#[cold]
fn no_text<T>() -> Box<Refusal> {
    let message = format!("is of the type {}, which no text makes", type_name::<T>());
    Refusal::new(ProblemKind::WrongType, message).remedy(
        "the program must read it with `#[secure(parse = …)]`, or as a struct with `#[secure(nested)]`",
    )
}

/// Returns the name of the type, without its path and its wrappers.
fn type_name<T>() -> &'static str {
    const WRAPPERS: [&str; 10] = [
        "Option",
        "Box",
        "Rc",
        "Arc",
        "Vec",
        "VecDeque",
        "LinkedList",
        "BinaryHeap",
        "HashSet",
        "BTreeSet",
    ];
    let mut whole = std::any::type_name::<T>();
    loop {
        let (path, inside) = whole.split_once('<').unwrap_or((whole, ""));
        let name = path.rsplit("::").next().unwrap_or(path);
        if inside.is_empty() || !WRAPPERS.contains(&name) {
            return name;
        }
        whole = inside.strip_suffix('>').unwrap_or(inside);
    }
}

/// Returns true if no text makes a `T`, because it deserializes only from names, fields or data of variants.
fn is_never<T: DeserializeOwned>() -> bool {
    const ANY: &str = "0";
    let last = Cell::new(Asked::scalar(ANY));
    let failed = T::deserialize(Text::trying(ANY, &last)).err();
    match last.get().what {
        What::Composite => matches!(failed, Some(Failed::Type)),
        What::Variants(all) => !all.is_empty() && all.iter().all(|name| is_data_variant::<T>(name)),
        What::Scalar => false,
    }
}

/// Returns true if the variant `name` has data.
fn is_data_variant<T: DeserializeOwned>(name: &str) -> bool {
    let last = Cell::new(Asked::scalar(name));
    matches!(T::deserialize(Text::trying(name, &last)), Err(Failed::Type))
}

/// The last request of a type.
#[derive(Clone, Copy)]
struct Asked<'t> {
    what: What,
    /// The text that it got.
    text: &'t str,
}

#[derive(Clone, Copy)]
enum What {
    Scalar,
    Variants(&'static [&'static str]),
    /// Several values at once, with names or places, or none.
    Composite,
}

impl<'t> Asked<'t> {
    fn scalar(text: &'t str) -> Self {
        Self {
            what: What::Scalar,
            text,
        }
    }
}

/// The reason why a type does not take a value. Serde's own messages quote values, so none is kept.
#[derive(Debug)]
enum Failed {
    /// It takes another type of value.
    Type,
    /// It takes another value.
    Value,
    /// We refuse the text.
    Refused(Box<Refusal>),
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a value of the type")
    }
}

impl std::error::Error for Failed {}

impl de::Error for Failed {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::Value
    }

    fn invalid_type(_: Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Self::Type
    }
}

/// Deserializes from a text.
#[derive(Clone, Copy)]
struct Text<'t> {
    text: &'t str,
    delimiter: char,
    /// The field, whose rules hold for each item of a list.
    field: Option<&'static Field>,
    /// Set for an item of a list, which is not a list again.
    is_item: bool,
    last: &'t Cell<Asked<'t>>,
}

impl<'t> Text<'t> {
    /// Returns one that only finds out what a type asks for.
    fn trying(text: &'t str, last: &'t Cell<Asked<'t>>) -> Self {
        Self {
            text,
            delimiter: ',',
            field: None,
            is_item: false,
            last,
        }
    }

    fn note(self, what: What) {
        self.last.set(Asked {
            what,
            text: self.text,
        });
    }

    /// Returns the items of the list, which must be `count` if that is given.
    fn items(
        self,
        count: Option<usize>,
    ) -> Result<SeqDeserializer<std::vec::IntoIter<Self>, Failed>, Failed> {
        let items = list::texts(self.text, self.delimiter).map_err(Failed::Refused)?;
        if let Some(count) = count.filter(|count| *count != items.len()) {
            return Err(Failed::Refused(list::wrong_count(items.len(), count)));
        }
        let mut texts = Vec::with_capacity(items.len());
        for text in items {
            if let Some(field) = self.field {
                super::one_of(text, field).map_err(Failed::Refused)?;
            }
            texts.push(Self {
                text,
                is_item: true,
                ..self
            });
        }
        Ok(SeqDeserializer::new(texts.into_iter()))
    }

    /// Offers the text to a type that asks for several values: a few types take it.
    fn composite<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failed> {
        self.note(What::Composite);
        visitor.visit_str(self.text)
    }
}

impl<'de> IntoDeserializer<'de, Failed> for Text<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! scalars {
    ($($method:ident $visit:ident: $type:ty;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failed> {
            self.note(What::Scalar);
            visitor.$visit(scalar::<$type>(self.text).ok_or(Failed::Value)?)
        }
    )*};
}

macro_rules! composites {
    ($($method:ident($($argument:ty),*);)*) => {$(
        fn $method<V: Visitor<'de>>(self, $(_: $argument,)* visitor: V) -> Result<V::Value, Failed> {
            self.composite(visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for Text<'_> {
    type Error = Failed;

    scalars! {
        deserialize_bool visit_bool: bool;
        deserialize_i8 visit_i8: i8;
        deserialize_i16 visit_i16: i16;
        deserialize_i32 visit_i32: i32;
        deserialize_i64 visit_i64: i64;
        deserialize_u8 visit_u8: u8;
        deserialize_u16 visit_u16: u16;
        deserialize_u32 visit_u32: u32;
        deserialize_u64 visit_u64: u64;
        deserialize_f32 visit_f32: f32;
        deserialize_f64 visit_f64: f64;
    }

    composites! {
        deserialize_map();
        deserialize_struct(&'static str, &'static [&'static str]);
        deserialize_unit();
        deserialize_unit_struct(&'static str);
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failed> {
        self.note(What::Scalar);
        visitor.visit_str(self.text)
    }

    fn deserialize_i128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failed> {
        self.note(What::Scalar);
        visitor.visit_i128(self.text.parse().map_err(|_| Failed::Value)?)
    }

    fn deserialize_u128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failed> {
        self.note(What::Scalar);
        visitor.visit_u128(self.text.parse().map_err(|_| Failed::Value)?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failed> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Failed> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failed> {
        if self.is_item {
            return self.composite(visitor);
        }
        self.note(What::Scalar);
        visitor.visit_seq(self.items(None)?)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Failed> {
        if self.is_item {
            return self.composite(visitor);
        }
        self.note(What::Scalar);
        visitor.visit_seq(self.items(Some(len))?)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Failed> {
        self.deserialize_tuple(len, visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failed> {
        self.note(What::Variants(variants));
        visitor.visit_enum(IntoDeserializer::<Failed>::into_deserializer(self.text))
    }

    serde::forward_to_deserialize_any! { char str string bytes byte_buf identifier ignored_any }
}

/// Deserializes from nothing: an `Option` becomes `None`, anything else fails.
struct Nothing;

impl<'de> Deserializer<'de> for Nothing {
    type Error = Failed;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Failed> {
        Err(Failed::Value)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failed> {
        visitor.visit_none()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Failed> {
        visitor.visit_newtype_struct(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// Parses a number or truth value, as envy does.
fn scalar<T: DeserializeOwned>(text: &str) -> Option<T> {
    let pair = (String::from(NAME), text.to_owned());
    envy::from_iter::<_, One<T>>([pair]).ok().map(|one| one.0)
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
