//! A hardened service in one file of wiring: typed settings, logs, headers, health, a server that drains.
//!
//! `APP_ENV=development cargo run -p examples --bin service`; then `curl -i http://127.0.0.1:8080/`. Take a secret away, or set a default
//! one, and it refuses to start:
//!
//! `JWT_ACCESS_SECRET=change_this_secret cargo run -p examples --bin service`
//!
//! `service healthcheck` asks the one that runs whether it is ready.
//! `service config --help` says what else it answers: `check`, `template`, `docs`, `schema`, `generate`, `rotate`, `explain`, `audit`.
//!
//! | with | it |
//! |---|---|
//! | nothing | is one process, with guests in a SQLite in memory |
//! | `DATABASE_URL` | keeps guests and the last forced logout in a Postgres or a file of SQLite, which replicas share |
//! | `VALKEY_URL`, `VALKEY_KEY_SECRET`, `VALKEY_ON_OUTAGE` | shares "10 per hour", maintenance and forced logout with all replicas |
//! | `VAULT_ADDR`, `VAULT_PATH`, `VAULT_TOKEN` or another way in | takes secrets from OpenBao or HashiCorp Vault, before `.env` |
//! | `ADMIN_PORT`, `ADMIN_TOKEN` | obeys `POST /reload`, `/rotate`, `/logout-everyone`, `/maintenance`, `/log-level` on loopback |
//!
//! Settings are read again on SIGHUP, on `POST /reload`, and when the content of `.env`, of an `X_FILE`, of a secrets directory or of the vault
//! changes (`RELOAD_PERIOD`). Secrets of tokens and their lifetimes are exchanged then; the other settings need a restart, which is said. What to
//! do with it in an incident: `docs/INCIDENT.md`.

mod accounts;
mod admin;
mod audit;
mod database;
mod guests;
mod incident;
mod keys;
mod limits;
mod monitoring;
mod parts;
mod replicas;
mod routes;
mod settings;
#[path = "../rotation/tokens.rs"]
mod tokens;

use std::error::Error;
use std::process::ExitCode;
use std::rc::Rc;

use secure_config::Profile;
use secure_config::cli::Cli;
use secure_config::reload::Live;
use secure_runtime::audit::Audit;
use secure_runtime::client::ClientLayer;
use secure_runtime::exit;
use secure_runtime::harden::Hardening;
use secure_runtime::healthcheck;
use secure_runtime::reload::{self, Reloader};
use secure_runtime::sentry::Sentry;
use secure_runtime::server::Server;
use secure_runtime::stack::SecureStack;
use tower_layer::Layer;

use incident::Incident;
use parts::Parts;
use routes::{Nowhere, Routes};
use settings::Settings;

fn main() -> ExitCode {
    // Before a secret is read.
    let hardening = Rc::new(Hardening::new().apply());
    // `service config check` and its like; any other argument is refused with a usage line.
    let about = secure_runtime::audit::ABOUT;
    let cli = Cli::<Settings>::new().loader(settings::loader);
    let told = Rc::clone(&hardening);
    let cli = cli.command("audit", about, move |args| audit::run(args, &told));
    // `service healthcheck` is for images without curl, and needs no secrets.
    let cli = cli.beside("healthcheck", healthcheck::ABOUT, healthcheck::run);
    if let Some(code) = cli.dispatch(std::env::args_os()) {
        return code;
    }
    // Before any thread is started, so that the secrets can be erased from the environment.
    let (live, report) = settings::loader().live_or_exit();
    let profile = report.profile();
    let audit = audit::of_settings(&live.read(), &report, &hardening);
    exit::run(|guards| {
        // What is still held when the service fails is masked in the report of that.
        guards.keep(live.clone());
        let mut tracking = live.read().sentry.share();
        let release = concat!(env!("CARGO_PKG_NAME"), "@", env!("CARGO_PKG_VERSION"));
        tracking.release.get_or_insert_with(|| release.to_owned());
        let sentry = Sentry::start(tracking, profile)?;
        guards.keep(sentry.init_log(live.read().log.clone())?);
        report.trace();
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(serve(live, profile, &sentry, audit))
    })
}

async fn serve(
    live: Live<Settings>,
    profile: Profile,
    sentry: &Sentry,
    audit: Audit,
) -> Result<(), Box<dyn Error>> {
    let settings = live.current();
    let parts = Parts::build(&live, profile).await?;
    audit::of_parts(audit, &parts, sentry).review()?.log();
    let _watching = settings.maintenance.watch(&parts.switch)?;
    let _reloading = Reloader::new(&live).settings(&settings.reload).start()?;
    let _following = match &parts.valkey {
        Some(valkey) => Some(replicas::follow(valkey, &parts.switch, &parts.keys).await),
        None => None,
    };
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
    let database = parts.database.clone();
    let service = stack.layer(Routes::new(profile, &parts.pages, parts.accounts, database));

    let health = parts.health;
    let lifecycle = health.lifecycle().clone();
    let incident = Incident {
        live: live.clone(),
        keys: parts.keys,
        database: parts.database,
        valkey: parts.valkey,
        switch: parts.switch,
    };
    let server = Server::builder(settings.server.clone())
        .profile(profile)
        .metrics(parts.metrics.scrape().layer(health.layer().layer(Nowhere)))
        .admin(admin::actions(incident)?)
        .on_reload(reload::hook(&live))
        .on_drain(move || lifecycle.drain())
        .bind()
        .await?;
    monitoring::watch(&parts.metrics, &live, &health, &parts.limits, &server.handle())?;
    // A set that is kept keeps its secrets.
    drop(settings);
    health.lifecycle().serve();
    server.serve(service).await?;
    Ok(())
}
