//! Reads an answer of HTTP/1.1 (RFC 9112) into one buffer that is wiped.

use std::io::{self, Read};
use std::ops::Range;

use super::error::VaultError;
use crate::memory::Locked;

/// What nearly every answer fits into, and what the largest may have.
pub(super) const CAPACITIES: [usize; 2] = [64 * 1024, 1 << 20];

/// The status of an answer and its body, where it was received.
pub(super) struct Answer {
    pub(super) status: u16,
    buffer: Option<Locked>,
    body: Range<usize>,
}

impl Answer {
    /// Reads an answer of at most `capacity` bytes from `stream`.
    pub(super) fn read(stream: &mut dyn Read, capacity: usize) -> Result<Self, VaultError> {
        let (mut status, mut body) = (0, 0..0);
        let buffer = Locked::filled(capacity, |buffer| {
            let mut used = 0;
            let head = loop {
                match head(&buffer[..used])? {
                    Some(head) => break head,
                    None => used += more(stream, &mut buffer[used..])?,
                }
            };
            status = head.status;
            body = head.end..match head.length {
                Length::Of(length) => {
                    let end = head.end.checked_add(length).ok_or(VaultError::TooLarge)?;
                    while used < end {
                        used += more(stream, &mut buffer[used..])?;
                    }
                    end
                }
                Length::Chunked => loop {
                    match chunks(&mut buffer[head.end..used], false)? {
                        Some(_) => {
                            let length = chunks(&mut buffer[head.end..used], true)?.unwrap_or(0);
                            break head.end + length;
                        }
                        None => used += more(stream, &mut buffer[used..])?,
                    }
                },
            };
            Ok::<_, VaultError>(used)
        })?;
        Ok(Self {
            status,
            buffer: Some(buffer),
            body,
        })
    }

    /// The body.
    pub(super) fn body(&self) -> &[u8] {
        match &self.buffer {
            Some(buffer) => &buffer.as_bytes()[self.body.clone()],
            None => &[],
        }
    }

    /// Lets `change` decode the body in a copy that takes the place of it: a published block never changes.
    pub(super) fn change<E>(&mut self, change: &mut dyn FnMut(&mut [u8]) -> Result<(), E>) -> Result<(), E> {
        let length = self.body.len();
        let changed = Locked::filled(length.max(1), |buffer| {
            buffer[..length].copy_from_slice(self.body());
            change(&mut buffer[..length])?;
            Ok(length)
        })?;
        self.body = 0..length;
        // What was received is wiped here.
        self.buffer = Some(changed);
        Ok(())
    }

    #[cfg(test)]
    pub(super) fn of_body(body: &str) -> Self {
        Self {
            status: 200,
            buffer: Some(Locked::copy_of(body.as_bytes())),
            body: 0..body.len(),
        }
    }
}

struct Head {
    status: u16,
    length: Length,
    end: usize,
}

#[derive(Clone, Copy)]
enum Length {
    Of(usize),
    Chunked,
}

fn more(stream: &mut dyn Read, free: &mut [u8]) -> Result<usize, VaultError> {
    if free.is_empty() {
        return Err(VaultError::TooLarge);
    }
    loop {
        match stream.read(free) {
            Ok(0) => return Err(VaultError::Unreachable(io::ErrorKind::UnexpectedEof)),
            Ok(count) => return Ok(count),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(VaultError::of(&error)),
        }
    }
}

/// Reads the status line and the fields, once they are there; answers that are not final are passed over.
fn head(bytes: &[u8]) -> Result<Option<Head>, VaultError> {
    let mut start = 0;
    loop {
        let Some(length) = bytes[start..].windows(4).position(|four| four == b"\r\n\r\n") else {
            return Ok(None);
        };
        let end = start + length + 4;
        let text = &bytes[start..start + length];
        let mut lines = text
            .split(|&byte| byte == b'\n')
            .map(|line| line.strip_suffix(b"\r").unwrap_or(line));
        let status = lines.next().and_then(status).ok_or(VaultError::Malformed)?;
        if (100..200).contains(&status) {
            start = end;
            continue;
        }
        let length = match length_of(lines)? {
            _ if status == 204 || status == 304 => Length::Of(0),
            Some(length) => length,
            None => return Err(VaultError::Malformed),
        };
        return Ok(Some(Head { status, length, end }));
    }
}

fn status(line: &[u8]) -> Option<u16> {
    let rest = line.strip_prefix(b"HTTP/1.")?;
    let digits = rest.get(2..5)?;
    let is_status =
        matches!(rest[0], b'0' | b'1') && rest[1] == b' ' && digits.iter().all(u8::is_ascii_digit);
    let ends = matches!(rest.get(5), None | Some(b' '));
    (is_status && ends).then(|| {
        digits
            .iter()
            .fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0'))
    })
}

/// How long the body is. Two lengths, or a length and chunks, are the stuff of request smuggling: neither is believed.
fn length_of<'l>(lines: impl Iterator<Item = &'l [u8]>) -> Result<Option<Length>, VaultError> {
    let mut found = None;
    for line in lines {
        let colon = line
            .iter()
            .position(|&byte| byte == b':')
            .ok_or(VaultError::Malformed)?;
        let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
        let length = if name.eq_ignore_ascii_case(b"content-length") {
            Length::Of(number(value, 10).ok_or(VaultError::Malformed)?)
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            if !value.eq_ignore_ascii_case(b"chunked") {
                return Err(VaultError::Malformed);
            }
            Length::Chunked
        } else {
            continue;
        };
        if found.replace(length).is_some() {
            return Err(VaultError::Malformed);
        }
    }
    Ok(found)
}

fn number(text: &[u8], radix: u32) -> Option<usize> {
    let is_number = !text.is_empty() && text.iter().all(|&byte| char::from(byte).is_digit(radix));
    if !is_number {
        return None;
    }
    usize::from_str_radix(std::str::from_utf8(text).ok()?, radix).ok()
}

/// Looks whether all chunks are there, and if told so moves them together; how long the body is.
fn chunks(bytes: &mut [u8], moves: bool) -> Result<Option<usize>, VaultError> {
    let (mut at, mut to) = (0, 0);
    loop {
        let Some(line) = bytes[at..].windows(2).position(|two| two == b"\r\n") else {
            return Ok(None);
        };
        let size = bytes[at..at + line]
            .split(|&byte| byte == b';')
            .next()
            .unwrap_or_default();
        let size = number(size.trim_ascii(), 16).ok_or(VaultError::Malformed)?;
        at += line + 2;
        if size == 0 {
            // Fields may follow the last chunk; nothing is read of them.
            return Ok(Some(to));
        }
        let end = at.checked_add(size).ok_or(VaultError::TooLarge)?;
        match bytes.get(end..).and_then(|rest| rest.get(..2)) {
            None => return Ok(None),
            Some(b"\r\n") => {}
            Some(_) => return Err(VaultError::Malformed),
        }
        if moves {
            bytes.copy_within(at..end, to);
        }
        to += size;
        at = end + 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives a byte at a time.
    struct Slow<'a>(&'a [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.0.len().min(buffer.len()).min(1);
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    fn read(text: &str) -> Result<(u16, String), VaultError> {
        let answer = Answer::read(&mut Slow(text.as_bytes()), 256)?;
        Ok((answer.status, String::from_utf8(answer.body().to_vec()).unwrap()))
    }

    #[test]
    fn bodies_come_whole_or_in_chunks() {
        let ok = |status, body: &str| Ok((status, body.to_owned()));
        assert_eq!(
            read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"),
            ok(200, "hello")
        );
        assert_eq!(read("HTTP/1.1 204\r\n\r\n"), ok(204, ""));
        assert_eq!(
            read("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\n\r\n"),
            ok(200, "hello")
        );
        assert_eq!(
            read("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 503 Sealed\r\nContent-Length: 0\r\n\r\n"),
            ok(503, "")
        );
    }

    #[test]
    fn what_is_cut_off_or_ambiguous_is_refused() {
        let eof = Err(VaultError::Unreachable(io::ErrorKind::UnexpectedEof));
        assert_eq!(read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell"), eof);
        assert_eq!(read("HTTP/1.1 200 OK\r\n"), eof);
        for text in [
            "HTTP/2 200\r\n\r\n",
            "HTTP/1.1 20x OK\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 200 OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello",
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n",
        ] {
            assert_eq!(read(text), Err(VaultError::Malformed), "{text}");
        }
        let long = format!(
            "HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\n{}",
            "x".repeat(300)
        );
        assert_eq!(read(&long), Err(VaultError::TooLarge));
        let huge = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n";
        assert_eq!(read(huge), Err(VaultError::TooLarge));
    }
}
