//! Lists: several values in one variable.

use super::FromRaw;
use crate::loading::Loading;
use crate::problem::{ProblemKind, Refusal};
use crate::raw::Bytes;
use crate::schema::{Field, Shape};

/// More items than this are no setting; it bounds what a hostile variable can make us allocate.
const MOST: usize = 10_000;

impl<T: FromRaw> FromRaw for Vec<T> {
    const SHAPE: Shape = T::SHAPE.list();

    fn from_raw(
        bytes: Bytes<'_>,
        field: &'static Field,
        loading: &mut Loading<'_>,
    ) -> Result<Self, Box<Refusal>> {
        let bytes = bytes.as_slice();
        let mut delimiter = [0; 4];
        let delimiter = field.delimiter().encode_utf8(&mut delimiter).as_bytes();
        let count = items(bytes, delimiter).count();
        if count > MOST {
            return Err(Refusal::new(
                ProblemKind::OutOfRange,
                format!("has more than {MOST} items"),
            ));
        }
        let mut list = Self::with_capacity(count);
        for item in items(bytes, delimiter) {
            list.push(T::from_raw(Bytes::Borrowed(item), field, loading)?);
        }
        Ok(list)
    }
}

/// The items between delimiters: trimmed, and those that are empty left out.
fn items<'b>(mut rest: &'b [u8], delimiter: &'b [u8]) -> impl Iterator<Item = &'b [u8]> {
    let mut done = false;
    std::iter::from_fn(move || {
        if done {
            return None;
        }
        match rest
            .windows(delimiter.len())
            .position(|window| window == delimiter)
        {
            Some(end) => {
                let item = &rest[..end];
                rest = &rest[end + delimiter.len()..];
                Some(item)
            }
            None => {
                done = true;
                Some(rest)
            }
        }
    })
    .map(<[u8]>::trim_ascii)
    .filter(|item| !item.is_empty())
}

#[cfg(test)]
mod tests {
    use super::items;

    #[test]
    fn items_are_trimmed_and_never_empty() {
        let list = |text: &'static str, by: &'static str| -> Vec<&str> {
            items(text.as_bytes(), by.as_bytes())
                .map(|item| std::str::from_utf8(item).unwrap())
                .collect()
        };
        assert_eq!(list(" a, b ,,c,", ","), ["a", "b", "c"]);
        assert_eq!(list("a;b", ";"), ["a", "b"]);
        assert_eq!(list("a→b", "→"), ["a", "b"]);
        assert!(list(" , ", ",").is_empty());
        assert!(list("", ",").is_empty());
    }
}
