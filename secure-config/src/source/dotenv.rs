//! The `.env` file: parsed to values, never exported, strict where others guess.
//!
//! The grammar, a line at a time (UTF-8; a byte order mark is skipped, lines end in LF or CRLF):
//!
//! 1. A blank line, and one whose first character is `#`, mean nothing.
//! 2. `NAME=value`, with blanks around the name and the `=` allowed and `export` before it ignored. A name is made of ASCII letters,
//!    digits and `_`, and does not begin with a digit.
//! 3. A value without quotes reaches to the end of the line, or to a `#` that stands behind a blank; blanks at its end are left out. `$`,
//!    `\` and quotes inside it are plain characters.
//! 4. `'…'` is literal and may span lines.
//! 5. `"…"` may span lines; in it `\n`, `\r`, `\t`, `\\`, `\"` and `\$` are escapes. `$` is not expanded.
//! 6. Behind a closing quote only blanks and a comment may stand.
//!
//! What other readers of `.env` files understand differently is an error, reported by its line number alone: a line without `=`, a name
//! that is none, a name that stands twice, a quote that is not closed, text behind a closing quote, another escape, a value that begins with
//! a backtick, a value without quotes that ends in `\`, `\$` without quotes, `$$` outside of `'…'`, a `#` behind a blank while a quote is
//! open (JSON without quotes around it), and a NUL. A carriage return that no line feed follows, and an encoding of two or four bytes a
//! character, make the whole file unreadable: they are one error.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::content::{Content, ReadError};
use super::file;
use super::watch::Watch;
use crate::access::Access;
use crate::memory::Locked;

/// The values of a `.env` file, in one buffer that is wiped when dropped.
pub(crate) struct Dotenv {
    path: Arc<Path>,
    buffer: Locked,
    entries: Vec<Entry>,
    errors: Vec<LineError>,
}

struct Entry {
    name: Range<usize>,
    value: Range<usize>,
    line: u32,
}

/// What is wrong with a line. Never its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LineError {
    pub(crate) line: u32,
    pub(crate) why: &'static str,
    pub(crate) remedy: &'static str,
}

impl Dotenv {
    /// Reads the file.
    pub(crate) fn read(path: &Path, watch: &Watch) -> Result<(Self, Access), ReadError> {
        let mut parsed = Parsed::default();
        // Escapes only shorten a value, so the buffer that the file is read into is the only one.
        let Content { bytes, access } = file::read(path, true, watch, |bytes| {
            parsed = parse(bytes);
            bytes.len()
        })?;
        let (entries, errors) = parsed;
        Ok((
            Self {
                path: path.into(),
                buffer: bytes,
                entries,
                errors,
            },
            access,
        ))
    }

    /// Looks whether there is such a file; a link that leads nowhere is one.
    pub(crate) fn look_for(path: &Path, watch: &Watch) -> Result<(), ReadError> {
        let found = path.symlink_metadata().map(|_| ());
        found.map_err(|error| file::noted(ReadError::of(&error, path), path, true, watch))
    }

    /// The values of a text that would stand at `path`.
    #[cfg(feature = "cli")]
    pub(crate) fn of(path: &Path, text: &[u8]) -> Self {
        let mut parsed = Parsed::default();
        let filled: Result<_, std::convert::Infallible> = Locked::filled(text.len(), |bytes| {
            bytes.copy_from_slice(text);
            parsed = parse(bytes);
            Ok(text.len())
        });
        let Ok(buffer) = filled;
        let (entries, errors) = parsed;
        Self {
            path: path.into(),
            buffer,
            entries,
            errors,
        }
    }

    /// The value of `name`, and the line of its name.
    pub(crate) fn get(&self, name: &str) -> Option<(&[u8], u32)> {
        let bytes = self.buffer.as_bytes();
        let entry = self
            .entries
            .iter()
            .find(|entry| &bytes[entry.name.clone()] == name.as_bytes())?;
        Some((&bytes[entry.value.clone()], entry.line))
    }

    /// The file.
    pub(crate) fn path(&self) -> &Arc<Path> {
        &self.path
    }

    /// The lines that mean nothing for sure.
    pub(crate) fn errors(&self) -> &[LineError] {
        &self.errors
    }

    /// The names that are set.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let bytes = self.buffer.as_bytes();
        self.entries
            .iter()
            .filter_map(move |entry| std::str::from_utf8(&bytes[entry.name.clone()]).ok())
    }
}

/// What a text holds.
type Parsed = (Vec<Entry>, Vec<LineError>);

/// Parses a text, whose values are changed in place.
fn parse(bytes: &mut [u8]) -> Parsed {
    if let Some(error) = unreadable(bytes) {
        return (Vec::new(), vec![error]);
    }
    Parser {
        bytes,
        at: 0,
        line: 1,
    }
    .run()
}

/// Why a text as a whole means nothing: said once, since what its lines seem to hold is not what their author wrote.
fn unreadable(bytes: &[u8]) -> Option<LineError> {
    if is_wide(bytes) {
        return Some(LineError {
            line: 1,
            why: "begins text in UTF-16 or UTF-32",
            remedy: "save the file as UTF-8",
        });
    }
    // Nearly no file has one, and looking for one byte is quick.
    if !bytes.contains(&b'\r') {
        return None;
    }
    let end = bytes.strip_suffix(b"\r").unwrap_or(bytes);
    let mut line = 1;
    for (index, &byte) in end.iter().enumerate() {
        if byte == b'\r' && end.get(index + 1) != Some(&b'\n') {
            return Some(LineError {
                line,
                why: "has a carriage return without a line feed, which readers take for different things",
                remedy: "save the file with line ends LF or CRLF; inside a value write \"\\r\"",
            });
        }
        line += u32::from(byte == b'\n');
    }
    None
}

/// Whether the text is in an encoding of two or four bytes a character: it has the mark of one, or every other byte is zero.
fn is_wide(bytes: &[u8]) -> bool {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") || bytes.starts_with(b"\0\0\xfe\xff")
    {
        return true;
    }
    let beginning = &bytes[..bytes.len().min(64)];
    let zeros = |from: usize| {
        beginning
            .iter()
            .skip(from)
            .step_by(2)
            .filter(|&&byte| byte == 0)
            .count()
    };
    // ASCII in UTF-16 has a zero in each pair, at one place; a stray NUL or two has not.
    let pairs = beginning.len() / 2;
    pairs >= 2 && [0, 1].into_iter().any(|from| zeros(from) * 4 >= pairs * 3)
}

struct Parser<'b> {
    bytes: &'b mut [u8],
    at: usize,
    line: u32,
}

/// Where a name and its value stand.
type Pair = (Range<usize>, Range<usize>);

/// What is wrong, and how to mend it.
type Fault = (&'static str, &'static str);

impl Parser<'_> {
    fn run(mut self) -> (Vec<Entry>, Vec<LineError>) {
        let (mut entries, mut errors) = (Vec::<Entry>::new(), Vec::new());
        if self.bytes.starts_with(b"\xef\xbb\xbf") {
            self.at = 3;
        }
        while self.at < self.bytes.len() {
            let line = self.line;
            match self.entry() {
                Ok(None) => {}
                Ok(Some((name, value))) => {
                    let twin = entries
                        .iter()
                        .any(|entry| self.bytes[entry.name.clone()] == self.bytes[name.clone()]);
                    if twin {
                        let why = "sets a name that an earlier line sets";
                        errors.push(LineError {
                            line,
                            why,
                            remedy: "keep one of the two",
                        });
                    } else {
                        entries.push(Entry { name, value, line });
                    }
                }
                Err((why, remedy)) => errors.push(LineError { line, why, remedy }),
            }
            self.skip_line();
        }
        (entries, errors)
    }

    /// Reads one entry, up to the end of its last line.
    fn entry(&mut self) -> Result<Option<Pair>, Fault> {
        self.skip_blanks();
        if self.is_line_end() || self.peek() == Some(b'#') {
            return Ok(None);
        }
        let mut name = self.name();
        if &self.bytes[name.clone()] == b"export" && self.peek() != Some(b'=') {
            let before = self.at;
            self.skip_blanks();
            if self.at > before && self.peek() != Some(b'=') {
                name = self.name();
            }
        }
        self.skip_blanks();
        if self.peek() != Some(b'=') {
            return Err(("is not NAME=value", "write NAME=value, or # before a comment"));
        }
        if name.is_empty() || self.bytes[name.start].is_ascii_digit() {
            return Err(("has no valid name", "use letters, digits and _ only"));
        }
        self.at += 1;
        self.skip_blanks();
        let value = match self.peek() {
            Some(b'\'') => self.single_quoted()?,
            Some(b'"') => self.double_quoted()?,
            Some(b'`') => return Err(("begins with a backtick", "use \"…\" or '…'")),
            _ => self.unquoted()?,
        };
        if self.bytes[value.clone()].contains(&0) {
            return Err(("holds a NUL byte", "remove it"));
        }
        Ok(Some((name, value)))
    }

    fn name(&mut self) -> Range<usize> {
        let start = self.at;
        while self
            .peek()
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        {
            self.at += 1;
        }
        start..self.at
    }

    fn unquoted(&mut self) -> Result<Range<usize>, Fault> {
        let start = self.at;
        let mut end = start;
        let mut quotes = [0_usize; 2];
        while !self.is_line_end() {
            match self.bytes[self.at] {
                b'#' if self.at > start && is_blank(self.bytes[self.at - 1]) => {
                    if quotes.iter().any(|count| count % 2 == 1) {
                        return Err((
                            "has a # while a quote is open",
                            "put quotes around the whole value",
                        ));
                    }
                    break;
                }
                b'#' if self.at == start && is_blank(self.bytes[start - 1]) => break,
                b'"' => quotes[0] += 1,
                b'\'' => quotes[1] += 1,
                b'$' if self.at > start && self.bytes[self.at - 1] == b'$' => return Err(DOUBLED),
                b'$' if self.at > start && self.bytes[self.at - 1] == b'\\' => {
                    return Err((
                        "has \\$ outside of quotes, which readers take for different things",
                        "put '…' around the value, without the backslash",
                    ));
                }
                _ => {}
            }
            self.at += 1;
            if !is_blank(self.bytes[self.at - 1]) {
                end = self.at;
            }
        }
        if end > start && self.bytes[end - 1] == b'\\' {
            return Err(("ends in a backslash", "put quotes around the value"));
        }
        Ok(start..end)
    }

    fn single_quoted(&mut self) -> Result<Range<usize>, Fault> {
        let start = self.at + 1;
        let length = self.bytes[start..]
            .iter()
            .position(|&byte| byte == b'\'')
            .ok_or(UNCLOSED)?;
        self.line += line_ends(&self.bytes[start..start + length]);
        self.at = start + length + 1;
        self.behind_quote()?;
        Ok(start..start + length)
    }

    fn double_quoted(&mut self) -> Result<Range<usize>, Fault> {
        let start = self.at + 1;
        // Looked at first and changed afterwards: a quote that nothing closes must leave the lines behind it as they are.
        let close = self.closing_quote(start).ok_or(UNCLOSED)?;
        self.line += line_ends(&self.bytes[start..close]);
        self.at = close + 1;
        if has_doubled_dollar(&self.bytes[start..close]) {
            return Err(DOUBLED);
        }
        let end = unescape(&mut self.bytes[start..close])? + start;
        self.behind_quote()?;
        Ok(start..end)
    }

    fn closing_quote(&self, start: usize) -> Option<usize> {
        let mut at = start;
        loop {
            match self.bytes.get(at)? {
                b'"' => return Some(at),
                b'\\' => at += 2,
                _ => at += 1,
            }
        }
    }

    /// Only blanks and a comment may follow a closing quote.
    fn behind_quote(&mut self) -> Result<(), Fault> {
        let before = self.at;
        self.skip_blanks();
        let is_comment = self.peek() == Some(b'#') && self.at > before;
        if self.is_line_end() || is_comment {
            return Ok(());
        }
        Err((
            "has text behind a closing quote",
            "put quotes around the whole value",
        ))
    }

    fn skip_blanks(&mut self) {
        while self.peek().is_some_and(is_blank) {
            self.at += 1;
        }
    }

    fn skip_line(&mut self) {
        match self.bytes[self.at..].iter().position(|&byte| byte == b'\n') {
            Some(length) => {
                self.at += length + 1;
                self.line += 1;
            }
            None => self.at = self.bytes.len(),
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn is_line_end(&self) -> bool {
        matches!(
            &self.bytes[self.at..],
            [] | [b'\n', ..] | [b'\r', b'\n', ..] | [b'\r']
        )
    }
}

/// Resolves the escapes in place; gives the new length, and wipes what is left over.
fn unescape(value: &mut [u8]) -> Result<usize, Fault> {
    let (mut from, mut to) = (0, 0);
    while from < value.len() {
        let mut byte = value[from];
        if byte == b'\\' {
            from += 1;
            byte = match value.get(from) {
                Some(b'n') => b'\n',
                Some(b'r') => b'\r',
                Some(b't') => b'\t',
                Some(&byte @ (b'\\' | b'"' | b'$')) => byte,
                _ => {
                    return Err((
                        "has an escape that has no agreed meaning",
                        "write \\\\ for a backslash, or use '…'",
                    ));
                }
            };
        }
        value[to] = byte;
        from += 1;
        to += 1;
    }
    value[to..].fill(0);
    Ok(to)
}

/// Whether a text in double quotes has `$$`.
fn has_doubled_dollar(value: &[u8]) -> bool {
    value.windows(2).any(|pair| pair == b"$$")
}

const DOUBLED: Fault = (
    "has $$, which readers take for different things",
    "put '…' around the value, with as many $ as it has",
);

const UNCLOSED: Fault = (
    "opens a quote that nothing closes",
    "close it, or put the value into the other kind of quotes",
);

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

fn line_ends(bytes: &[u8]) -> u32 {
    bytes.iter().filter(|&&byte| byte == b'\n').count() as u32
}

#[cfg(test)]
mod tests {
    type Values = Vec<(String, Vec<u8>, u32)>;

    fn parse(text: impl AsRef<[u8]>) -> (Values, Vec<u32>) {
        let mut bytes = text.as_ref().to_vec();
        let (entries, errors) = super::parse(&mut bytes);
        let values = entries.into_iter().map(|entry| {
            let name = String::from_utf8(bytes[entry.name].to_vec()).unwrap();
            (name, bytes[entry.value].to_vec(), entry.line)
        });
        (
            values.collect(),
            errors.into_iter().map(|error| error.line).collect(),
        )
    }

    fn one(line: &str) -> Result<String, ()> {
        let (values, errors) = parse(line);
        match (&values[..], &errors[..]) {
            ([(_, value, _)], []) => Ok(String::from_utf8(value.clone()).unwrap()),
            _ => Err(()),
        }
    }

    #[test]
    fn every_byte_is_kept() {
        for (line, value) in [
            ("A=b", "b"),
            ("A=", ""),
            ("A= # nothing", ""),
            ("A=#b", "#b"),
            ("  export A = b c  ", "b c"),
            ("export=b", "b"),
            ("A=$2y$10$abcdefghijklmnopqrstuv", "$2y$10$abcdefghijklmnopqrstuv"),
            ("A=a#b # c", "a#b"),
            ("A=a\t# c", "a"),
            ("A='a # b' # c", "a # b"),
            ("A=\"a # b\" # c", "a # b"),
            ("A='$X \\n'", "$X \\n"),
            ("A=\"\\\"\\\\\\$\\n\"", "\"\\$\n"),
            ("A=\"$X\"", "$X"),
            (r#"A={"a": "b", "c": ["d"]}"#, r#"{"a": "b", "c": ["d"]}"#),
            (r#"A='{"a": "b # c"}'"#, r#"{"a": "b # c"}"#),
            ("A=it's", "it's"),
            ("A=a=b==", "a=b=="),
            ("A=C:\\dir", "C:\\dir"),
            ("A='a\nb\n'", "a\nb\n"),
            ("A=\"-----BEGIN\r\nx\r\n-----END\"", "-----BEGIN\r\nx\r\n-----END"),
            ("A=b\r", "b"),
        ] {
            assert_eq!(one(line).as_deref(), Ok(value), "{line}");
        }
    }

    #[test]
    fn what_others_read_otherwise_is_an_error() {
        for line in [
            "A",
            "A b",
            "A: b",
            "1A=b",
            "=b",
            "A-B=c",
            "A.B=c",
            "A=\"b",
            "A='b",
            "A=\"b\"c",
            "A='b''c'",
            "A='b'#c",
            "A=\"\\p\"",
            "A=`b`",
            "A=b\\",
            "A={\"a\": \"b # c\"}",
            "A=it's # his",
            "A=a\0b",
            "export A",
            "export A B=c",
        ] {
            assert_eq!(one(line), Err(()), "{line}");
        }
    }

    #[test]
    fn lines_are_counted_over_quotes_and_errors() {
        let (values, errors) = parse("\u{feff}# c\r\nA=1\r\n\r\nB='x\ny'\nwrong\nC=\"x\ny\"\nA=2\nD=4");
        let names: Vec<_> = values
            .iter()
            .map(|(name, _, line)| (name.as_str(), *line))
            .collect();
        assert_eq!(names, [("A", 2), ("B", 4), ("C", 7), ("D", 10)]);
        assert_eq!(errors, [6, 9]);
    }

    #[test]
    fn no_bytes_make_it_panic() {
        // Every short string over the characters that mean something.
        const ALPHABET: &[u8] = b"A=\"'\\# \n\r`\0\xff";
        let mut text = Vec::new();
        for mut number in 0..ALPHABET.len().pow(5) {
            text.clear();
            while number > 0 {
                text.push(ALPHABET[number % ALPHABET.len()]);
                number /= ALPHABET.len();
            }
            parse(&text);
        }
    }
}
