//! Statuses as labels.

use http::StatusCode;

/// A status that is registered (RFC 9110 and others), the class of one that is not, or `aborted`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct StatusLabel(u8);

const NAMES: [&str; 70] = [
    "aborted", "other", "1xx", "2xx", "3xx", "4xx", "5xx", "100", "101", "102", "103", "200", "201", "202",
    "203", "204", "205", "206", "207", "208", "226", "300", "301", "302", "303", "304", "305", "307", "308",
    "400", "401", "402", "403", "404", "405", "406", "407", "408", "409", "410", "411", "412", "413", "414",
    "415", "416", "417", "418", "421", "422", "423", "424", "425", "426", "428", "429", "431", "451", "499",
    "500", "501", "502", "503", "504", "505", "506", "507", "508", "510", "511",
];

/// Where the names of classes begin, `1xx` first.
const CLASSES: u8 = 2;
/// Where the names of codes begin.
const CODES: usize = 7;

/// The place in `NAMES` of each code from 100 to 599.
static PLACES: [u8; 500] = {
    let mut places = [0; 500];
    let mut code = 0;
    while code < 500 {
        places[code] = CLASSES + (code / 100) as u8;
        code += 1;
    }
    let mut place = CODES;
    while place < NAMES.len() {
        let name = NAMES[place].as_bytes();
        let code =
            (name[0] - b'1') as usize * 100 + (name[1] - b'0') as usize * 10 + (name[2] - b'0') as usize;
        places[code] = place as u8;
        place += 1;
    }
    places
};

impl StatusLabel {
    pub(super) const COUNT: usize = NAMES.len();

    /// There was no response: the client left, or the handler failed.
    pub(super) const ABORTED: Self = Self(0);
    /// No status at all (600 and more).
    const OTHER: Self = Self(1);

    #[inline]
    pub(super) fn new(status: StatusCode) -> Self {
        let place = PLACES.get(usize::from(status.as_u16()).wrapping_sub(100));
        place.map_or(Self::OTHER, |&place| Self(place))
    }

    #[inline]
    pub(super) fn index(self) -> usize {
        usize::from(self.0)
    }

    pub(super) fn as_str(self) -> &'static str {
        NAMES[self.index()]
    }

    pub(super) fn all() -> impl Iterator<Item = Self> {
        (0..NAMES.len() as u8).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_name_or_its_class() {
        for code in 100..1_000 {
            let label = StatusLabel::new(StatusCode::from_u16(code).unwrap()).as_str();
            let own = code.to_string();
            if code > 599 {
                assert_eq!(label, "other");
            } else if NAMES.contains(&own.as_str()) {
                assert_eq!(label, own);
            } else {
                assert_eq!(label, format!("{}xx", code / 100));
            }
        }
    }

    #[test]
    fn no_registered_code_is_missing() {
        for code in 100..600 {
            let status = StatusCode::from_u16(code).unwrap();
            if status.canonical_reason().is_some() {
                assert_eq!(StatusLabel::new(status).as_str(), code.to_string());
            }
        }
    }
}
