//! Whom a limit is for, where, and how much.

use std::{borrow::Cow, fmt, sync::Arc};

use http::{Extensions, Method};

use super::{Key, Limiter, Quota, template::Template};
use crate::route::Route;

/// Whose requests are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Scope {
    /// Everyone's.
    Global,
    /// Those of a client: an IPv4 address, or the /64 of an IPv6 address.
    Client,
    /// Those of a [user](UserKey); of a request without one, its client's.
    User,
}

/// A limit of [`Limits`](super::Limits): its name, its quota, whose requests it counts and which of them.
#[derive(Clone, Debug)]
#[must_use]
pub struct Rule {
    pub(super) name: Cow<'static, str>,
    pub(super) quota: Quota,
    pub(super) scope: Scope,
    pub(super) method: Option<Method>,
    pub(super) path: Option<Cow<'static, str>>,
    pub(super) places: usize,
}

impl Rule {
    fn new(name: impl Into<Cow<'static, str>>, quota: Quota, scope: Scope) -> Self {
        Self {
            name: name.into(),
            quota,
            scope,
            method: None,
            path: None,
            places: match scope {
                Scope::Global => 1,
                Scope::Client | Scope::User => Limiter::DEFAULT_PLACES,
            },
        }
    }

    /// A quota that everyone shares.
    pub fn global(name: impl Into<Cow<'static, str>>, quota: Quota) -> Self {
        Self::new(name, quota, Scope::Global)
    }

    /// A quota for each client.
    pub fn per_client(name: impl Into<Cow<'static, str>>, quota: Quota) -> Self {
        Self::new(name, quota, Scope::Client)
    }

    /// A quota for each user.
    ///
    /// The [`UserKey`] has to be there when the request comes to the layer, so the layer goes below the one
    /// that authenticates. Where it is missing the request is counted for its client, never let through.
    pub fn per_user(name: impl Into<Cow<'static, str>>, quota: Quota) -> Self {
        Self::new(name, quota, Scope::User)
    }

    /// Counts only requests with this method.
    pub fn method(mut self, method: Method) -> Self {
        self.method = Some(method);
        self
    }

    /// Counts only requests to this path: `/login`, `/users/{id}/avatar`, `/files/{*path}`.
    ///
    /// It is compared with the path of the request, and with the template if a router above has
    /// [marked](Route) one.
    pub fn path(mut self, template: impl Into<Cow<'static, str>>) -> Self {
        self.path = Some(template.into());
        self
    }

    /// Has room for this many keys; see [`Limiter`].
    pub fn places(mut self, places: usize) -> Self {
        self.places = places;
        self
    }
}

/// For rules that all replicas share.
#[cfg(feature = "valkey")]
impl Rule {
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) const fn quota(&self) -> Quota {
        self.quota
    }

    pub(crate) const fn scope(&self) -> Scope {
        self.scope
    }

    pub(crate) const fn room(&self) -> usize {
        self.places
    }

    pub(crate) fn into_matcher(self) -> Result<Matcher, &'static str> {
        Ok(Matcher {
            path: self.path.as_deref().map(Template::parse).transpose()?,
            method: self.method,
        })
    }
}

/// The user that a request is from: an extension that the service's own authentication inserts.
///
/// It keeps the id as it is until a rule needs it, so it is as large, and costs as much, with every set of features.
///
/// # Examples
///
/// ```
/// use secure_runtime::limit::UserKey;
///
/// # let mut request = http::Request::new(());
/// # struct Claims { sub: &'static str } let claims = Claims { sub: "alice" };
/// request.extensions_mut().insert(UserKey::new(claims.sub));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct UserKey(Arc<[u8]>);

impl UserKey {
    /// Makes the key of the user with this id.
    #[must_use]
    pub fn new(id: impl AsRef<[u8]>) -> Self {
        Self(id.as_ref().into())
    }

    /// Returns what the user is counted under.
    #[must_use]
    pub fn key(&self) -> Key {
        Key::user(&self.0)
    }

    /// Returns what all replicas count the user under.
    #[cfg(feature = "valkey")]
    pub(crate) fn subject(&self) -> crate::replicas::Subject {
        crate::replicas::Subject::user(&self.0)
    }
}

/// Every set of features is compiled by itself, and has to agree.
const _: () = assert!(size_of::<UserKey>() == 2 * size_of::<usize>());

/// Shows nothing of the id.
impl fmt::Debug for UserKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserKey(..)")
    }
}

/// Which requests a rule counts.
#[derive(Debug)]
pub(crate) struct Matcher {
    pub(super) method: Option<Method>,
    pub(super) path: Option<Template>,
}

impl Matcher {
    pub(crate) const fn is_for_all(&self) -> bool {
        self.method.is_none() && self.path.is_none()
    }

    #[inline]
    pub(crate) fn matches(&self, method: &Method, path: &str, extensions: &Extensions) -> bool {
        // A HEAD costs what a GET does.
        let is_method = match &self.method {
            None => true,
            Some(counted) => counted == method || (counted == Method::GET && method == Method::HEAD),
        };
        is_method
            && match &self.path {
                None => true,
                Some(template) => template.matches(path) || is_marked(extensions, template.as_str()),
            }
    }
}

fn is_marked(extensions: &Extensions, template: &str) -> bool {
    extensions
        .get::<Route>()
        .is_some_and(|route| route.with(|marked| marked.is_some_and(|marked| marked == template)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_counted_by_the_id_and_never_shown() {
        let ada = UserKey::new("ada");
        assert_eq!(ada.key(), Key::user("ada"));
        assert_eq!(ada, UserKey::new("ada".as_bytes()));
        assert_ne!(ada, UserKey::new("bob"));
        assert_eq!(format!("{ada:?}"), "UserKey(..)");
    }
}
