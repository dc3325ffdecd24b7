//! The layer that marks the route of requests.

use std::{
    fmt,
    sync::Arc,
    task::{Context, Poll},
};

use http::{Extensions, Request};
use tower_layer::Layer;
use tower_service::Service;

use super::Route;

/// Layer that applies [`MarkRoute`], for a route or for a whole router.
#[derive(Clone)]
#[must_use]
pub struct RouteLayer(Source);

#[derive(Clone)]
enum Source {
    Template(&'static str),
    Extension(Arc<Read>),
}

type Read = dyn for<'a> Fn(&'a Extensions) -> Option<&'a str> + Send + Sync;

impl RouteLayer {
    /// Marks every request below with this template.
    pub const fn new(template: &'static str) -> Self {
        Self(Source::Template(template))
    }

    /// Marks requests with the template that the router has put into this extension.
    ///
    /// For axum it is `RouteLayer::template_from(MatchedPath::as_str)`, as a `route_layer` of the router.
    ///
    /// # Examples
    ///
    /// ```
    /// use axum::{Router, extract::MatchedPath, routing::get};
    /// use secure_runtime::route::RouteLayer;
    ///
    /// let router = Router::new()
    ///     .route("/users/{id}", get(async || "someone"))
    ///     .route_layer(RouteLayer::template_from(MatchedPath::as_str));
    /// # let _: Router = router;
    /// ```
    pub fn template_from<T>(read: impl Fn(&T) -> &str + Send + Sync + 'static) -> Self
    where
        T: Send + Sync + 'static,
    {
        Self(Source::Extension(Arc::new(move |extensions| {
            extensions.get::<T>().map(&read)
        })))
    }
}

impl fmt::Debug for RouteLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Source::Template(template) => f.debug_tuple("RouteLayer").field(template).finish(),
            Source::Extension(_) => f.write_str("RouteLayer(..)"),
        }
    }
}

impl<S> Layer<S> for RouteLayer {
    type Service = MarkRoute<S>;

    fn layer(&self, inner: S) -> Self::Service {
        MarkRoute {
            inner,
            layer: self.clone(),
        }
    }
}

/// Marks the [`Route`] of each request; see [`RouteLayer`].
#[derive(Clone, Debug)]
#[must_use]
pub struct MarkRoute<S> {
    inner: S,
    layer: RouteLayer,
}

impl<S> MarkRoute<S> {
    /// The service below.
    pub fn get_ref(&self) -> &S {
        &self.inner
    }

    /// The service below, to change.
    pub fn get_mut(&mut self) -> &mut S {
        &mut self.inner
    }

    /// Unwraps the service below.
    pub fn into_inner(self) -> S {
        self.inner
    }
}

impl<S, B> Service<Request<B>> for MarkRoute<S>
where
    S: Service<Request<B>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        match &self.layer.0 {
            Source::Template(template) => Route::mark(request.extensions(), *template),
            Source::Extension(read) => {
                if let Some(template) = read(request.extensions()) {
                    Route::mark(request.extensions(), template.to_owned());
                }
            }
        }
        self.inner.call(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_counts() {
        struct Ok;
        impl Service<Request<()>> for Ok {
            type Response = ();
            type Error = ();
            type Future = std::future::Ready<Result<(), ()>>;

            fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ()>> {
                Poll::Ready(Result::Ok(()))
            }

            fn call(&mut self, _: Request<()>) -> Self::Future {
                std::future::ready(Result::Ok(()))
            }
        }

        let mut request = Request::new(());
        let route = Route::of(request.extensions_mut());
        assert_eq!(route.template(), "unmatched");
        request.extensions_mut().insert("/users/{id}");
        let find = RouteLayer::template_from(|template: &&'static str| template);
        drop(RouteLayer::new("/{*rest}").layer(find.layer(Ok)).call(request));
        assert_eq!(route.template(), "/users/{id}");
    }
}
