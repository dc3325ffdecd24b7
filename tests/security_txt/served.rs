//! Over a real connection, by the layer alone.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    task::{Context, Poll},
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use secure_runtime::security_txt::{PATH, SecurityTxt, SecurityTxtLayer};
use tests::loopback::{ask, serve};
use tower_layer::Layer;
use tower_service::Service;

#[derive(Clone)]
struct Below;

impl<B> Service<Request<B>> for Below {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<B>) -> Self::Future {
        ready(Ok(Response::new(Full::from("below"))))
    }
}

#[tokio::test]
async fn get_and_head_and_nothing_else() {
    let file = SecurityTxt::new()
        .contact("mailto:security@example.com")
        .expires(SystemTime::now() + Duration::from_secs(100 * 24 * 60 * 60));
    let layer = file.build().unwrap();
    let addr = serve(layer.layer(Below), true).await;

    let get = ask(addr, &format!("GET {PATH} HTTP/1.1"), "").await;
    assert_eq!(get.status, 200);
    assert_eq!(get.header("content-type"), Some("text/plain; charset=utf-8"));
    assert_eq!(get.header("cache-control"), Some("public, max-age=3600"));
    assert_eq!(get.body, layer.text().unwrap());
    assert!(
        get.body
            .starts_with("Contact: mailto:security@example.com\nExpires: ")
    );

    let head = ask(addr, &format!("HEAD {PATH} HTTP/1.1"), "").await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert_eq!(head.header("content-length"), get.header("content-length"));
    assert_eq!(head.header("content-type"), get.header("content-type"));

    let post = ask(addr, &format!("POST {PATH} HTTP/1.1\ncontent-length: 0"), "").await;
    assert_eq!((post.status, post.header("allow")), (405, Some("GET, HEAD")));

    for path in [
        "/",
        "/security.txt",
        "/.well-known/security.txt/",
        "/.well-known/",
    ] {
        assert_eq!(ask(addr, &format!("GET {path} HTTP/1.1"), "").await.body, "below");
    }
}

#[tokio::test]
async fn without_a_file_the_path_is_the_service_s_own() {
    let addr = serve(SecurityTxtLayer::none().layer(Below), true).await;
    assert_eq!(ask(addr, &format!("GET {PATH} HTTP/1.1"), "").await.body, "below");
}
