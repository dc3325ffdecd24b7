//! The templates of a service, to mark routes by the path.

use std::{
    fmt,
    sync::Arc,
    task::{Context, Poll},
};

use http::Request;
use tower_layer::Layer;
use tower_service::Service;

use super::Route;

/// Layer that marks the [`Route`] of each request by its path, for a router that does not say which it takes.
///
/// Templates are written `/users/{id}` and `/files/{*path}`. Of those that fit a path the most literal one
/// counts. The router below may mark another all the same.
///
/// # Examples
///
/// ```
/// use secure_runtime::route::RouteTable;
///
/// let table = RouteTable::new(["/", "/users/{id}", "/users/me", "/files/{*path}"])?;
/// assert_eq!(table.find("/users/42"), Some("/users/{id}"));
/// assert_eq!(table.find("/users/me"), Some("/users/me"));
/// assert_eq!(table.find("/files/a/b"), Some("/files/{*path}"));
/// assert_eq!(table.find("/users/42/orders"), None);
///
/// assert!(RouteTable::new(["/users/{id}", "/users/{name}"]).is_err());
/// # Ok::<(), secure_runtime::route::InvalidRoute>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct RouteTable(Arc<matchit::Router<&'static str>>);

impl RouteTable {
    /// Makes a table of these templates.
    ///
    /// # Errors
    ///
    /// The first that is no template, or that fits the same paths as an earlier one.
    pub fn new(templates: impl IntoIterator<Item = &'static str>) -> Result<Self, InvalidRoute> {
        let mut router = matchit::Router::new();
        for template in templates {
            let refuse = |reason: String| InvalidRoute { template, reason };
            if !template.starts_with('/') {
                return Err(refuse("a path begins with /".to_owned()));
            }
            router
                .insert(template, template)
                .map_err(|error| refuse(error.to_string().to_lowercase()))?;
        }
        Ok(Self(Arc::new(router)))
    }

    /// The template that a path is of.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<&'static str> {
        self.0.at(path).ok().map(|found| *found.value)
    }
}

impl fmt::Debug for RouteTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RouteTable").finish_non_exhaustive()
    }
}

impl<S> Layer<S> for RouteTable {
    type Service = FindRoute<S>;

    fn layer(&self, inner: S) -> Self::Service {
        FindRoute {
            inner,
            table: self.clone(),
        }
    }
}

/// A template that cannot be in a [`RouteTable`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidRoute {
    template: &'static str,
    reason: String,
}

impl fmt::Display for InvalidRoute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.template, self.reason)
    }
}

impl std::error::Error for InvalidRoute {}

/// Marks the [`Route`] of each request by its path; see [`RouteTable`].
#[derive(Clone, Debug)]
#[must_use]
pub struct FindRoute<S> {
    inner: S,
    table: RouteTable,
}

impl<S> FindRoute<S> {
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

impl<S, B> Service<Request<B>> for FindRoute<S>
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
        if let Some(template) = self.table.find(request.uri().path()) {
            Route::mark(request.extensions(), template);
        }
        self.inner.call(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_told_when_built() {
        for templates in [
            &["users"][..],
            &["/{a}{b}"],
            &["/a", "/a"],
            &["/{*rest}/more"],
            &["/{"],
        ] {
            let error = RouteTable::new(templates.iter().copied())
                .unwrap_err()
                .to_string();
            let last = templates[templates.len() - 1];
            assert!(error.starts_with(&format!("{last}: ")), "{error}");
        }
    }

    #[test]
    fn marks_what_it_finds() {
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

        let table = RouteTable::new(["/users/{id}"]).unwrap();
        for (path, template) in [
            ("/users/42", "/users/{id}"),
            ("/users/", "unmatched"),
            ("/x", "unmatched"),
        ] {
            let mut request = Request::builder().uri(path).body(()).unwrap();
            let route = Route::of(request.extensions_mut());
            drop(table.layer(Ok).call(request));
            assert_eq!(route.template(), template);
        }
    }
}
