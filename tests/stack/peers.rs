//! The same stack on what services are made of elsewhere.

use axum::{Router, extract::MatchedPath, routing::get};
use secure_runtime::{headers::SecurityHeaders, route::RouteLayer};
use tests::{
    lines::capture,
    loopback::{ask, serve},
};
use tower_layer::Layer;

use crate::handler::{api, stack};

#[tokio::test]
async fn axum() {
    let (lines, _guard) = capture();
    let pages = SecurityHeaders::html().build().unwrap().for_route();
    let page = |request: axum::extract::Request| async move {
        secure_runtime::headers::CspNonce::of(request.extensions())
            .unwrap()
            .to_string()
    };
    let router = Router::new()
        .route("/users/{id}", get(|| async { "someone" }))
        .route("/page", get(page).layer(pages))
        .route("/upload", axum::routing::post(|body: String| async move { body }))
        .route_layer(RouteLayer::template_from(MatchedPath::as_str))
        .layer(stack());
    let addr = serve(router, true).await;

    let answer = ask(addr, "GET /users/42 HTTP/1.1", "").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "someone"));
    assert!(answer.header("strict-transport-security").is_some());
    assert_eq!(lines.take_of("access")[0]["route"], "/users/{id}");

    let answer = ask(addr, "GET /page HTTP/1.1", "").await;
    let nonce = format!("'nonce-{}'", answer.body);
    assert!(answer.header("content-security-policy").unwrap().contains(&nonce));

    let answer = ask(addr, "GET /nowhere HTTP/1.1", "").await;
    assert_eq!(answer.status, 404);
    assert!(answer.header("x-frame-options").is_some());

    // The extractor of axum knows the error of a body that is too large.
    let chunks = "11\r\n12345678901234567\r\n0\r\n\r\n";
    let answer = ask(addr, "POST /upload HTTP/1.1\ntransfer-encoding: chunked", chunks).await;
    assert_eq!(answer.status, 413);
}

#[tokio::test]
async fn tonic() {
    let routes = tonic::service::Routes::default().prepare();
    let addr = serve(stack().layer(routes), true).await;
    let head = "POST /unknown.Service/Method HTTP/1.1\ncontent-type: application/grpc\ncontent-length: 0";
    let answer = ask(addr, head, "").await;
    assert_eq!(
        answer.header("grpc-status"),
        Some("12"),
        "unimplemented: {answer:?}"
    );
    assert!(answer.header("x-request-id").is_some());
    assert!(answer.header("strict-transport-security").is_some());

    // And its server takes the stack as a layer.
    drop(
        tonic::transport::Server::builder()
            .layer(stack())
            .add_routes(tonic::service::Routes::default()),
    );
}

#[tokio::test]
async fn hyper_without_tower() {
    use http_body_util::Full;
    use hyper::service::{Service, service_fn};

    let handler = service_fn(|_: http::Request<Full<bytes::Bytes>>| async {
        Ok::<_, std::convert::Infallible>(http::Response::new(Full::new(bytes::Bytes::from_static(b"hi"))))
    });
    let service = api().layer(handler);
    let response = Service::call(&service, http::Request::new(Full::default()))
        .await
        .unwrap();
    assert_eq!(response.headers()["x-frame-options"], "DENY");
}
