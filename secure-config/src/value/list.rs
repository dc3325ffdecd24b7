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
        let mut list = Self::with_capacity(4);
        for item in items(bytes, delimiter) {
            if list.len() == MOST {
                return Err(Refusal::new(
                    ProblemKind::OutOfRange,
                    format!("has more than {MOST} items"),
                ));
            }
            list.push(T::from_raw(Bytes::Borrowed(item), field, loading)?);
        }
        Ok(list)
    }
}

/// The items between delimiters: trimmed, and those that are empty left out.
fn items<'b>(bytes: &'b [u8], delimiter: &'b [u8]) -> impl Iterator<Item = &'b [u8]> {
    let mut rest = Some(bytes);
    std::iter::from_fn(move || {
        let bytes = rest?;
        let end = position(bytes, delimiter);
        rest = end.map(|end| &bytes[end + delimiter.len()..]);
        Some(&bytes[..end.unwrap_or(bytes.len())])
    })
    .map(<[u8]>::trim_ascii)
    .filter(|item| !item.is_empty())
}

fn position(bytes: &[u8], delimiter: &[u8]) -> Option<usize> {
    match delimiter {
        &[byte] => bytes.iter().position(|&other| other == byte),
        _ => bytes
            .windows(delimiter.len())
            .position(|window| window == delimiter),
    }
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
