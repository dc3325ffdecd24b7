//! The deployment checklist of the service: at its start, and as `service config audit`.

use std::error::Error;
use std::ffi::OsString;
use std::process::ExitCode;

use secure_config::Report;
use secure_config::reload::Live;
use secure_runtime::audit::{self, Audit};
use secure_runtime::harden;
use secure_runtime::sentry::Sentry;

use crate::parts::{self, Parts};
use crate::routes;
use crate::settings::{self, Settings};

/// An audit that knows what the process and its settings say.
pub fn of_settings(settings: &Settings, report: &Report, hardening: &harden::Report) -> Audit {
    let audit = of_process(report, hardening)
        .settings(&settings.audit)
        .server(&settings.server)
        .client(&settings.client)
        .log(&settings.log)
        .cors(&parts::cors(settings, report.profile()));
    match &settings.database {
        Some(database) => audit.database(database),
        None => audit.no_database(),
    }
}

/// The same audit, told of what was built.
pub fn of_parts(audit: Audit, parts: &Parts, sentry: &Sentry) -> Audit {
    audit
        .sentry(sentry)
        .headers(&parts.headers)
        .headers(&parts.pages)
        .page("/page", routes::page(Some("a-nonce-of-a-response")))
        .limits(&parts.limits)
        .metrics(&parts.metrics)
        .health(&parts.health)
}

fn of_process(report: &Report, hardening: &harden::Report) -> Audit {
    Audit::new(report.profile())
        .report(report)
        .hardening(hardening)
        .debug_assertions(cfg!(debug_assertions))
}

/// `service config audit`: loads and builds as the service does, and serves nothing.
pub fn run(args: Vec<OsString>, hardening: &harden::Report) -> ExitCode {
    audit::run(args, || {
        let audit = match settings::loader().live() {
            Ok((live, report)) => {
                let audit = of_settings(&live.read(), &report, hardening);
                match build(&live, &report) {
                    Ok((parts, sentry)) => of_parts(audit, &parts, &sentry),
                    Err(error) => audit.unbuilt(error.to_string()),
                }
            }
            Err(refused) => of_process(refused.report(), hardening),
        };
        audit.checkout(".").review()
    })
}

fn build(live: &Live<Settings>, report: &Report) -> Result<(Parts, Sentry), Box<dyn Error>> {
    let profile = report.profile();
    let sentry = Sentry::start(live.read().sentry.share(), profile)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let parts = runtime.block_on(Parts::build(live, profile))?;
    Ok((parts, sentry))
}
