//! A strict reader of JSON (RFC 8259) that also refuses what most readers let pass: a key that stands twice, a control
//! character, half of a surrogate pair, anything behind the value.

/// A JSON value. Objects keep their order, numbers their spelling.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number as it is spelled.
    Number(String),
    /// A string without its escapes.
    Text(String),
    /// An array.
    Array(Vec<Self>),
    /// An object; no key stands twice.
    Object(Vec<(String, Self)>),
}

impl Json {
    /// Reads one value that is all of `text`.
    ///
    /// # Errors
    ///
    /// What is wrong, and where.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut reader = Reader { text, at: 0 };
        let value = reader.value(0)?;
        reader.blanks();
        if reader.at == text.len() {
            Ok(value)
        } else {
            Err(reader.error("something behind the value"))
        }
    }

    /// The value of a key of an object.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(fields) => fields
                .iter()
                .find(|(name, _)| name == key)
                .map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text of a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The keys of an object, in their order.
    #[must_use]
    pub fn keys(&self) -> Vec<&str> {
        match self {
            Self::Object(fields) => fields.iter().map(|(key, _)| key.as_str()).collect(),
            _ => Vec::new(),
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn error(&self, what: &str) -> String {
        format!("{what} at byte {} of {:?}", self.at, self.text)
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> Result<(), String> {
        if self.peek() != Some(byte) {
            return Err(self.error(&format!("no {:?}", char::from(byte))));
        }
        self.at += 1;
        Ok(())
    }

    fn value(&mut self, depth: u32) -> Result<Json, String> {
        if depth > 64 {
            return Err(self.error("too deep"));
        }
        self.blanks();
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.string().map(Json::Text),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => {
                let words = [
                    ("null", Json::Null),
                    ("true", Json::Bool(true)),
                    ("false", Json::Bool(false)),
                ];
                let found = words
                    .into_iter()
                    .find(|(word, _)| self.text[self.at..].starts_with(word));
                let (word, value) = found.ok_or_else(|| self.error("no value"))?;
                self.at += word.len();
                Ok(value)
            }
        }
    }

    fn object(&mut self, depth: u32) -> Result<Json, String> {
        let mut fields: Vec<(String, Json)> = Vec::new();
        self.take(b'{')?;
        self.blanks();
        while self.peek() != Some(b'}') {
            if !fields.is_empty() {
                self.take(b',')?;
                self.blanks();
            }
            let key = self.string()?;
            if fields.iter().any(|(known, _)| *known == key) {
                return Err(self.error(&format!("the key {key:?} stands twice")));
            }
            self.blanks();
            self.take(b':')?;
            fields.push((key, self.value(depth + 1)?));
            self.blanks();
        }
        self.take(b'}')?;
        Ok(Json::Object(fields))
    }

    fn array(&mut self, depth: u32) -> Result<Json, String> {
        let mut items = Vec::new();
        self.take(b'[')?;
        self.blanks();
        while self.peek() != Some(b']') {
            if !items.is_empty() {
                self.take(b',')?;
            }
            items.push(self.value(depth + 1)?);
            self.blanks();
        }
        self.take(b']')?;
        Ok(Json::Array(items))
    }

    fn string(&mut self) -> Result<String, String> {
        self.take(b'"')?;
        let mut string = String::new();
        loop {
            let char = self.text[self.at..]
                .chars()
                .next()
                .ok_or_else(|| self.error("no end of a string"))?;
            self.at += char.len_utf8();
            match char {
                '"' => return Ok(string),
                '\\' => string.push(self.escape()?),
                '\0'..='\u{1f}' => return Err(self.error("a control character")),
                _ => string.push(char),
            }
        }
    }

    fn escape(&mut self) -> Result<char, String> {
        let byte = self.peek().ok_or_else(|| self.error("no end of an escape"))?;
        self.at += 1;
        Ok(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let mut units = vec![self.unit()?];
                if (0xd800..0xdc00).contains(&units[0]) {
                    self.take(b'\\')?;
                    self.take(b'u')?;
                    units.push(self.unit()?);
                }
                let text = String::from_utf16(&units).map_err(|_| self.error("half of a pair"))?;
                text.chars().next().ok_or_else(|| self.error("no character"))?
            }
            _ => return Err(self.error("an unknown escape")),
        })
    }

    fn unit(&mut self) -> Result<u16, String> {
        let digits = self
            .text
            .get(self.at..self.at + 4)
            .filter(|digits| !digits.starts_with('+'));
        let unit = digits.and_then(|digits| u16::from_str_radix(digits, 16).ok());
        self.at += 4;
        unit.ok_or_else(|| self.error("no four digits"))
    }

    fn number(&mut self) -> Result<Json, String> {
        let start = self.at;
        let digits = |reader: &mut Self| {
            let start = reader.at;
            while matches!(reader.peek(), Some(b'0'..=b'9')) {
                reader.at += 1;
            }
            if reader.at == start {
                Err(reader.error("no digit"))
            } else {
                Ok(reader.at - start)
            }
        };
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let leading_zero = self.peek() == Some(b'0');
        if digits(self)? > 1 && leading_zero {
            return Err(self.error("a leading zero"));
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            digits(self)?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            digits(self)?;
        }
        Ok(Json::Number(self.text[start..self.at].to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::Json;

    #[test]
    fn what_is_json_is_read() {
        let json = Json::parse(r#" {"a":[1,-0.5e+3,true,null],"b":"x\"\u00e9\ud83d\ude00\n"} "#).unwrap();
        assert_eq!(json.keys(), ["a", "b"]);
        assert_eq!(json.get("b").unwrap().as_str(), Some("x\"é😀\n"));
    }

    #[test]
    fn what_is_not_json_is_refused() {
        for text in [
            "",
            "{",
            "{}x",
            r#"{"a":1,"a":2}"#,
            r#"{"a":1,}"#,
            "[1,]",
            "01",
            "1.",
            "+1",
            ".5",
            "NaN",
            "Infinity",
            "'a'",
            r#"{a:1}"#,
            "\"\n\"",
            "\"\u{1}\"",
            r#""\x""#,
            r#""\ud800""#,
            r#""\ud800\u0041""#,
            r#""\udc00""#,
            r#""\u12""#,
            "1e",
            "tru",
            r#"{"a" 1}"#,
            r#"{"a":1 "b":2}"#,
        ] {
            assert!(Json::parse(text).is_err(), "{text}");
        }
    }
}
