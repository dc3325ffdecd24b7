//! What the first bytes of a connection, or of a request, say.

/// The connection preface of HTTP/2 (RFC 9113 §3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// A header longer than this is read by hyper piece by piece.
const SHORT: usize = 2048;

/// What the first bytes say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opening {
    /// Too few to tell, or a header that has not ended.
    Wait,
    /// A request of HTTP/1, whole as a rule; or something that hyper will refuse.
    Http1,
    /// The preface of HTTP/2.
    Http2,
}

/// Judges the first bytes; `fresh` if the connection has served nothing yet, so that they may be a preface.
///
/// Short headers are waited for here, where they take up what they are, and not in hyper, which keeps 16 KiB of buffers for
/// each connection that it knows: slow and silent clients cost little.
pub(super) fn judge(bytes: &[u8], fresh: bool) -> Opening {
    if fresh && PREFACE.starts_with(&bytes[..bytes.len().min(PREFACE.len())]) {
        return if bytes.len() < PREFACE.len() {
            Opening::Wait
        } else {
            Opening::Http2
        };
    }
    // Empty lines before a request are allowed (RFC 9112 §2.2).
    let Some(start) = bytes.iter().position(|byte| !matches!(byte, b'\r' | b'\n')) else {
        return if bytes.len() < SHORT {
            Opening::Wait
        } else {
            Opening::Http1
        };
    };
    let request = &bytes[start..];
    // A method is a token (RFC 9110 §9.1). What begins otherwise, such as TLS, is refused without a wait.
    let token = request[0].is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&request[0]);
    if !token || request.len() >= SHORT || has_ended(request) {
        Opening::Http1
    } else {
        Opening::Wait
    }
}

/// Whether a header's last line is there: an empty one, ended as the others are.
fn has_ended(header: &[u8]) -> bool {
    // Nearly always the very end, so that is looked at first.
    if header.ends_with(b"\r\n\r\n") {
        return true;
    }
    header
        .split_inclusive(|byte| *byte == b'\n')
        .any(|line| matches!(line, b"\n" | b"\r\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preface_is_known_by_its_last_byte() {
        for end in 0..PREFACE.len() {
            assert_eq!(judge(&PREFACE[..end], true), Opening::Wait, "{end}");
        }
        assert_eq!(judge(PREFACE, true), Opening::Http2);
        assert_eq!(judge(&[PREFACE, b"more"].concat(), true), Opening::Http2);
        assert_eq!(judge(PREFACE, false), Opening::Http1, "too late for that");
        assert_eq!(judge(b"PRI * HTTP/2.0\r\nx: y\r\n\r\n", true), Opening::Http1);
    }

    #[test]
    fn a_header_is_waited_for_to_its_end() {
        let header = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n";
        for end in 0..header.len() {
            assert_eq!(judge(&header[..end], true), Opening::Wait, "{end}");
            assert_eq!(judge(&header[..end], false), Opening::Wait, "{end}");
        }
        for whole in [
            &header[..],
            b"\r\n\r\nGET / HTTP/1.1\r\n\r\n",
            b"GET / HTTP/1.1\nhost: a\n\n",
            b"POST / HTTP/1.1\r\n\r\nbody",
        ] {
            assert_eq!(judge(whole, true), Opening::Http1, "{whole:?}");
        }
    }

    #[test]
    fn what_is_no_request_or_too_long_is_not_waited_for() {
        for bytes in [
            &b"\x16\x03\x01"[..],
            b"\0",
            b" GET",
            b"\r\n\x80",
            &[b'a'; SHORT],
            &[b'\n'; SHORT],
        ] {
            assert_eq!(judge(bytes, true), Opening::Http1);
        }
    }
}
