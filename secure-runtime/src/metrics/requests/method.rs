//! Methods as labels.

use http::Method;

/// One of the methods that everyone knows, or `other`: clients can invent as many as they like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MethodLabel(u8);

const NAMES: [&str; 10] = [
    "other", "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH",
];

impl MethodLabel {
    pub(super) const COUNT: usize = NAMES.len();

    #[inline]
    pub(super) fn new(method: &Method) -> Self {
        Self(match *method {
            Method::GET => 1,
            Method::HEAD => 2,
            Method::POST => 3,
            Method::PUT => 4,
            Method::DELETE => 5,
            Method::CONNECT => 6,
            Method::OPTIONS => 7,
            Method::TRACE => 8,
            Method::PATCH => 9,
            _ => 0,
        })
    }

    #[inline]
    pub(super) fn index(self) -> usize {
        usize::from(self.0)
    }

    pub(super) fn as_str(self) -> &'static str {
        NAMES[self.index()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_method_has_its_name() {
        for name in &NAMES[1..] {
            let method = Method::from_bytes(name.as_bytes()).unwrap();
            assert_eq!(MethodLabel::new(&method).as_str(), *name);
        }
        for name in ["get", "QUERY", "PROPFIND", "X"] {
            let method = Method::from_bytes(name.as_bytes()).unwrap();
            assert_eq!(MethodLabel::new(&method).as_str(), "other");
        }
    }
}
