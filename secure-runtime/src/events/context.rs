//! Who did it, and from where.

use std::{borrow::Cow, net::IpAddr};

use http::{Extensions, HeaderMap, HeaderValue, Request, header, request};

use super::text;
use crate::client::{Client, text::ClientText};

/// Who did it, and from where: the fields that every event has.
///
/// The address is that of the [`Client`], behind trusted proxies too, if a
/// [`ClientLayer`](crate::client::ClientLayer) is above.
///
/// # Examples
///
/// ```
/// use http::Request;
/// use secure_runtime::events::{self, Context};
///
/// let (parts, _body) = Request::new(()).into_parts();
/// let caller = Context::of(&parts);
/// events::authz_fail(&caller.user("42"), "/invoices/{id}");
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
pub struct Context<'a> {
    user_id: Option<&'a str>,
    ip_address: Option<IpAddr>,
    user_agent: Option<&'a HeaderValue>,
}

impl<'a> Context<'a> {
    /// Nobody, from nowhere: for what the service does by itself.
    pub const fn new() -> Self {
        Self {
            user_id: None,
            ip_address: None,
            user_agent: None,
        }
    }

    /// The caller of the request with this head.
    pub fn of(parts: &'a request::Parts) -> Self {
        Self::from_parts(&parts.headers, &parts.extensions)
    }

    /// The caller of this request.
    pub fn of_request<B>(request: &'a Request<B>) -> Self {
        Self::from_parts(request.headers(), request.extensions())
    }

    /// The caller of the request with these headers and extensions.
    pub fn from_parts(headers: &'a HeaderMap, extensions: &Extensions) -> Self {
        Self {
            user_id: None,
            ip_address: Client::of(extensions).ip(),
            user_agent: headers.get(header::USER_AGENT),
        }
    }

    /// With the id of the user's account.
    pub const fn user(mut self, id: &'a str) -> Self {
        self.user_id = Some(id);
        self
    }

    /// With this address.
    pub const fn ip_address(mut self, ip: IpAddr) -> Self {
        self.ip_address = Some(ip);
        self
    }

    pub(super) fn user_field(&self) -> Option<&'a str> {
        self.user_id.map(text::name)
    }

    pub(super) fn ip_field(&self) -> Option<ClientText> {
        self.ip_address.map(ClientText::new)
    }

    pub(super) fn agent_field(&self) -> Option<Cow<'a, str>> {
        self.user_agent.map(|value| text::ascii(value.as_bytes()))
    }
}
