//! Lists: several values in one variable. All collections share this grammar.

use std::borrow::Cow;
use std::collections::{BTreeSet, BinaryHeap, HashSet, LinkedList, VecDeque};
use std::fmt::Display;
use std::hash::{BuildHasher, Hash};
use std::rc::Rc;
use std::str::FromStr;
use std::sync::Arc;

use super::{FromRaw, HoldsParsed, Parsed};
use crate::loading::Loading;
use crate::problem::{ProblemKind, Refusal};
use crate::raw::Bytes;
use crate::schema::{Field, Shape};

/// More items than this are no setting; it bounds what a hostile variable can make us allocate.
const MOST: usize = 10_000;

/// A collection that can be made from the items of a list.
pub trait List: Sized {
    /// The type of its items.
    type Item;

    /// Makes the collection.
    ///
    /// # Errors
    /// The number of items that it must have, if that is another one.
    fn gather(items: Vec<Self::Item>) -> Result<Self, usize>;
}

macro_rules! lists {
    ($(($($generics:tt)*) $list:ty, $items:ident => $gather:expr;)*) => {$(
        impl<$($generics)*> List for $list {
            type Item = T;

            fn gather($items: Vec<T>) -> Result<Self, usize> {
                $gather
            }
        }

        impl<$($generics)*> FromRaw for $list
        where
            T: FromRaw,
        {
            const SHAPE: Shape = T::SHAPE.list();

            fn from_raw(
                bytes: Bytes<'_>,
                field: &'static Field,
                loading: &mut Loading<'_>,
            ) -> Result<Self, Box<Refusal>> {
                gather(read::<T>(bytes.as_slice(), field, loading)?)
            }
        }

        impl<$($generics)*> HoldsParsed for $list
        where
            T: FromStr<Err: Display + 'static>,
        {
            type Read = Vec<Parsed<T>>;

            fn open(read: Self::Read) -> Result<Self, Box<Refusal>> {
                gather(read.into_iter().map(Parsed::into_inner).collect())
            }
        }
    )*};
}

lists! {
    (T) Vec<T>, items => Ok(items);
    (T) VecDeque<T>, items => Ok(items.into());
    (T) LinkedList<T>, items => Ok(items.into_iter().collect());
    (T: Ord) BinaryHeap<T>, items => Ok(items.into());
    // A set keeps one of equal items.
    (T: Ord) BTreeSet<T>, items => Ok(items.into_iter().collect());
    (T: Eq + Hash, S: BuildHasher + Default) HashSet<T, S>, items => Ok(items.into_iter().collect());
    (T) Box<[T]>, items => Ok(items.into());
    (T) Rc<[T]>, items => Ok(items.into());
    (T) Arc<[T]>, items => Ok(items.into());
    (T: Clone + 'static) Cow<'static, [T]>, items => Ok(items.into());
    (T, const N: usize) [T; N], items => items.try_into().map_err(|_| N);
}

/// Makes a collection from `items`.
fn gather<C: List>(items: Vec<C::Item>) -> Result<C, Box<Refusal>> {
    let count = items.len();
    C::gather(items).map_err(|needed| wrong_count(count, needed))
}

/// Reads every item.
fn read<T: FromRaw>(
    bytes: &[u8],
    field: &'static Field,
    loading: &mut Loading<'_>,
) -> Result<Vec<T>, Box<Refusal>> {
    let mut list = Vec::with_capacity(4);
    for item in items(bytes, field.delimiter(), T::SHAPE.is_secret())? {
        if list.len() == MOST {
            return Err(too_many());
        }
        let number = list.len() + 1;
        let item = T::from_raw(Bytes::Borrowed(item), field, loading);
        list.push(item.map_err(|refusal| in_item(number, refusal))?);
    }
    Ok(list)
}

macro_rules! tuples {
    ($($count:literal: $($item:ident)*;)*) => {$(
        impl<$($item: FromRaw),*> FromRaw for ($($item,)*) {
            const SHAPE: Shape = Shape::tuple(&[$($item::SHAPE),*]);

            fn from_raw(
                bytes: Bytes<'_>,
                field: &'static Field,
                loading: &mut Loading<'_>,
            ) -> Result<Self, Box<Refusal>> {
                let mut items = exactly(bytes.as_slice(), field, $count)?.into_iter().zip(1..);
                let mut next = || items.next().unwrap_or_default();
                Ok(($({
                    let (item, number) = next();
                    let item = $item::from_raw(Bytes::Borrowed(item), field, loading);
                    item.map_err(|refusal| in_item(number, refusal))?
                },)*))
            }
        }
    )*};
}

tuples! {
    1: A;
    2: A B;
    3: A B C;
    4: A B C D;
    5: A B C D E;
    6: A B C D E F;
}

/// Returns the items if there are exactly `count`.
fn exactly<'b>(bytes: &'b [u8], field: &Field, count: usize) -> Result<Vec<&'b [u8]>, Box<Refusal>> {
    let items: Vec<&[u8]> = items(bytes, field.delimiter(), false)?.take(MOST).collect();
    if items.len() == count {
        Ok(items)
    } else {
        Err(wrong_count(items.len(), count))
    }
}

/// The refusal of one item; the first is 1.
#[cold]
fn in_item(number: usize, mut refusal: Box<Refusal>) -> Box<Refusal> {
    refusal.message = format!("item {number}: {}", refusal.message).into();
    refusal
}

/// Returns the items between delimiters, trimmed and without empty ones.
///
/// # Errors
/// The list is written as JSON, or has quotes around its items.
#[inline]
fn items(
    bytes: &[u8],
    delimiter: char,
    is_secret: bool,
) -> Result<impl Iterator<Item = &[u8]>, Box<Refusal>> {
    let mut encoded = [0; 4];
    let width = delimiter.encode_utf8(&mut encoded).len();
    // Hardly any list begins like this, so the closer look is out of line.
    if matches!(bytes.trim_ascii_start().first(), Some(b'[' | b'"' | b'\''))
        || bytes.trim_ascii().ends_with(b"\"")
    {
        refuse_foreign(bytes, delimiter, is_secret)?;
    }
    Ok(split(bytes, encoded, width))
}

fn split(bytes: &[u8], delimiter: [u8; 4], width: usize) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(bytes);
    std::iter::from_fn(move || {
        let bytes = rest?;
        let end = position(bytes, &delimiter[..width]);
        rest = end.map(|end| &bytes[end + width..]);
        Some(&bytes[..end.unwrap_or(bytes.len())])
    })
    .map(trim)
    .filter(|item| !item.is_empty())
}

/// Removes white space around an item, including that of Unicode, which copied text may have.
#[inline]
fn trim(item: &[u8]) -> &[u8] {
    let item = item.trim_ascii();
    if item.first().is_some_and(|byte| !byte.is_ascii()) || item.last().is_some_and(|byte| !byte.is_ascii()) {
        return std::str::from_utf8(item).map_or(item, |text| text.trim().as_bytes());
    }
    item
}

fn position(bytes: &[u8], delimiter: &[u8]) -> Option<usize> {
    match delimiter {
        &[byte] => bytes.iter().position(|&other| other == byte),
        _ => bytes
            .windows(delimiter.len())
            .position(|window| window == delimiter),
    }
}

/// Refuses lists written as JSON, and quotes around the list or its items: these signs would become parts of the items.
#[cold]
fn refuse_foreign(bytes: &[u8], delimiter: char, is_secret: bool) -> Result<(), Box<Refusal>> {
    let mut encoded = [0; 4];
    let width = delimiter.encode_utf8(&mut encoded).len();
    let text = bytes.trim_ascii();
    let items = || split(bytes, encoded, width);
    let (first, last) = (
        items().next().unwrap_or_default(),
        items().last().unwrap_or_default(),
    );
    let inside = text.strip_prefix(b"[").and_then(|text| text.strip_suffix(b"]"));
    let is_json = inside.is_some_and(|inside| {
        let is_word = |item: &[u8]| {
            matches!(item, b"true" | b"false" | b"null")
                || item
                    .iter()
                    .all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(byte))
        };
        let is_torn = !first.contains(&b']') && !last.contains(&b'[');
        let inside = inside.trim_ascii();
        is_torn
            || inside.contains(&b'"')
            || inside.starts_with(b"'")
            || inside.split(|&b| b == b',').map(<[u8]>::trim_ascii).all(is_word)
    });
    let is_in =
        |item: &[u8], quote| item.len() > 1 && item.first() == Some(&quote) && item.last() == Some(&quote);
    let is_around = |quote| is_in(text, quote) && !is_in(first, quote) && !is_in(last, quote);
    // Single quotes may belong to an item: `'self'` of a content security policy has them.
    let is_quoted =
        is_around(b'"') || is_around(b'\'') || (!is_secret && items().any(|item| is_in(item, b'"')));
    let message = match (is_json, is_quoted) {
        (true, _) => "is written as a list of JSON",
        (_, true) => "has quotes around its items",
        _ => return Ok(()),
    };
    let between = if delimiter == ' ' {
        String::new()
    } else {
        delimiter.to_string()
    };
    Err(Refusal::new(ProblemKind::WrongType, message).remedy(format!(
        "write the items without brackets and quotes, such as a{between} b"
    )))
}

/// Returns the refusal of a list of `count` items where `needed` are needed.
#[cold]
pub(super) fn wrong_count(count: usize, needed: usize) -> Box<Refusal> {
    let noun = if count == 1 { "item" } else { "items" };
    Refusal::new(
        ProblemKind::WrongType,
        format!("has {count} {noun} where {needed} are needed"),
    )
}

/// Returns the refusal of a list that is too long.
#[cold]
fn too_many() -> Box<Refusal> {
    Refusal::new(ProblemKind::OutOfRange, format!("has more than {MOST} items"))
}

/// Returns the items of a text.
pub(super) fn texts(text: &str, delimiter: char) -> Result<Vec<&str>, Box<Refusal>> {
    let mut list = Vec::new();
    for item in items(text.as_bytes(), delimiter, false)? {
        if list.len() == MOST {
            return Err(too_many());
        }
        // It was cut at a character of a text.
        list.push(std::str::from_utf8(item).unwrap_or_default());
    }
    Ok(list)
}

#[cfg(test)]
mod tests {
    use super::texts;

    #[test]
    fn items_are_trimmed_and_never_empty() {
        let list = |text, by| texts(text, by).unwrap();
        assert_eq!(list(" a, b ,,c,", ','), ["a", "b", "c"]);
        assert_eq!(list("a;b", ';'), ["a", "b"]);
        assert_eq!(list("a→b", '→'), ["a", "b"]);
        assert!(list(" , ", ',').is_empty());
        assert!(list("", ',').is_empty());
        assert_eq!(list("a,\u{a0}b\u{3000}, é ,\u{a0}", ','), ["a", "b", "é"]);
    }

    #[test]
    fn other_languages_are_refused() {
        for text in [
            "[]",
            "[ ]",
            "[1]",
            "[1,2]",
            " [1, 2.5e3, -4] ",
            "[true,null]",
            r#"["a"]"#,
            r#"["a","b"]"#,
            r#"["a"]"#,
            "['a', 'b']",
            "[a, b]",
            r#""a","b""#,
            r#""a, b""#,
            "'a, b'",
            r#"a, "b""#,
            r#"["a", ["b"]]"#,
        ] {
            assert!(texts(text, ',').is_err(), "{text}");
        }
        assert!(texts(r#"["a";"b"]"#, ';').is_err());
    }

    #[test]
    fn brackets_and_quotes_of_items_are_theirs() {
        for (text, items) in [
            ("[::1]:80, [::1]:81", vec!["[::1]:80", "[::1]:81"]),
            ("[::1]", vec!["[::1]"]),
            ("[::1],[::2]", vec!["[::1]", "[::2]"]),
            ("[a-z]+,[0-9]", vec!["[a-z]+", "[0-9]"]),
            ("'self', 'unsafe-inline'", vec!["'self'", "'unsafe-inline'"]),
            ("a\"b\"", vec!["a\"b\""]),
            ("it's", vec!["it's"]),
            ("a[", vec!["a["]),
        ] {
            assert_eq!(texts(text, ',').unwrap(), items, "{text}");
        }
    }
}
