//! Finds secrets inside formatted text: `Login { password: "x" }`, `{"password":"x"}`, `token=x`,
//! `Authorization: Bearer x`, `("authorization", "x")`, `postgres://user:x@host`.
//!
//! A value that was formatted before it reaches the log has lost its field names, but its text still has them. The rule
//! for names is the one for fields. The syntax that is recognised is that of Rust's `Debug`, of JSON, of query strings,
//! of header lines and of URLs. It is a net below the types that redact themselves, not a replacement.

use std::ops::Range;

use super::Names;

/// The longest name that is looked for before a `:` or `=`.
const NAME_MAX: usize = 64;

/// The shortest user name in a URL that is taken for a key, as in a Sentry DSN.
const KEY_MIN: usize = 16;

/// The parts of `text` that are secrets, in order and without overlap.
pub(crate) fn scrub<'a>(text: &'a str, names: &'a Names) -> Scrub<'a> {
    Scrub {
        text: text.as_bytes(),
        names,
        at: 0,
        end_of_last: 0,
        url: Url::default(),
    }
}

/// The word in which a URL was found last: where it ends, and its last `@`.
#[derive(Clone, Copy, Default)]
struct Url {
    end: usize,
    at_sign: Option<usize>,
}

/// The iterator of [`scrub`].
pub(crate) struct Scrub<'a> {
    text: &'a [u8],
    names: &'a Names,
    at: usize,
    end_of_last: usize,
    url: Url,
}

impl Iterator for Scrub<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        while let Some(&byte) = self.text.get(self.at) {
            let here = self.at;
            self.at += 1;
            let found = match byte {
                b':' if self.text[self.at..].starts_with(b"//") => self.userinfo(here),
                b':' | b'=' => self.pair(here),
                b',' => self.listed(here),
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
        let (name, start) = self.name_before(end)?;
        if !self.names.is_secret(name) {
            return None;
        }
        if separator == b':' && !quoted && !self.begins_a_field(start) {
            return None;
        }
        self.value(here + 1, name)
    }

    /// Returns true if the text before `start` introduces a field, and is not the middle of a sentence:
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
        if let Some(content) = self.prefixed_string(start) {
            return Some(content);
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

    /// The content of the byte, C or raw string that begins at `start`: `b"x"`, `r#"x"#`, `br"x"`.
    fn prefixed_string(&self, start: usize) -> Option<Range<usize>> {
        let mut at = start;
        while matches!(self.byte(at), Some(b'b' | b'c' | b'r')) && at - start < 2 {
            at += 1;
        }
        let is_raw = self.before(at) == Some(b'r') && at > start;
        let hashes = self
            .text
            .get(at..)?
            .iter()
            .take(256)
            .take_while(|&&byte| byte == b'#')
            .count();
        let mut open = at + hashes;
        while self.byte(open) == Some(b'\\') {
            open += 1;
        }
        let quote = self.byte(open).filter(|byte| b"\"'".contains(byte))?;
        if at == start || (hashes > 0 && !is_raw) {
            return None;
        }
        let from = open + 1;
        if !is_raw {
            return Some(from..self.closing_quote(from, quote, open - at));
        }
        let rest = self.text.get(from..)?;
        let closes = |at: usize| {
            rest[at] == quote
                && rest[at + 1..]
                    .iter()
                    .take(hashes)
                    .filter(|&&byte| byte == b'#')
                    .count()
                    == hashes
        };
        let end = (0..rest.len()).find(|&at| closes(at)).unwrap_or(rest.len());
        Some(from..from + end)
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

    /// The value behind the comma at `here`, in `("authorization", "x")`, `["authorization", "x"]` or
    /// `name: "authorization", value: "x"`.
    fn listed(&self, here: usize) -> Option<Range<usize>> {
        let (name, before) = self.quoted_name(here)?;
        if !self.names.is_secret(name) {
            return None;
        }
        let from = match self.before(before)? {
            b'(' | b'[' => here + 1,
            b':' => {
                let (label, _) = self.label(before - 1)?;
                if !["name", "key", "header"].contains(&label) {
                    return None;
                }
                let colon = here
                    + self
                        .text
                        .get(here..)?
                        .iter()
                        .take(24)
                        .position(|&byte| byte == b':')?;
                let (label, start) = self.label(colon)?;
                if label != "value" || start < here {
                    return None;
                }
                colon + 1
            }
            _ => return None,
        };
        let mut open = from;
        while matches!(self.byte(open), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            open += 1;
        }
        self.value(open, name)
    }

    /// Returns the name in quotes that ends at `end`, and the end of the text before it.
    fn quoted_name(&self, end: usize) -> Option<(&str, usize)> {
        let quote = self.before(end).filter(|byte| b"\"'".contains(byte))?;
        let mut last = end - 1;
        // JSON inside a `Debug` string: `[\"authorization\", \"x\"]`.
        while self.before(last) == Some(b'\\') {
            last -= 1;
        }
        let (name, mut start) = self.name_before(last)?;
        while self.before(start) == Some(b'\\') {
            start -= 1;
        }
        if self.before(start) != Some(quote) && self.byte(start) != Some(quote) {
            return None;
        }
        start -= usize::from(self.before(start) == Some(quote));
        while matches!(
            self.before(start),
            Some(b' ' | b'\n' | b'\r' | b'\t' | b'\\' | b'b')
        ) {
            start -= 1;
        }
        Some((name, start))
    }

    /// Returns the name, quoted or not, before the colon at `colon`, and its start.
    fn label(&self, colon: usize) -> Option<(&str, usize)> {
        let mut end = colon;
        while matches!(self.before(end), Some(b'"' | b'\'' | b'\\' | b' ')) {
            end -= 1;
        }
        self.name_before(end)
    }

    /// Returns the name that ends at `end`, and its start.
    fn name_before(&self, end: usize) -> Option<(&str, usize)> {
        let mut start = end;
        while self.before(start).is_some_and(is_name) && end - start < NAME_MAX {
            start -= 1;
        }
        let name = std::str::from_utf8(self.text.get(start..end)?).ok()?;
        (!name.is_empty()).then_some((name, start))
    }

    /// The password of the URL whose `://` is at `colon`, or a user name long enough to be a key.
    ///
    /// A password may hold any sign that should have been encoded, `@` and `/` among them: its end is the last `@` of the
    /// word. That may hide a host as well, but never shows half a password.
    fn userinfo(&mut self, colon: usize) -> Option<Range<usize>> {
        let start = colon + 3;
        let mut scheme = colon;
        while self
            .before(scheme)
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
        {
            scheme -= 1;
            if colon - scheme > NAME_MAX {
                return None;
            }
        }
        if start >= self.url.end {
            self.url = self.url_word(start, self.before(scheme));
        }
        let last = self.url.at_sign.filter(|&at| at >= start)?;
        let word = self.text.get(start..self.url.end)?;
        let authority = word
            .iter()
            .position(|byte| b"/?#".contains(byte))
            .unwrap_or(word.len());
        let in_authority = word[..authority].iter().rposition(|&byte| byte == b'@');
        let of_web = matches!(
            &self.text[scheme..colon],
            b"http" | b"https" | b"ws" | b"wss" | b"ftp"
        );
        // The colons of an IPv6 address in brackets divide nothing.
        let bracket = word[..authority]
            .iter()
            .position(|&byte| byte == b']')
            .filter(|_| word[0] == b'[');
        let from = bracket.unwrap_or(0);
        let separator = word[from..authority]
            .iter()
            .position(|&byte| byte == b':')
            .map(|at| from + at);
        match (separator, in_authority) {
            (Some(separator), Some(at)) if separator < at => Some(start + separator + 1..last),
            // `user:pass/word@host`; in `http://host:80/@name` it is a port.
            (Some(separator), None) if !of_web || !is_port(&word[separator + 1..authority]) => {
                Some(start + separator + 1..last)
            }
            (_, Some(at)) => (at >= KEY_MIN).then_some(start..start + at),
            (None, None) if !of_web && last - start >= KEY_MIN => Some(start..last),
            _ => None,
        }
    }

    /// The word that begins at `start`: up to white space, a double quote, an angle bracket, or the quote `before` it.
    fn url_word(&self, start: usize, before: Option<u8>) -> Url {
        let rest = self.text.get(start..).unwrap_or_default();
        let opened = before.filter(|byte| b"'`(".contains(byte));
        let closing = match opened {
            Some(b'(') => Some(b')'),
            other => other,
        };
        let length = rest
            .iter()
            .position(|&byte| byte <= b' ' || b"\"<>".contains(&byte) || Some(byte) == closing)
            .unwrap_or(rest.len());
        let at_sign = rest[..length].iter().rposition(|&byte| byte == b'@');
        Url {
            end: start + length,
            at_sign: at_sign.map(|at| start + at),
        }
    }
}

/// Returns true if `text` can be a port.
fn is_port(text: &[u8]) -> bool {
    text.len() <= 5 && text.iter().all(u8::is_ascii_digit)
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
    fn byte_and_raw_strings() {
        assert_eq!(
            scrubbed(r#"T { token: b"x\"y", n: 5 }"#),
            r##"T { token: b"#", n: 5 }"##
        );
        assert_eq!(
            scrubbed(r###"T { token: r#"x"y"#, n: 5 }"###),
            r###"T { token: r#"#"#, n: 5 }"###
        );
        assert_eq!(scrubbed(r#"token=br"x y" n"#), r##"token=br"#" n"##);
        assert_eq!(
            scrubbed(r#"T { token: Some(b"x"), n: 5 }"#),
            "T { token: #, n: 5 }"
        );
        assert_eq!(scrubbed("token: bare, n: 5"), "token: #, n: 5");
    }

    #[test]
    fn debug_of_pairs() {
        assert_eq!(
            scrubbed(r#"[("authorization", "Bearer x y"), ("host", "h")]"#),
            r##"[("authorization", "#"), ("host", "h")]"##
        );
        assert_eq!(scrubbed(r#"("x-api-key", b"x")"#), r##"("x-api-key", b"#")"##);
        assert_eq!(scrubbed(r#"("pin", 1234)"#), r#"("pin", #)"#);
        assert_eq!(
            scrubbed(r#"[["cookie","a=b; c=d"],["host","h"]]"#),
            r##"[["cookie","#"],["host","h"]]"##
        );
        assert_eq!(
            scrubbed(r#"Header { name: "authorization", value: "Bearer x" }"#),
            r##"Header { name: "authorization", value: "#" }"##
        );
        assert_eq!(
            scrubbed(r#"{"name":"authorization","value":"Bearer x"}"#),
            r##"{"name":"authorization","value":"#"}"##
        );
        assert_eq!(
            scrubbed("(\n    \"authorization\",\n    \"Bearer x\",\n)"),
            "(\n    \"authorization\",\n    \"#\",\n)"
        );
        assert_eq!(
            scrubbed(r#""[[\"cookie\",\"a=b\"],[\"host\",\"h\"]]""#),
            r##""[[\"cookie\",\"#\"],[\"host\",\"h\"]]""##
        );
        assert_eq!(
            scrubbed(r#"the "token", "password" and "x""#),
            r#"the "token", "password" and "x""#
        );
    }

    #[test]
    fn passwords_of_urls_whole() {
        let long = "x".repeat(2_000);
        assert_eq!(
            scrubbed(&format!("at redis://:{long}@h/0 failed")),
            "at redis://:#@h/0 failed"
        );
        for password in [
            "p@ss", "p/ss", "p/s@s", "p?s#s", "12/34", "p@s/s", "it's", "a:b@c/d",
        ] {
            assert_eq!(
                scrubbed(&format!("at postgres://bob:{password}@db/x failed")),
                "at postgres://bob:#@db/x failed",
                "{password}"
            );
        }
        assert_eq!(scrubbed("redis://0123456789/abcdef@h"), "redis://#@h");
        assert_eq!(
            scrubbed("url='postgres://bob:x@db/y', mail='a@b'"),
            "url='postgres://bob:#@db/y', mail='a@b'"
        );
        assert_eq!(
            scrubbed("postgres://app@db/x?password=abc&a=b"),
            "postgres://app@db/x?password=#&a=b"
        );
        for text in [
            "https://host.example:8443/@scope/package",
            "https://host.example/users/long-name-here@example.com",
            "https://host.example/?mail=a@b.example",
            "http://[::1]:80/@x",
        ] {
            assert_eq!(scrubbed(text), text);
        }
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
