//! A prepared header map that responses get copies of.

use std::mem;

use http::{HeaderMap, HeaderName, HeaderValue, header};

/// The most headers beside the content type that a copy has room for without growing.
pub(super) const MAX_ROOM: usize = 3;

/// Names that hold room in a map and are taken out of its copies: no response of ours has the others. The first one is left in, as a
/// place, for a copy that gets the request's id later.
static SPARE: [HeaderName; MAX_ROOM] = [
    HeaderName::from_static("x-request-id"),
    header::PRAGMA,
    header::WARNING,
];

/// A prepared map, to be copied for each response.
///
/// Copying beats inserting: names that `http` has no constant for, and that is most of ours, are not
/// hashed again. Two details make it pay:
///
/// - The copy of a map has no capacity to spare, and growing it would cost as much as a quarter of the
///   copy. So there are maps with a few more entries, which are removed again from the copy.
/// - The first entry is a place for the content type, which nearly every response has.
#[derive(Debug)]
pub(super) struct Prototype {
    by_room: [HeaderMap; MAX_ROOM + 1],
}

impl Prototype {
    pub(super) fn new(headers: &[(HeaderName, HeaderValue)]) -> Self {
        let by_room = std::array::from_fn(|room| {
            let mut map = HeaderMap::with_capacity(1 + headers.len() + room);
            map.insert(header::CONTENT_TYPE, HeaderValue::from_static(""));
            map.extend(headers.iter().cloned());
            map.extend(
                SPARE[..room]
                    .iter()
                    .map(|name| (name.clone(), HeaderValue::from_static(""))),
            );
            map
        });
        Self { by_room }
    }

    /// The number of headers, without the content type.
    pub(super) fn len(&self) -> usize {
        self.by_room[0].len() - 1
    }

    /// The headers, without the content type.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&HeaderName, &HeaderValue)> {
        self.by_room[0].iter().skip(1)
    }

    /// Puts a copy in place of `headers` and returns what was there.
    ///
    /// It has room for some more headers, and its first entry is a content type that is still empty; with `id` there is a request's
    /// id as well, still empty.
    #[inline]
    pub(super) fn replace(&self, headers: &mut HeaderMap, id: bool, room: usize) -> HeaderMap {
        let places = usize::from(id);
        let room = (places + room).min(MAX_ROOM);
        let own = mem::replace(headers, self.by_room[room].clone());
        if room > places {
            make_room(headers, &SPARE[places..room]);
        }
        own
    }
}

#[inline(never)]
fn make_room(map: &mut HeaderMap, names: &[HeaderName]) {
    for name in names.iter().rev() {
        map.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_hold_the_headers_and_room() {
        let headers = [
            (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ];
        let prototype = Prototype::new(&headers);
        assert_eq!(prototype.len(), 2);
        for (room, id) in (0..=MAX_ROOM + 1).flat_map(|room| [(room, false), (room, true)]) {
            let mut copy = HeaderMap::new();
            prototype.replace(&mut copy, id, room);
            assert_eq!(copy.keys().next(), Some(&header::CONTENT_TYPE));
            assert_eq!(copy.remove("x-request-id").is_some(), id);
            copy.remove(header::CONTENT_TYPE);
            assert_eq!(copy, headers.iter().cloned().collect(), "{room}");
        }
    }
}
