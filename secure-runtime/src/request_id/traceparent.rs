//! Reads the place of a request in a distributed trace (W3C Trace Context, level 1).

use http::{HeaderMap, HeaderName};

static TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// Which trace a request belongs to, and which span of the caller it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TraceParent<'a> {
    /// 32 hexadecimal digits.
    pub(super) trace_id: &'a str,
    /// 16 hexadecimal digits.
    pub(super) span_id: &'a str,
}

impl<'a> TraceParent<'a> {
    /// What the headers say, if they say it once and well.
    pub(super) fn given(headers: &'a HeaderMap) -> Option<Self> {
        let value = headers.get(&TRACEPARENT)?;
        if headers.get_all(&TRACEPARENT).iter().nth(1).is_some() {
            return None;
        }
        Self::parse(value.as_bytes())
    }

    /// Reads `00-<trace id>-<span id>-<flags>`; a later version may say more after it (§3.2.3, §4.1).
    fn parse(text: &'a [u8]) -> Option<Self> {
        const LEN: usize = 55;

        let (start, more) = text.split_at_checked(LEN)?;
        let start = std::str::from_utf8(start).ok()?;
        let mut fields = start.split('-');
        let (version, trace_id, span_id, flags) =
            (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
        let is_sound = fields.next().is_none()
            && is_hex(version, 2)
            && is_hex(trace_id, 32)
            && is_hex(span_id, 16)
            && is_hex(flags, 2)
            && version != "ff"
            && trace_id.bytes().any(|b| b != b'0')
            && span_id.bytes().any(|b| b != b'0')
            && (more.is_empty() || (version != "00" && more.starts_with(b"-")));
        is_sound.then_some(Self { trace_id, span_id })
    }
}

/// Lower-case digits only, as the standard asks.
fn is_hex(text: &str, len: usize) -> bool {
    text.len() == len && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_is_valid() {
        let sound = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let parent = TraceParent::parse(sound.as_bytes()).unwrap();
        assert_eq!(parent.trace_id, "4bf92f3577b34da6a3ce929d0e0e4736");
        assert_eq!(parent.span_id, "00f067aa0ba902b7");
        let later = "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-will-be";
        assert_eq!(TraceParent::parse(later.as_bytes()), Some(parent));
    }

    #[test]
    fn ignores_what_is_not() {
        for text in [
            "",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01x",
            "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01x",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4bf92f3577b34da6a3ce929d0e0e473-600f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g",
            "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01",
        ] {
            assert_eq!(TraceParent::parse(text.as_bytes()), None, "{text}");
        }
        assert_eq!(TraceParent::parse(&[0x80; 55]), None);
    }
}
