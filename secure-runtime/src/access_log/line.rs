//! What the line of a request will say.

use std::borrow::Cow;

use bytes::Buf;
use http::{HeaderValue, Method, Request, StatusCode, header};
use http_body::Frame;

use crate::{
    client::{Client, text::ClientText},
    lookup::first,
    probe::is_probe,
    route::{Route, Told},
};

/// The most characters of a `User-Agent`.
const MAX_USER_AGENT: usize = 256;
/// Up to this many need no memory of their own.
const SHORT: usize = 47;
/// The most characters of a method.
const MAX_METHOD: usize = 32;

/// What the line of a request says, beside the route and the time.
#[derive(Debug)]
pub(crate) struct Line {
    method: Method,
    client: Client,
    user_agent: Option<UserAgent>,
    is_probe: bool,
    status: Option<StatusCode>,
    bytes: u64,
    /// Whether all that was to be sent has been sent.
    is_complete: bool,
}

impl Line {
    /// Starts the line of a request; `None` when nothing at its level is written.
    #[inline]
    pub(crate) fn start<B>(request: &Request<B>, client: Client) -> Option<Self> {
        // Whether its target is written is asked at the end; asked here as well, it would cost every request.
        if !tracing::level_enabled!(tracing::Level::INFO) {
            return None;
        }
        Some(Self {
            method: request.method().clone(),
            client,
            user_agent: first(request.headers(), &header::USER_AGENT).map(UserAgent::new),
            is_probe: is_probe(request.uri().path()),
            status: None,
            bytes: 0,
            is_complete: false,
        })
    }

    /// A response has begun, with a body that is at its end or not.
    pub(crate) fn respond(&mut self, status: StatusCode, is_end_stream: bool) {
        self.status = Some(status);
        // The server sends no body with these, even if the handler made one.
        let is_bodiless = self.method == Method::HEAD
            || status.is_informational()
            || matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
        self.is_complete = is_bodiless || is_end_stream;
    }

    /// The body gave this, and is at its end now or not. Whether that was all there is to tell of.
    #[inline]
    pub(crate) fn frame<D: Buf, E>(
        &mut self,
        frame: &Option<Result<Frame<D>, E>>,
        is_end_stream: bool,
    ) -> bool {
        let is_end = match frame {
            Some(Ok(frame)) => {
                self.bytes += frame.data_ref().map_or(0, |data| data.remaining() as u64);
                // Nobody asks for what comes after trailers, for there is nothing.
                is_end_stream || frame.is_trailers()
            }
            Some(Err(_)) => return true,
            None => true,
        };
        self.is_complete |= is_end;
        is_end
    }

    /// Whether it is a probe that went well: an orchestrator sends one every few seconds.
    fn is_routine(&self) -> bool {
        self.is_probe && self.is_complete && self.status.is_some_and(|status| status.as_u16() < 400)
    }

    /// Writes it.
    pub(crate) fn write(&self, told: Told<'_>) {
        let micros = u64::try_from(told.took.as_micros()).unwrap_or(u64::MAX);
        let client = self.client.ip().map(ClientText::new);
        let user_agent = self.user_agent.as_ref().map(UserAgent::readable);
        let method = self.method.as_str();
        macro_rules! line {
            ($level:ident) => {
                tracing::event!(
                    target: "access",
                    tracing::Level::$level,
                    // As a value: a message proper goes through the formatting machinery.
                    message = "request",
                    method = method.get(..MAX_METHOD).unwrap_or(method),
                    route = told.template.map_or(Route::UNMATCHED, |template| template.as_ref()),
                    status = self.status.map(|status| status.as_u16()),
                    duration_ms = micros as f64 / 1_000.0,
                    bytes = self.bytes,
                    client = client.as_ref().map(ClientText::as_str),
                    user_agent = user_agent.as_deref(),
                    aborted = (!self.is_complete).then_some(true),
                )
            };
        }
        let write = || {
            if self.is_routine() {
                line!(DEBUG);
            } else {
                line!(INFO);
            }
        };
        #[cfg(feature = "log")]
        crate::log::clock::at(told.ended, write);
        #[cfg(not(feature = "log"))]
        write();
    }
}

/// The line of a request, written when this is dropped: so it is written once, whatever happens.
#[derive(Debug)]
pub(super) struct OnDrop {
    pub(super) line: Line,
    route: Route,
}

impl OnDrop {
    pub(super) fn start<B>(request: &mut Request<B>) -> Option<Box<Self>> {
        let line = Line::start(request, Client::of(request.extensions()))?;
        let route = Route::of(request.extensions_mut());
        Some(Box::new(Self { line, route }))
    }
}

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.route.tell(|told| self.line.write(told));
    }
}

/// What a client calls itself, as far as it is written.
///
/// A copy: the header's value is a piece of the connection's read buffer, which could not be used again while the line holds on to it.
#[derive(Debug)]
enum UserAgent {
    /// As programs call themselves: in place.
    Short { text: [u8; SHORT], len: u8 },
    /// As browsers do.
    Long(Box<[u8]>),
}

impl UserAgent {
    #[inline]
    fn new(value: &HeaderValue) -> Self {
        let value = value.as_bytes();
        if value.len() > SHORT {
            return Self::Long(value.get(..MAX_USER_AGENT).unwrap_or(value).into());
        }
        let mut text = [0; SHORT];
        text[..value.len()].copy_from_slice(value);
        Self::Short {
            text,
            len: value.len() as u8,
        }
    }

    fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Short { text, len } => &text[..usize::from(*len)],
            Self::Long(text) => text,
        }
    }

    /// The text, with what is not ASCII escaped.
    fn readable(&self) -> Cow<'_, str> {
        let text = self.as_bytes();
        match std::str::from_utf8(text) {
            Ok(ascii) if ascii.is_ascii() => Cow::Borrowed(ascii),
            _ => Cow::Owned(text.escape_ascii().to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readable(text: &[u8]) -> String {
        UserAgent::new(&HeaderValue::from_bytes(text).unwrap())
            .readable()
            .into_owned()
    }

    #[test]
    fn what_clients_call_themselves_is_bounded_ascii() {
        assert_eq!(readable(b"curl/8.5.0"), "curl/8.5.0");
        assert_eq!(readable(b""), "");
        for len in [SHORT - 1, SHORT, SHORT + 1, 256] {
            assert_eq!(readable(&vec![b'x'; len]), "x".repeat(len));
        }
        assert_eq!(readable(&[b'x'; 300]).len(), 256);
        assert_eq!(readable("é\u{202e}".as_bytes()), r"\xc3\xa9\xe2\x80\xae");
        // Cut within a character.
        assert!(readable("é".repeat(150).as_bytes()).ends_with(r"\xc3\xa9"));
        assert!(readable(format!("x{}", "é".repeat(150)).as_bytes()).ends_with(r"\xc3"));
    }
}
