//! The route a request took, as a template: `/users/{id}`, not `/users/42`.
//!
//! A path is the client's to choose: as a label of a metric it makes series without end, and in a log
//! it may hold what no log should. A template comes from the code. Layers that tell of requests put a
//! [`Route`] into each, the router below marks it, and it is `unmatched` until then — also in the line
//! of a request whose handler panicked or took too long.
//!
//! # Rules
//!
//! 1. The last mark counts: a router inside of another knows better which route it is.
//! 2. Everything that holds the [`Route`] of a request sees the mark, also when it was taken before.
//! 3. A path that fits no template is `unmatched`, whatever it is.
//!
//! # Examples
//!
//! With a router that puts its template into the request, such as axum:
//!
//! ```
//! use axum::{Router, extract::MatchedPath, routing::get};
//! use secure_runtime::route::RouteLayer;
//!
//! let router = Router::new()
//!     .route("/users/{id}", get(async || "someone"))
//!     .route_layer(RouteLayer::template_from(MatchedPath::as_str));
//! # let _: Router = router;
//! ```
//!
//! With one that does not, a [`RouteTable`] finds it by the path, above the router or in a whole stack (`SecureStack::routes`). In a handler
//! or router of your own:
//!
//! ```
//! use secure_runtime::route::Route;
//!
//! # let mut request = http::Request::new(());
//! # let route = Route::of(request.extensions_mut());
//! match request.uri().path() {
//!     "/" => Route::mark(request.extensions(), "/"),
//!     _ => {}
//! }
//! assert_eq!(route.template(), "/");
//! ```

mod layer;
#[cfg(any(feature = "access-log", feature = "metrics"))]
mod stopwatch;
mod table;

use std::{
    borrow::Cow,
    sync::{Arc, Mutex, PoisonError},
};

use http::Extensions;

pub use self::{
    layer::{MarkRoute, RouteLayer},
    table::{FindRoute, InvalidRoute, RouteTable},
};

/// A place for the template of the route that a request takes: an extension of that request.
#[derive(Clone, Debug, Default)]
pub struct Route(Arc<Place>);

/// What there is to tell of a request that is over.
#[cfg(any(feature = "access-log", feature = "metrics"))]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Told<'a> {
    /// `None` if nothing has marked it.
    pub(crate) template: Option<&'a Cow<'static, str>>,
    pub(crate) took: std::time::Duration,
    #[cfg(all(feature = "access-log", feature = "log"))]
    pub(crate) ended: std::time::Instant,
}

/// What the layers that tell of a request say alike.
#[derive(Debug, Default)]
struct Place {
    template: Mutex<Option<Cow<'static, str>>>,
    #[cfg(any(feature = "access-log", feature = "metrics"))]
    watch: stopwatch::Stopwatch,
}

impl Route {
    /// What stands for a route that nothing has marked.
    pub const UNMATCHED: &'static str = "unmatched";

    /// The place of a request with these extensions; made when there is none yet.
    #[must_use]
    pub fn of(extensions: &mut Extensions) -> Self {
        extensions.get_or_insert_with(Self::default).clone()
    }

    /// Marks the route of a request with these extensions, if any layer wants to know.
    ///
    /// The last word counts: an inner router knows more.
    pub fn mark(extensions: &Extensions, template: impl Into<Cow<'static, str>>) {
        if let Some(Self(place)) = extensions.get() {
            *place.template.lock().unwrap_or_else(PoisonError::into_inner) = Some(template.into());
        }
    }

    /// Marks the route of a request that nobody has marked.
    #[cfg(feature = "limit")]
    pub(crate) fn mark_first(extensions: &Extensions, template: impl FnOnce() -> Cow<'static, str>) {
        if let Some(Self(place)) = extensions.get() {
            let marked = place.template.lock();
            marked
                .unwrap_or_else(PoisonError::into_inner)
                .get_or_insert_with(template);
        }
    }

    /// The template, or `unmatched`.
    #[must_use]
    pub fn template(&self) -> Cow<'static, str> {
        self.with(|template| template.cloned())
            .unwrap_or(Cow::Borrowed(Self::UNMATCHED))
    }

    /// Reads the template without a copy.
    pub(crate) fn with<R>(&self, read: impl FnOnce(Option<&Cow<'static, str>>) -> R) -> R {
        let template = self.0.template.lock();
        read(template.unwrap_or_else(PoisonError::into_inner).as_ref())
    }

    /// When the first of the layers that tell of requests saw the one with these extensions.
    #[cfg(feature = "limit")]
    pub(crate) fn arrived(extensions: &Extensions) -> Option<std::time::Instant> {
        #[cfg(any(feature = "access-log", feature = "metrics"))]
        return extensions.get().map(|Self(place)| place.watch.started());
        #[cfg(not(any(feature = "access-log", feature = "metrics")))]
        {
            let _ = extensions;
            None
        }
    }

    /// Tells of the request: the template, and how long it took, from when the first of the layers saw it until one of them first does this.
    #[cfg(any(feature = "access-log", feature = "metrics"))]
    #[inline]
    pub(crate) fn tell<R>(&self, tell: impl FnOnce(Told<'_>) -> R) -> R {
        let took = self.0.watch.read();
        self.with(|template| {
            tell(Told {
                template,
                took,
                #[cfg(all(feature = "access-log", feature = "log"))]
                ended: self.0.watch.started() + took,
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_mark_counts_for_who_holds_the_place_already() {
        let mut extensions = Extensions::new();
        Route::mark(&extensions, "/nobody/asks");
        let held = Route::of(&mut extensions);
        assert_eq!(held.template(), Route::UNMATCHED);
        for template in ["/", "/users/{id}", "/users/{id}/keys"] {
            Route::mark(&extensions, template);
            assert_eq!(held.template(), template);
            assert_eq!(Route::of(&mut extensions).template(), template);
        }
        #[cfg(feature = "limit")]
        {
            Route::mark_first(&extensions, || "/late".into());
            assert_eq!(held.template(), "/users/{id}/keys");
            let held = Route::of(&mut Extensions::new());
            let mut extensions = Extensions::new();
            extensions.insert(held.clone());
            Route::mark_first(&extensions, || "/late".into());
            assert_eq!(held.template(), "/late");
        }
    }
}
