//! Looks a header up that is most often not there.
//!
//! To find a header in a map its name is hashed. Among a handful of names, which is what most programs send and most handlers answer, it
//! costs a fraction of that to see by comparing them that it is none of them.

use http::{HeaderMap, HeaderName, HeaderValue};

/// Up to this many names are compared.
const FEW: usize = 4;

/// The first value of a header.
#[inline]
pub(crate) fn first<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a HeaderValue> {
    if headers.keys_len() <= FEW && !headers.keys().any(|known| known == name) {
        return None;
    }
    headers.get(name)
}

#[cfg(test)]
mod tests {
    use http::header;

    use super::*;

    #[test]
    fn finds_what_the_map_finds() {
        let mut headers = HeaderMap::new();
        let names = [
            header::HOST,
            header::ACCEPT,
            HeaderName::from_static("x-request-id"),
            header::COOKIE,
            header::ORIGIN,
            HeaderName::from_static("traceparent"),
        ];
        assert_eq!(first(&headers, &header::HOST), None);
        for (n, name) in names.iter().enumerate() {
            headers.append(name, HeaderValue::from(n));
            headers.append(name, HeaderValue::from(n + 100));
            for name in &names {
                assert_eq!(first(&headers, name), headers.get(name), "{n}");
            }
        }
    }
}
