//! The route that a request took, in log lines and metrics.

use axum::{Router, extract::MatchedPath, routing::get};
use secure_runtime::{
    metrics::{Metrics, MetricsSettings},
    route::RouteLayer,
    stack::Layer,
};
use tests::{lines::capture, loopback};

use crate::{bare, serve, stack};

fn router() -> Router {
    let orders = Router::new().route("/{id}/orders", get(async || "orders"));
    Router::new()
        .route("/", get(async || "hello"))
        .route("/users/{id}", get(async || "someone"))
        .nest("/shops", orders)
        .route_layer(RouteLayer::template_from(MatchedPath::as_str))
}

#[tokio::test]
async fn the_template_of_axum_is_that_of_lines_and_metrics() {
    let (lines, _guard) = capture();
    let mut settings = MetricsSettings::default();
    settings.enabled = true;
    let metrics = Metrics::new(&settings).unwrap();
    let addrs = [
        // By the server of axum, around each route.
        serve(router().layer(stack().metrics(metrics.layer()))).await,
        // As with the server of the crate, around the router.
        loopback::serve(bare().metrics(metrics.layer()).layer(router()), false).await,
    ];
    for addr in addrs {
        for (path, template) in [
            ("/", "/"),
            ("/users/lovelace", "/users/{id}"),
            ("/shops/7/orders", "/shops/{id}/orders"),
            ("/nowhere", "unmatched"),
        ] {
            loopback::ask(addr, &format!("GET {path} HTTP/1.1"), "").await;
            assert_eq!(lines.take_of("access")[0]["route"], template, "{path}");
            let text = metrics.registry().to_text();
            assert!(
                text.contains(&format!("endpoint=\"{template}\"")),
                "{path}: {text}"
            );
            assert!(!text.contains("lovelace"), "a path is in a series");
        }
    }
}
