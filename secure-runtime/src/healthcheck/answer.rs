//! The answer: its status, and the word of a health body. Whatever comes is bounded and belongs to nobody we trust.

use std::fmt;
use std::io::{self, Read};

use super::error::Kind;

/// More is not read: an answer of health is a few hundred bytes.
const MOST: usize = 8 * 1024;

/// A status of health that is no good, as [`crate::health`] spells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word(&'static str);

const WORDS: [Word; 3] = [Word("starting"), Word("unhealthy"), Word("draining")];

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// Reads until it is clear whether the answer is 200.
pub(super) fn read(stream: &mut impl Read) -> Result<(), Kind> {
    let mut bytes = Vec::with_capacity(1024);
    let status = loop {
        match status(&bytes) {
            Line::Status(200) => return Ok(()),
            Line::Status(status) => break status,
            Line::Other => return Err(Kind::NotHttp),
            Line::Partial if !more(stream, &mut bytes).map_err(broken)? => return Err(Kind::Closed(None)),
            Line::Partial => {}
        }
    };
    // The word is a help to a reader. What goes wrong from here on changes nothing.
    while word(&bytes).is_none() && matches!(more(stream, &mut bytes), Ok(true)) {}
    Err(Kind::Status(status, word(&bytes)))
}

fn broken(error: io::Error) -> Kind {
    Kind::Closed(Some(error))
}

/// Reads another piece; `false` at the end, or when it is enough.
fn more(stream: &mut impl Read, bytes: &mut Vec<u8>) -> io::Result<bool> {
    let mut piece = [0; 1024];
    let room = piece.len().min(MOST - bytes.len());
    if room == 0 {
        return Ok(false);
    }
    loop {
        match stream.read(&mut piece[..room]) {
            Ok(count) => {
                bytes.extend_from_slice(&piece[..count]);
                return Ok(count > 0);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// What the beginning of an answer is.
#[derive(Debug, PartialEq, Eq)]
enum Line {
    Status(u16),
    /// It may become one.
    Partial,
    Other,
}

/// `HTTP/1.x SSS`, and a blank or the end of the line behind it (RFC 9112 §4).
fn status(bytes: &[u8]) -> Line {
    const PATTERN: &[u8; 12] = b"HTTP/1.d ddd";
    let fits = |(byte, pattern): (&u8, &u8)| match pattern {
        b'd' => byte.is_ascii_digit(),
        pattern => byte == pattern,
    };
    if !bytes.iter().zip(PATTERN).all(fits) {
        return Line::Other;
    }
    let Some((line, rest)) = bytes.split_at_checked(PATTERN.len()) else {
        return Line::Partial;
    };
    let code = line[9..]
        .iter()
        .fold(0, |code, digit| code * 10 + u16::from(digit - b'0'));
    match rest.first() {
        None => Line::Partial,
        Some(b' ' | b'\r' | b'\n') if code >= 100 => Line::Status(code),
        Some(_) => Line::Other,
    }
}

/// The word of a body `{"status":"…",…}`.
fn word(bytes: &[u8]) -> Option<Word> {
    const BEGIN: &[u8] = br#"{"status":""#;
    let place = bytes.windows(BEGIN.len()).position(|window| window == BEGIN)?;
    let rest = &bytes[place + BEGIN.len()..];
    WORDS.into_iter().find(|word| {
        let behind = rest.strip_prefix(word.0.as_bytes());
        behind.is_some_and(|behind| behind.first() == Some(&b'"'))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(bytes: &[u8]) -> String {
        match read(&mut &bytes[..]) {
            Ok(()) => "healthy".to_owned(),
            Err(kind) => super::super::Unhealthy::new(kind).to_string(),
        }
    }

    #[test]
    fn only_200_is_healthy() {
        for healthy in ["HTTP/1.1 200 OK\r\n", "HTTP/1.0 200 \r\n\r\n", "HTTP/1.1 200\r\n"] {
            assert_eq!(of(healthy.as_bytes()), "healthy");
        }
        for status in ["204", "301", "308", "404", "500", "503"] {
            assert_eq!(
                of(format!("HTTP/1.1 {status} x\r\n\r\n").as_bytes()),
                format!("answered {status}")
            );
        }
    }

    #[test]
    fn the_word_is_one_of_ours() {
        let with = |body: &str| of(format!("HTTP/1.1 503 x\r\n\r\n{body}").as_bytes());
        assert_eq!(
            with(r#"{"status":"starting","timestamp":"…"}"#),
            "answered 503 (starting)"
        );
        assert_eq!(with(r#"{"status":"draining"}"#), "answered 503 (draining)");
        for other in [
            "",
            "{",
            r#"{"status":"drain"#,
            r#"{"status":"drainings"}"#,
            "{\"status\":\"\u{1b}[2J\"}",
        ] {
            assert_eq!(with(other), "answered 503", "{other:?}");
        }
    }

    #[test]
    fn what_is_no_answer_is_none() {
        for other in [
            "SSH-2.0-x\r\n",
            "HTTP/2 200\r\n",
            "HTTP/1.1 2000 OK\r\n",
            "HTTP/1.1  200",
            "HTTP/1.1 099 x",
        ] {
            assert_eq!(of(other.as_bytes()), "the answer is not HTTP/1", "{other}");
        }
        for cut in ["", "HTT", "HTTP/1.1 200"] {
            assert_eq!(
                of(cut.as_bytes()),
                "the connection was closed without an answer",
                "{cut}"
            );
        }
    }

    /// One byte a read, for ever.
    struct Endless(u64);

    impl Read for Endless {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let begin = b"HTTP/1.1 503 x\r\n";
            buffer[0] = begin.get(self.0 as usize).copied().unwrap_or(b'a');
            self.0 += 1;
            Ok(1)
        }
    }

    #[test]
    fn it_is_bounded() {
        let mut endless = Endless(0);
        assert!(matches!(read(&mut endless), Err(Kind::Status(503, None))));
        assert_eq!(endless.0, MOST as u64);
    }

    proptest! {
        #[test]
        fn anything(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let said = of(&bytes);
            prop_assert_eq!(said == "healthy", bytes.starts_with(b"HTTP/1.1 200 "));
        }

        #[test]
        fn nearly_a_status(line in "HTTP/[12]\\.?[01]? ?[0-9]{0,4}[ \r\nx]?.{0,4}") {
            let said = of(line.as_bytes());
            let bytes = line.as_bytes();
            let is = bytes.len() > 12
                && bytes.starts_with(b"HTTP/1.")
                && bytes[7].is_ascii_digit()
                && &bytes[8..12] == b" 200"
                && b" \r\n".contains(&bytes[12]);
            prop_assert_eq!(said == "healthy", is);
        }

        #[test]
        fn pieces_make_no_difference(body in ".{0,40}", code in 100_u16..1000) {
            let text = format!("HTTP/1.1 {code} x\r\n\r\n{{\"status\":\"{body}\"}}");
            let mut slow = Slow(text.as_bytes());
            let whole = read(&mut text.as_bytes()).is_ok();
            prop_assert_eq!(read(&mut slow).is_ok(), whole);
        }
    }

    /// One byte a read.
    struct Slow<'a>(&'a [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0.read(&mut buffer[..1])
        }
    }
}
