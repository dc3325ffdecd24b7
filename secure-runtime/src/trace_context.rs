//! Reads the `traceparent` header, which ties the lines of one request together across services.
//!
//! # Rules
//!
//! 1. Of version `00` exactly what the standard says; of a later one the part that it must keep. Version `ff`, ids of zeros and
//!    upper-case digits are no trace.
//! 2. What is not well-formed is ignored as a whole: nothing of it gets into a line.
//! 3. It is copied into 50 bytes of its own. Nothing is allocated.
//!
//! # Examples
//!
//! ```
//! use secure_runtime::trace_context::TraceParent;
//!
//! let parent = TraceParent::parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01").expect("well-formed");
//! assert_eq!(parent.trace_id(), "4bf92f3577b34da6a3ce929d0e0e4736");
//! assert!(TraceParent::parse("00-00000000000000000000000000000000-00f067aa0ba902b7-01").is_none());
//! ```

use std::fmt;

/// The trace a request belongs to, from a `traceparent` header ([W3C Trace Context]).
///
/// ```
/// use secure_runtime::trace_context::TraceParent;
///
/// let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
/// let parent = TraceParent::parse(header).expect("well-formed");
/// assert_eq!(parent.trace_id(), "4bf92f3577b34da6a3ce929d0e0e4736");
/// assert_eq!(parent.span_id(), "00f067aa0ba902b7");
/// assert!(parent.is_sampled());
/// assert_eq!(parent.to_string(), header);
///
/// // What is not well-formed is no trace: nothing of it reaches the log.
/// assert!(TraceParent::parse("00-not-a-trace-01").is_none());
/// ```
///
/// In a span, as [`request_id`](crate::request_id) has it:
///
/// ```
/// # use secure_runtime::trace_context::TraceParent;
/// # let header = Some("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
/// let parent = header.and_then(TraceParent::parse);
/// let span = tracing::info_span!(
///     "request",
///     trace_id = parent.as_ref().map(TraceParent::trace_id),
///     span_id = parent.as_ref().map(TraceParent::span_id),
/// );
/// ```
///
/// # Security
///
/// A client chooses these ids. They connect lines, and prove nothing.
///
/// [W3C Trace Context]: https://www.w3.org/TR/trace-context/#traceparent-header
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TraceParent {
    /// `{trace-id}{parent-id}{flags}`, lower-case hexadecimal digits only.
    digits: [u8; 50],
}

impl TraceParent {
    /// Reads the value of a `traceparent` header; `None` if it is not well-formed.
    #[must_use]
    pub fn parse(header: &str) -> Option<Self> {
        let (known, rest) = header.as_bytes().split_at_checked(55)?;
        let [version, trace_id, parent_id, flags] = [
            known.get(..2)?,
            known.get(3..35)?,
            known.get(36..52)?,
            known.get(53..)?,
        ];
        let has_dashes = [2, 35, 52].iter().all(|&at| known.get(at) == Some(&b'-'));
        let is_hex = |part: &[u8]| part.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        // Version ff is forbidden; 00 ends here; later ones may go on behind a dash.
        let is_known_version = is_hex(version)
            && version != b"ff"
            && (rest.is_empty() || (version != b"00" && rest.starts_with(b"-")));
        let is_zero = |part: &[u8]| part.iter().all(|&byte| byte == b'0');
        let is_valid = has_dashes
            && is_known_version
            && [trace_id, parent_id, flags].iter().all(|part| is_hex(part))
            && !is_zero(trace_id)
            && !is_zero(parent_id);
        if !is_valid {
            return None;
        }
        // As long as the ranges above.
        let mut digits = [0; 50];
        digits[..32].copy_from_slice(trace_id);
        digits[32..48].copy_from_slice(parent_id);
        digits[48..].copy_from_slice(flags);
        Some(Self { digits })
    }

    /// The id of the whole trace: 32 lower-case hexadecimal digits.
    #[must_use]
    pub fn trace_id(&self) -> &str {
        self.part(0, 32)
    }

    /// The id of the caller's span: 16 lower-case hexadecimal digits.
    #[must_use]
    pub fn span_id(&self) -> &str {
        self.part(32, 48)
    }

    /// Whether the caller may have recorded the trace.
    #[must_use]
    pub fn is_sampled(&self) -> bool {
        u8::from_str_radix(self.part(48, 50), 16).is_ok_and(|flags| flags & 1 == 1)
    }

    fn part(&self, from: usize, to: usize) -> &str {
        // `parse` lets nothing but ASCII digits in.
        self.digits
            .get(from..to)
            .and_then(|part| std::str::from_utf8(part).ok())
            .unwrap_or_default()
    }
}

impl fmt::Display for TraceParent {
    /// Writes the header's value, as version `00`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "00-{}-{}-{}",
            self.trace_id(),
            self.span_id(),
            self.part(48, 50)
        )
    }
}

impl fmt::Debug for TraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TraceParent({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn later_versions_may_go_on() {
        assert!(TraceParent::parse(&GOOD.replacen("00", "cc", 1)).is_some());
        assert!(TraceParent::parse(&format!("{}-more", GOOD.replacen("00", "cc", 1))).is_some());
        assert!(TraceParent::parse(&format!("{}more", GOOD.replacen("00", "cc", 1))).is_none());
        assert!(TraceParent::parse(&format!("{GOOD}-more")).is_none());
    }

    #[test]
    fn what_is_not_well_formed_is_none() {
        for bad in [
            "",
            "00",
            &GOOD[..54],
            &GOOD.to_uppercase(),
            &GOOD.replacen("00", "ff", 1),
            &GOOD.replacen("00", "0g", 1),
            &GOOD.replace('-', "_"),
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4bf92f3577b34da6a3ce929d0e0e473\"-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0\n",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902é-01",
        ] {
            assert!(TraceParent::parse(bad).is_none(), "{bad}");
        }
        assert!(
            !TraceParent::parse(&GOOD.replace("-01", "-00"))
                .unwrap()
                .is_sampled()
        );
    }
}
