//! The same layers on an axum router.
//!
//! `APP_ENV=development cargo run -p examples --bin axum`; then `curl -i http://127.0.0.1:8080/users/42`.

use std::error::Error;
use std::process::ExitCode;

use axum::extract::{MatchedPath, Path};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use secure_config::{Profile, SecretString, SecureConfig};
use secure_runtime::client::{Client, ClientLayer, ClientSettings};
use secure_runtime::cors::{CorsPolicy, CorsSettings};
use secure_runtime::exit;
use secure_runtime::headers::SecurityHeaders;
use secure_runtime::health::{Health, HealthSettings};
use secure_runtime::log::{self, LogSettings};
use secure_runtime::metrics::{Metrics, MetricsSettings};
use secure_runtime::problem::Problem;
use secure_runtime::route::RouteLayer;
use secure_runtime::server::{Server, ServerSettings};
use secure_runtime::stack::{SecureStack, StackSettings};
use tower_layer::Layer;

/// Settings of the demo service.
#[derive(Debug, SecureConfig)]
#[secure(erase_env)]
struct Settings {
    /// Signs access tokens (HS256).
    #[secure(min_len = 32, generate_in_dev)]
    #[expect(dead_code, reason = "the demo has no accounts, and so signs nothing")]
    jwt_access_secret: SecretString,
    #[secure(nested)]
    log: LogSettings,
    #[secure(nested, prefix = "")]
    server: ServerSettings,
    #[secure(nested, prefix = "")]
    client: ClientSettings,
    #[secure(nested, prefix = "")]
    stack: StackSettings,
    #[secure(nested)]
    cors: CorsSettings,
    #[secure(nested)]
    health: HealthSettings,
    #[secure(nested)]
    metrics: MetricsSettings,
}

fn main() -> ExitCode {
    let (settings, report) = Settings::loader().load_with_report_or_exit();
    let profile = report.profile();
    exit::run(|guards| {
        guards.keep(log::init(settings.log.clone())?);
        report.trace();
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(serve(settings, profile))
    })
}

async fn serve(settings: Settings, profile: Profile) -> Result<(), Box<dyn Error>> {
    let health = Health::builder()
        .settings(settings.health)
        .profile(profile)
        .start()?;
    let metrics = Metrics::new(&settings.metrics)?;
    // `route_layer` runs once the route is known, so that log lines and metrics say `/users/{id}` and not every id there is.
    let router = Router::new()
        .route("/", get(async || Json("hello")))
        .route("/users/{id}", get(user))
        .route_layer(RouteLayer::template_from(MatchedPath::as_str));
    let stack = SecureStack::new(SecurityHeaders::api().build()?)
        .client(ClientLayer::from(&settings.client))
        .settings(&settings.stack)
        .cors(CorsPolicy::from(&settings.cors).profile(profile).build()?)
        .metrics(metrics.layer())
        .health(health.layer());

    let server = Server::builder(settings.server)
        .profile(profile)
        .health(&health)
        // With PROMETHEUS_ENABLED and METRICS_PORT.
        .metrics(metrics.scrape().layer(health.layer().layer(Router::new())));
    server.serve(stack.layer(router)).await?;
    Ok(())
}

/// Extractors and errors of the feature `axum`.
async fn user(Path(id): Path<u64>, client: Client) -> Result<Json<u64>, Problem> {
    if id == 0 {
        return Err(Problem::new(StatusCode::NOT_FOUND).detail("no user has this id"));
    }
    tracing::debug!(
        client = client.ip().map(tracing::field::display),
        "a user was read"
    );
    Ok(Json(id))
}
