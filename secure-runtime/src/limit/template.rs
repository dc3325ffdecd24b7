//! Which paths a rule is for.

/// A path with places for what differs: `/users/{id}`, `/files/{*path}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Template {
    text: String,
    segments: Vec<Segment>,
    /// Whether anything may follow.
    is_open: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    Literal(String),
    Any,
}

impl Template {
    /// Reads a template; the error says what is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        let rest = text.strip_prefix('/').ok_or("a path begins with /")?;
        let mut template = Self {
            text: text.to_owned(),
            segments: Vec::new(),
            is_open: false,
        };
        for segment in rest.split('/').filter(|segment| !segment.is_empty()) {
            if template.is_open {
                return Err("{*…} is the last part of a path");
            }
            match segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
                Some(name) if name.contains(['{', '}']) => return Err("one {…} in each part of a path"),
                Some("" | "*") => return Err("{…} needs a name"),
                Some(name) if name.starts_with('*') => template.is_open = true,
                Some(_) => template.segments.push(Segment::Any),
                None if segment.contains(['{', '}']) => return Err("{…} is a whole part of a path"),
                None => template.segments.push(Segment::Literal(segment.to_owned())),
            }
        }
        Ok(template)
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether a path is one of these, as any router might read it: slashes count once, and what is
    /// percent-encoded is itself. To match too much costs a request of the quota; too little would be a way
    /// around it.
    pub(super) fn matches(&self, path: &str) -> bool {
        let mut path = path.split('/').filter(|segment| !segment.is_empty());
        for expected in &self.segments {
            let Some(segment) = path.next() else { return false };
            match expected {
                Segment::Any => {}
                Segment::Literal(literal) => {
                    if !Decoded(segment.as_bytes()).eq(literal.bytes()) {
                        return false;
                    }
                }
            }
        }
        self.is_open || path.next().is_none()
    }
}

/// The bytes of a path, with `%41` for one byte.
struct Decoded<'a>(&'a [u8]);

impl Iterator for Decoded<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        let hex = |digit: u8| char::from(digit).to_digit(16);
        let (byte, rest) = match self.0 {
            [b'%', high, low, rest @ ..] => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => ((high * 16 + low) as u8, rest),
                _ => (b'%', &self.0[1..]),
            },
            [byte, rest @ ..] => (*byte, rest),
            [] => return None,
        };
        self.0 = rest;
        Some(byte)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(template: &str, path: &str) -> bool {
        Template::parse(template).unwrap().matches(path)
    }

    #[test]
    fn reads_a_path_as_any_router_might() {
        for path in [
            "/login",
            "/login/",
            "//login",
            "/login//",
            "/%6cogin",
            "/%6C%6fgin",
        ] {
            assert!(matches("/login", path), "{path}");
        }
        for path in [
            "/",
            "",
            "/log",
            "/login2",
            "/login/x",
            "/LOGIN",
            "/%",
            "/%6",
            "/%zzlogin",
            "/log%2Fin",
        ] {
            assert!(!matches("/login", path), "{path}");
        }
    }

    #[test]
    fn places_hold_one_part_and_the_rest_any_number() {
        assert!(matches("/users/{id}", "/users/42"));
        assert!(!matches("/users/{id}", "/users"));
        assert!(!matches("/users/{id}", "/users/42/orders"));
        assert!(matches("/users/{id}/orders", "/users/42/orders"));
        assert!(matches("/files/{*path}", "/files/a/b/c"));
        assert!(matches("/files/{*path}", "/files"));
        assert!(!matches("/files/{*path}", "/other"));
        assert!(matches("/{*all}", "/"));
        assert!(matches("/", "/"));
        assert!(!matches("/", "/x"));
    }

    #[test]
    fn what_is_no_template_is_refused() {
        for text in [
            "",
            "login",
            "/{}",
            "/{*}",
            "/a{b}",
            "/{a}{b}",
            "/{a",
            "/{*rest}/more",
        ] {
            assert!(Template::parse(text).is_err(), "{text}");
        }
    }
}
