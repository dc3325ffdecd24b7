//! Reads JSON (RFC 8259) in place: strings are decoded where they stand, so that the buffer they came in stays their only place.

use std::ops::Range;

/// The deepest nesting that is read.
const DEPTH: usize = 32;

/// The text is not the JSON that was expected. It does not quote the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Malformed;

/// A value, by where its bytes stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// A string, decoded.
    Text(Range<usize>),
    /// A number, `true` or `false`, as it was written.
    Scalar(Range<usize>),
    Null,
    /// An object or an array.
    Nested,
}

/// A reader of one text.
pub(super) struct Json<'b> {
    pub(super) bytes: &'b mut [u8],
    at: usize,
    depth: usize,
}

/// Is given the name of a member, and must read the value behind it.
type Visit<'v, 'b> = &'v mut dyn FnMut(&mut Json<'b>, Range<usize>) -> Result<(), Malformed>;

impl<'b> Json<'b> {
    pub(super) fn new(bytes: &'b mut [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            depth: 0,
        }
    }

    /// Reads an object; `visit` is given each name and must read the value behind it. Whether it was one: `null` is none.
    pub(super) fn object(&mut self, visit: Visit<'_, 'b>) -> Result<bool, Malformed> {
        if self.peek() == Some(b'n') {
            return self.scalar().map(|_| false);
        }
        self.open(b'{')?;
        if self.take_if(b'}') {
            self.depth -= 1;
            return Ok(true);
        }
        loop {
            let name = self.string()?;
            self.expect(b':')?;
            visit(self, name)?;
            if !self.take_if(b',') {
                break;
            }
        }
        self.depth -= 1;
        self.expect(b'}').map(|()| true)
    }

    /// Reads any value; of what is nested only that it is.
    pub(super) fn value(&mut self) -> Result<Value, Malformed> {
        match self.peek() {
            Some(b'"') => self.string().map(Value::Text),
            Some(b'{') => self
                .object(&mut |json, _| json.value().map(drop))
                .map(|_| Value::Nested),
            Some(b'[') => self.array().map(|()| Value::Nested),
            _ => {
                let range = self.scalar()?;
                Ok(match &self.bytes[range.clone()] {
                    b"null" => Value::Null,
                    _ => Value::Scalar(range),
                })
            }
        }
    }

    /// Reads a value that is a whole number, or something else.
    pub(super) fn whole_number(&mut self) -> Result<Option<u64>, Malformed> {
        let value = self.value()?;
        let Value::Scalar(range) = value else {
            return Ok(None);
        };
        let text = std::str::from_utf8(&self.bytes[range]).map_err(|_| Malformed)?;
        Ok(text.parse().ok())
    }

    /// Nothing may stand behind the value that was read.
    pub(super) fn end(&mut self) -> Result<(), Malformed> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(Malformed),
        }
    }

    fn array(&mut self) -> Result<(), Malformed> {
        self.open(b'[')?;
        if !self.take_if(b']') {
            loop {
                self.value()?;
                if !self.take_if(b',') {
                    break;
                }
            }
            self.expect(b']')?;
        }
        self.depth -= 1;
        Ok(())
    }

    fn open(&mut self, bracket: u8) -> Result<(), Malformed> {
        self.expect(bracket)?;
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(Malformed);
        }
        Ok(())
    }

    /// A number, `true`, `false` or `null`.
    fn scalar(&mut self) -> Result<Range<usize>, Malformed> {
        self.peek();
        let start = self.at;
        while let Some(b'0'..=b'9' | b'a'..=b'z' | b'E' | b'+' | b'-' | b'.') = self.bytes.get(self.at) {
            self.at += 1;
        }
        let text = &self.bytes[start..self.at];
        if matches!(text, b"true" | b"false" | b"null") || is_number(text) {
            Ok(start..self.at)
        } else {
            Err(Malformed)
        }
    }

    /// A string, decoded in place: an escape is never shorter than what it stands for.
    fn string(&mut self) -> Result<Range<usize>, Malformed> {
        self.expect(b'"')?;
        let start = self.at;
        let mut to = start;
        loop {
            let byte = self.next()?;
            match byte {
                b'"' => return Ok(start..to),
                b'\\' => {
                    let mut utf8 = [0; 4];
                    let decoded = self.escape()?.encode_utf8(&mut utf8).as_bytes();
                    self.bytes[to..to + decoded.len()].copy_from_slice(decoded);
                    to += decoded.len();
                }
                0..0x20 => return Err(Malformed),
                _ => {
                    self.bytes[to] = byte;
                    to += 1;
                }
            }
        }
    }

    fn escape(&mut self) -> Result<char, Malformed> {
        Ok(match self.next()? {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.hex()?;
                let code = match first {
                    0xD800..0xDC00 => {
                        let has_second = self.next()? == b'\\' && self.next()? == b'u';
                        let second = if has_second { self.hex()? } else { 0 };
                        if !(0xDC00..0xE000).contains(&second) {
                            return Err(Malformed);
                        }
                        0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00)
                    }
                    code => code,
                };
                char::from_u32(code).ok_or(Malformed)?
            }
            _ => return Err(Malformed),
        })
    }

    fn hex(&mut self) -> Result<u32, Malformed> {
        let mut code = 0;
        for _ in 0..4 {
            let digit = char::from(self.next()?).to_digit(16).ok_or(Malformed)?;
            code = code << 4 | digit;
        }
        Ok(code)
    }

    fn next(&mut self) -> Result<u8, Malformed> {
        let byte = *self.bytes.get(self.at).ok_or(Malformed)?;
        self.at += 1;
        Ok(byte)
    }

    /// The next byte that is no white space.
    fn peek(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.bytes.get(self.at) {
            self.at += 1;
        }
        self.bytes.get(self.at).copied()
    }

    fn take_if(&mut self, byte: u8) -> bool {
        let is_it = self.peek() == Some(byte);
        self.at += usize::from(is_it);
        is_it
    }

    fn expect(&mut self, byte: u8) -> Result<(), Malformed> {
        if self.take_if(byte) {
            Ok(())
        } else {
            Err(Malformed)
        }
    }
}

/// Whether this is a number of JSON: no plus, no leading zero, digits on both sides of a point.
fn is_number(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"-").unwrap_or(text);
    let (mantissa, exponent) = match text.iter().position(|byte| matches!(byte, b'e' | b'E')) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let (whole, fraction) = match mantissa.iter().position(|&byte| byte == b'.') {
        Some(at) => (&mantissa[..at], Some(&mantissa[at + 1..])),
        None => (mantissa, None),
    };
    let digits = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    let unsigned = |text: &[u8]| {
        digits(
            text.strip_prefix(b"+")
                .or(text.strip_prefix(b"-"))
                .unwrap_or(text),
        )
    };
    digits(whole)
        && (whole.len() == 1 || whole[0] != b'0')
        && fraction.is_none_or(digits)
        && exponent.is_none_or(unsigned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(json: &str) -> Result<String, Malformed> {
        let mut bytes = json.as_bytes().to_vec();
        let mut json = Json::new(&mut bytes);
        let Value::Text(range) = json.value()? else {
            return Err(Malformed);
        };
        json.end()?;
        Ok(String::from_utf8(bytes[range].to_vec()).unwrap())
    }

    #[test]
    fn strings_are_decoded_where_they_stand() {
        let decoded = text_of(r#" "a\"\\\/\b\f\n\r\té\ud83d\ude00 käse" "#);
        assert_eq!(decoded.unwrap(), "a\"\\/\u{8}\u{c}\n\r\té😀 käse");
        for wrong in [
            r#""open"#,
            r#""\x""#,
            r#""\u12""#,
            r#""\ud800""#,
            r#""\ud800A""#,
            r#""\udc00""#,
            "\"a\nb\"",
            r#""a" b"#,
            "'a'",
        ] {
            assert_eq!(text_of(wrong), Err(Malformed), "{wrong}");
        }
    }

    #[test]
    fn numbers_are_those_of_json() {
        for number in ["0", "-0", "12", "1.5", "1e9", "1E+9", "-1.25e-3"] {
            assert!(is_number(number.as_bytes()), "{number}");
        }
        for none in [
            "", "-", "+1", "01", "1.", ".5", "1e", "1e+", "0x1", "1.2.3", "NaN",
        ] {
            assert!(!is_number(none.as_bytes()), "{none}");
        }
    }

    #[test]
    fn what_is_too_deep_is_refused() {
        let nested = |depth: usize| [vec![b'['; depth], vec![b']'; depth]].concat();
        assert_eq!(Json::new(&mut nested(DEPTH)).value(), Ok(Value::Nested));
        assert_eq!(Json::new(&mut nested(DEPTH + 1)).value(), Err(Malformed));
        assert_eq!(Json::new(&mut nested(100_000)).value(), Err(Malformed));
    }
}
