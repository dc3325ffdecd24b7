//! A prepared header map that responses get copies of.

use std::mem;

use http::{HeaderMap, HeaderName, HeaderValue, header};

/// The most headers beside those with a place that a copy has room for without growing.
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
/// - The first entry is a place for the content type, which nearly every response has, and the second one for `Vary`, which those below
///   CORS have.
#[derive(Debug)]
pub(super) struct Prototype {
    plain: ByRoom,
    with_vary: ByRoom,
}

type ByRoom = [HeaderMap; MAX_ROOM + 1];

/// What a copy is to have besides the headers.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Places {
    /// A `Vary` that is still empty, as its second entry.
    pub(super) vary: bool,
    /// A request's id that is still empty.
    pub(super) id: bool,
    /// Room for so many more.
    pub(super) room: usize,
}

impl Prototype {
    pub(super) fn new(headers: &[(HeaderName, HeaderValue)]) -> Self {
        let empty = || HeaderValue::from_static("");
        let by_room = |first: &[HeaderName]| {
            std::array::from_fn(|room| {
                let mut map = HeaderMap::with_capacity(first.len() + headers.len() + room);
                map.extend(first.iter().map(|name| (name.clone(), empty())));
                map.extend(headers.iter().cloned());
                map.extend(SPARE[..room].iter().map(|name| (name.clone(), empty())));
                map
            })
        };
        Self {
            plain: by_room(&[header::CONTENT_TYPE]),
            with_vary: by_room(&[header::CONTENT_TYPE, header::VARY]),
        }
    }

    /// The number of headers, without the content type.
    pub(super) fn len(&self) -> usize {
        self.plain[0].len() - 1
    }

    /// The headers, without the content type.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&HeaderName, &HeaderValue)> {
        self.plain[0].iter().skip(1)
    }

    /// Puts a copy in place of `headers` and returns what was there.
    ///
    /// Its first entry is a content type that is still empty.
    #[inline]
    pub(super) fn replace(&self, headers: &mut HeaderMap, places: Places) -> HeaderMap {
        let by_room = if places.vary { &self.with_vary } else { &self.plain };
        let id = usize::from(places.id);
        let room = (id + places.room).min(MAX_ROOM);
        let own = mem::replace(headers, by_room[room].clone());
        if room > id {
            make_room(headers, &SPARE[id..room]);
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
        for n in 0..(MAX_ROOM + 2) * 4 {
            let places = Places {
                vary: n & 1 == 1,
                id: n & 2 == 2,
                room: n / 4,
            };
            let mut copy = HeaderMap::new();
            prototype.replace(&mut copy, places);
            assert_eq!(copy.keys().next(), Some(&header::CONTENT_TYPE));
            let second = copy.keys().nth(1) == Some(&header::VARY);
            assert_eq!(
                (second, copy.remove(header::VARY).is_some()),
                (places.vary, places.vary)
            );
            assert_eq!(copy.remove("x-request-id").is_some(), places.id);
            copy.remove(header::CONTENT_TYPE);
            assert_eq!(copy, headers.iter().cloned().collect(), "{places:?}");
        }
    }
}
