//! Finds secrets inside formatted text: `Login { password: "x" }`, `{"password":"x"}`, `token=x`,
//! `Authorization: Bearer x`, `postgres://user:x@host`.
//!
//! A value that was formatted before it reaches the log has no field names any more, but its text does. The
//! rule for names is the one for fields; what is recognised is the syntax of Rust's `Debug`, of JSON, of query
//! strings and of header lines. It is a net below the types that redact themselves, not a replacement.

use std::ops::Range;

use super::Names;

/// The longest name that is looked for before a `:` or `=`.
const NAME_MAX: usize = 64;

/// The longest user information of a URL that is looked for before an `@`.
const USERINFO_MAX: usize = 256;

/// The shortest user name in a URL that is taken for a key, as in a Sentry DSN.
const KEY_MIN: usize = 16;

/// The parts of `text` that are secrets, in order and without overlap.
pub(crate) fn scrub<'a>(text: &'a str, names: &'a Names) -> Scrub<'a> {
    Scrub {
        text: text.as_bytes(),
        names,
        at: 0,
        end_of_last: 0,
    }
}

/// The iterator of [`scrub`].
pub(crate) struct Scrub<'a> {
    text: &'a [u8],
    names: &'a Names,
    at: usize,
    end_of_last: usize,
}

impl Iterator for Scrub<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        while let Some(&byte) = self.text.get(self.at) {
            let here = self.at;
            self.at += 1;
            let found = match byte {
                b':' | b'=' => self.pair(here),
                b'@' => self.userinfo(here),
                _ => continue,
            };
            if let Some(secret) = found {
                let start = secret.start.max(self.end_of_last);
                self.at = secret.end.max(self.at);
                if start < secret.end {
                    self.end_of_last = secret.end;
                    return Some(start..secret.end);
                }
            }
        }
        None
    }
}

impl Scrub<'_> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.text.get(at).copied()
    }

    fn before(&self, at: usize) -> Option<u8> {
        at.checked_sub(1).and_then(|at| self.byte(at))
    }

    /// The value behind the separator at `here`, if the name before it is a secret's.
    fn pair(&self, here: usize) -> Option<Range<usize>> {
        let separator = self.byte(here)?;
        // `::` is a path, `==` a comparison.
        if self.byte(here + 1) == Some(separator) || self.before(here) == Some(separator) {
            return None;
        }
        let mut end = here;
        while self.before(end) == Some(b' ') {
            end -= 1;
        }
        let quoted = matches!(self.before(end), Some(b'"' | b'\''));
        if quoted {
            end -= 1;
            // JSON inside a `Debug` string: `\"password\":`.
            while self.before(end) == Some(b'\\') {
                end -= 1;
            }
        }
        let mut start = end;
        while self.before(start).is_some_and(is_name) && end - start < NAME_MAX {
            start -= 1;
        }
        let name = std::str::from_utf8(self.text.get(start..end)?).ok()?;
        if name.is_empty() || !self.names.is_secret(name) {
            return None;
        }
        if separator == b':' && !quoted && !self.begins_a_field(start) {
            return None;
        }
        self.value(here + 1, name)
    }

    /// Whether what stands before `start` introduces a field, and is not the middle of a sentence:
    /// "invalid token: expected a comma" keeps its end.
    fn begins_a_field(&self, start: usize) -> bool {
        let mut at = start;
        while matches!(self.before(at), Some(b' ' | b'\t')) {
            at -= 1;
        }
        // A backslash may be a newline that was escaped, the `n` of which is then taken for the name's first letter.
        self.before(at)
            .is_none_or(|byte| b"{,([;\n\r\"\\".contains(&byte))
    }

    fn value(&self, from: usize, name: &str) -> Option<Range<usize>> {
        let mut start = from;
        while self.byte(start) == Some(b' ') {
            start += 1;
        }
        let mut open = start;
        while self.byte(open) == Some(b'\\') {
            open += 1;
        }
        if let Some(quote @ (b'"' | b'\'')) = self.byte(open) {
            return Some(open + 1..self.closing_quote(open + 1, quote, open - start));
        }
        let mut word = start;
        while self.byte(word).is_some_and(|byte| is_name(byte) || byte == b':') {
            word += 1;
        }
        let bracket = if self.byte(word) == Some(b' ') {
            word + 1
        } else {
            word
        };
        let header = name.to_ascii_lowercase();
        let end = if matches!(self.byte(bracket), Some(b'{' | b'[' | b'(')) {
            self.closing_bracket(bracket)
        } else if header.contains("cookie") {
            // A cookie line is a list that `;` divides.
            self.until(start, b"\n\r\"\\")
        } else if header.contains("authorization") {
            // A scheme, a blank, the credentials.
            self.until(start, b"\n\r\",;}\\")
        } else {
            self.until(start, b" \t\n\r\"'\\,;&})]")
        };
        Some(start..end)
    }

    fn until(&self, from: usize, stops: &[u8]) -> usize {
        let rest = self.text.get(from..).unwrap_or_default();
        from + rest
            .iter()
            .position(|byte| stops.contains(byte))
            .unwrap_or(rest.len())
    }

    /// The position of the quote that closes a string opened with `depth` backslashes before its quote.
    fn closing_quote(&self, from: usize, quote: u8, depth: usize) -> usize {
        let mut slashes = 0;
        for (offset, &byte) in self.text.get(from..).unwrap_or_default().iter().enumerate() {
            if byte == quote && slashes <= depth {
                return from + offset - slashes;
            }
            slashes = if byte == b'\\' { slashes + 1 } else { 0 };
            // A backslash that is itself escaped does not escape the quote.
            if depth == 0 && slashes == 2 {
                slashes = 0;
            }
        }
        self.text.len()
    }

    /// The position behind the bracket that closes the one at `from`.
    fn closing_bracket(&self, from: usize) -> usize {
        let mut depth = 0_usize;
        let mut at = from;
        while let Some(byte) = self.byte(at) {
            match byte {
                b'{' | b'[' | b'(' => depth += 1,
                b'}' | b']' | b')' => {
                    depth -= 1;
                    if depth == 0 {
                        return at + 1;
                    }
                }
                b'"' => at = self.closing_quote(at + 1, b'"', 0),
                _ => {}
            }
            at += 1;
        }
        self.text.len()
    }

    /// The password of a URL whose user information ends at `at`, or a user name long enough to be a key.
    fn userinfo(&self, at: usize) -> Option<Range<usize>> {
        let mut start = at;
        while self
            .before(start)
            .is_some_and(|byte| byte > b' ' && !b"/\"'<>@".contains(&byte))
            && at - start < USERINFO_MAX
        {
            start -= 1;
        }
        let scheme = start.checked_sub(3).and_then(|from| self.text.get(from..start));
        if scheme != Some(b"://") {
            return None;
        }
        let info = self.text.get(start..at)?;
        match info.iter().position(|&byte| byte == b':') {
            Some(colon) => Some(start + colon + 1..at),
            None => (info.len() >= KEY_MIN).then_some(start..at),
        }
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scrubbed(text: &str) -> String {
        let (mut out, mut done) = (String::new(), 0);
        for secret in scrub(text, &Names::default()) {
            out.push_str(&text[done..secret.start]);
            out.push('#');
            done = secret.end;
        }
        out + &text[done..]
    }

    #[test]
    fn debug_of_structs() {
        assert_eq!(
            scrubbed(r#"Login { user: "bob", password: "hun\"ter2", age: 7 }"#),
            r##"Login { user: "bob", password: "#", age: 7 }"##
        );
        assert_eq!(
            scrubbed(r#"A { b: B { api_key: Some("x, y}") }, c: 1 }"#),
            "A { b: B { api_key: # }, c: 1 }"
        );
        assert_eq!(scrubbed("P { pin: 1234, n: 5 }"), "P { pin: #, n: 5 }");
        assert_eq!(
            scrubbed(r#"T { token: Token { raw: [1, 2], s: "}" }, n: 5 }"#),
            "T { token: #, n: 5 }"
        );
        assert_eq!(
            scrubbed("Login {\n    password: \"x\",\n    n: 1,\n}"),
            "Login {\n    password: \"#\",\n    n: 1,\n}"
        );
        assert_eq!(
            scrubbed(r#"{"Authorization": "Bearer x", "n": 1}"#),
            r##"{"Authorization": "#", "n": 1}"##
        );
    }

    #[test]
    fn json_also_inside_a_string() {
        assert_eq!(
            scrubbed(r#"{"user":{"Password" : "x\\","n":1}}"#),
            r##"{"user":{"Password" : "#","n":1}}"##
        );
        assert_eq!(
            scrubbed(r#""{\"password\":\"x\",\"n\":1}""#),
            r##""{\"password\":\"#\",\"n\":1}""##
        );
        assert_eq!(scrubbed(r#"{"pin":1234}"#), r#"{"pin":#}"#);
        assert_eq!(scrubbed(r#"{"password":"unterminated"#), r##"{"password":"#"##);
    }

    #[test]
    fn pairs_and_headers() {
        assert_eq!(scrubbed("GET /a?token=abc&x=1"), "GET /a?token=#&x=1");
        assert_eq!(
            scrubbed("login with password=hunter2 failed"),
            "login with password=# failed"
        );
        assert_eq!(
            scrubbed("Authorization: Bearer abc.def\nHost: x"),
            "Authorization: #\nHost: x"
        );
        assert_eq!(scrubbed("Cookie: a=b; c=d\nHost: x"), "Cookie: #\nHost: x");
        assert_eq!(
            scrubbed(r#""a\r\nAuthorization: Bearer x\r\nb: c""#),
            r##""a\r\nAuthorization: #\r\nb: c""##
        );
    }

    #[test]
    fn urls() {
        assert_eq!(
            scrubbed("at postgres://bob:pa:ss@db/x failed"),
            "at postgres://bob:#@db/x failed"
        );
        assert_eq!(
            scrubbed("https://0123456789abcdef@sentry.io/1"),
            "https://#@sentry.io/1"
        );
        assert_eq!(
            scrubbed("ssh://git@host and a@b.example"),
            "ssh://git@host and a@b.example"
        );
    }

    #[test]
    fn sentences_stay() {
        for text in [
            "invalid token: expected a comma",
            "std::password::Error at 12:30:45",
            "token == other",
            "the password is wrong",
            "a: b, c = d, e@f",
            "",
            ":",
            "=",
            "@",
            "://@",
        ] {
            assert_eq!(scrubbed(text), text);
        }
    }

    #[test]
    fn any_text_ends_in_time_and_in_order() {
        let text = "password={[(\"token: 'a\\\"@://".repeat(500);
        let mut last = 0;
        for secret in scrub(&text, &Names::default()) {
            assert!(last <= secret.start && secret.start < secret.end && secret.end <= text.len());
            last = secret.end;
        }
    }
}
