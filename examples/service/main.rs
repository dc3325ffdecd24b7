//! A hardened service in one file of wiring: typed settings, logs, headers, health, a server that drains.
//!
//! `APP_ENV=development cargo run -p examples --bin service`; then `curl -i http://127.0.0.1:8080/`. Take a secret away, or set a default
//! one, and it refuses to start:
//!
//! `JWT_ACCESS_SECRET=change_this_secret cargo run -p examples --bin service`
//!
//! `service healthcheck` asks the one that runs whether it is ready.
//! `service config --help` says what else it answers: `check`, `template`, `docs`, `schema`, `generate`, `explain`, `audit`.

mod accounts;
mod admin;
mod audit;
mod database;
mod limits;
mod monitoring;
mod parts;
mod routes;
mod settings;

use std::error::Error;
use std::process::ExitCode;
use std::rc::Rc;

use secure_config::cli::Cli;
use secure_config::{Profile, SecureConfig};
use secure_runtime::audit::Audit;
use secure_runtime::client::ClientLayer;
use secure_runtime::events;
use secure_runtime::harden::Hardening;
use secure_runtime::healthcheck;
use secure_runtime::sentry::Sentry;
use secure_runtime::server::Server;
use secure_runtime::stack::SecureStack;
use tower_layer::Layer;

use parts::Parts;
use routes::{Nowhere, Routes};
use settings::Settings;

fn main() -> ExitCode {
    // Before a secret is read.
    let hardening = Rc::new(Hardening::new().apply());
    // `service config check` and its like; any other argument is refused with a usage line.
    let about = secure_runtime::audit::ABOUT;
    let told = Rc::clone(&hardening);
    let cli = Cli::<Settings>::new().command("audit", about, move |args| audit::run(args, &told));
    // `service healthcheck` is for images without curl, and needs no secrets.
    let cli = cli.beside("healthcheck", healthcheck::ABOUT, healthcheck::run);
    if let Some(code) = cli.dispatch(std::env::args_os()) {
        return code;
    }
    // Before any thread is started, so that the secrets can be erased from the environment.
    let (mut settings, report) = Settings::loader().load_with_report_or_exit();
    let profile = report.profile();
    let audit = audit::of_settings(&settings, &report, &hardening);
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
            .block_on(serve(settings, profile, &sentry, audit))
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

async fn serve(
    mut settings: Settings,
    profile: Profile,
    sentry: &Sentry,
    audit: Audit,
) -> Result<(), Box<dyn Error>> {
    let parts = Parts::build(&mut settings, profile).await?;
    audit::of_parts(audit, &parts, sentry).review()?.log();
    let _watching = settings.maintenance.watch(&parts.switch)?;
    let stack = SecureStack::new(parts.headers)
        .client(ClientLayer::from(&settings.client))
        .settings(&settings.stack)
        .metrics(parts.metrics.layer())
        .cors(parts.cors)
        .maintenance(parts.maintenance)
        .security_txt(parts.security_txt)
        .sentry(sentry.layer())
        .health(parts.health.layer())
        .limit(parts.limits.clone());
    let service = stack.layer(Routes::new(profile, &parts.pages, parts.accounts, parts.database));

    let health = parts.health;
    let lifecycle = health.lifecycle().clone();
    let server = Server::builder(settings.server)
        .profile(profile)
        .metrics(parts.metrics.scrape().layer(health.layer().layer(Nowhere)))
        .admin(admin::actions(settings.admin_token, &parts.switch)?)
        .on_drain(move || lifecycle.drain())
        .bind()
        .await?;
    monitoring::watch(&parts.metrics, &health, &parts.limits, &server.handle())?;
    health.lifecycle().serve();
    server.serve(service).await?;
    Ok(())
}
