//! A hardened service in one file of wiring: typed settings, logs, headers, health, a server that drains.
//!
//! `APP_ENV=development cargo run -p examples --bin service`; then `curl -i http://127.0.0.1:8080/`. Take a secret away, or set a default
//! one, and it refuses to start:
//!
//! `JWT_ACCESS_SECRET=change_this_secret cargo run -p examples --bin service`
//!
//! `service config --help` says what else it answers: `check`, `template`, `docs`, `schema`, `generate`, `explain`.

mod accounts;
mod admin;
mod database;
mod limits;
mod monitoring;
mod routes;
mod settings;

use std::error::Error;
use std::process::ExitCode;

use secure_config::{Profile, SecureConfig, cli};
use secure_runtime::client::ClientLayer;
use secure_runtime::cors::CorsPolicy;
use secure_runtime::events;
use secure_runtime::headers::SecurityHeaders;
use secure_runtime::health::Health;
use secure_runtime::maintenance::{MaintenancePolicy, Switch};
use secure_runtime::security_txt::SecurityTxtLayer;
use secure_runtime::sentry::Sentry;
use secure_runtime::server::Server;
use secure_runtime::stack::SecureStack;
use tower_layer::Layer;

use accounts::Accounts;
use database::Database;
use routes::{Nowhere, Routes};
use settings::Settings;

fn main() -> ExitCode {
    // `service config check` and its like; any other argument is refused with a usage line.
    if let Some(code) = cli::dispatch::<Settings>(std::env::args_os()) {
        return code;
    }
    // Before any thread is started, so that the secrets can be erased from the environment.
    let (mut settings, report) = Settings::loader().load_with_report_or_exit();
    let profile = report.profile();
    let run = || -> Result<(), Box<dyn Error>> {
        let mut tracking = std::mem::take(&mut settings.sentry);
        let release = concat!(env!("CARGO_PKG_NAME"), "@", env!("CARGO_PKG_VERSION"));
        tracking.release.get_or_insert_with(|| release.to_owned());
        let sentry = Sentry::start(tracking, profile)?;
        let _log = sentry.init_log(settings.log.clone())?;
        report.trace();
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        // The server tells of its start and its end; nobody but this tells of an end that was not asked for.
        runtime
            .block_on(serve(settings, profile, &sentry))
            .inspect_err(|error| {
                events::sys_crash(&events::Context::new(), &error.to_string());
            })
    };
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(mut settings: Settings, profile: Profile, sentry: &Sentry) -> Result<(), Box<dyn Error>> {
    // All subdomains of the demo speak https. Say so only where it is true: browsers believe it for two years.
    settings.headers.hsts_include_subdomains = true;
    let metrics = monitoring::metrics(&settings)?;
    let limits = limits::layer(&settings.limit)?;
    let accounts = Accounts::new(settings.account_changes, metrics.registry())?;
    let database = Database::connect(settings.database).await?;
    database.shown_by(&metrics)?;
    let health = Health::builder()
        .settings(settings.health)
        .profile(profile)
        .critical("signing", async || Ok::<_, std::io::Error>(()));
    let health = database.watched_by(health).start()?;
    let headers = SecurityHeaders::api().settings(&settings.headers).build()?;
    let pages = SecurityHeaders::html().settings(&settings.headers).build()?;
    let switch = Switch::new();
    let maintenance = MaintenancePolicy::new(&switch)
        .settings(&settings.maintenance)
        .build()?;
    let _watching = settings.maintenance.watch(&switch)?;
    let security_txt = match settings.security_txt.layer() {
        // No reason for a service to stay down.
        Err(error) if error.is_expired() => {
            tracing::error!(%error, "security.txt is not served");
            SecurityTxtLayer::none()
        }
        layer => layer?,
    };
    let stack = SecureStack::new(headers)
        .client(ClientLayer::from(&settings.client))
        .settings(&settings.stack)
        .metrics(metrics.layer())
        .cors(CorsPolicy::from(&settings.cors).profile(profile).build()?)
        .maintenance(maintenance)
        .security_txt(security_txt)
        .sentry(sentry.layer())
        .health(health.layer())
        .limit(limits.clone());
    let service = stack.layer(Routes::new(profile, &pages, accounts, database));

    let lifecycle = health.lifecycle().clone();
    let server = Server::builder(settings.server)
        .profile(profile)
        .metrics(metrics.scrape().layer(health.layer().layer(Nowhere)))
        .admin(admin::actions(settings.admin_token, &switch)?)
        .on_drain(move || lifecycle.drain())
        .bind()
        .await?;
    monitoring::watch(&metrics, &health, &limits, &server.handle())?;
    health.lifecycle().serve();
    server.serve(service).await?;
    Ok(())
}
