//! What became of a reload, for the log.

use secure_config::LoadError;
use secure_config::reload::Reloaded;

/// Writes what became of a reload into the log: which variables changed and which need a restart, or a line for each problem.
///
/// [`Reloader`](super::Reloader) and [`hook`](super::hook) do so themselves; this is for a service that calls
/// [`Live::reload`](secure_config::reload::Live::reload).
pub fn log_outcome(outcome: &Result<Reloaded, LoadError>) {
    match outcome {
        Ok(reloaded) => tell_reloaded(reloaded),
        Err(error) => tell_refused(error),
    }
}

fn tell_reloaded(reloaded: &Reloaded) {
    let version = reloaded.version();
    if reloaded.changed().is_empty() {
        tracing::info!(version, "the settings are unchanged");
    } else {
        let changed = reloaded.changed().join(", ");
        tracing::info!(version, changed, "settings exchanged");
    }
    for key in reloaded.pending_restart() {
        tracing::warn!(key, "has changed and needs a restart: what it was stays in force");
    }
}

fn tell_refused(error: &LoadError) {
    for problem in error.problems() {
        tracing::error!(
            key = problem.key(),
            code = problem.kind().code(),
            origin = problem.origin().map(tracing::field::display),
            remedy = problem.remedy(),
            "{} {}",
            problem.key(),
            problem.message()
        );
    }
    let problems = error.problems().len();
    tracing::error!(
        problems,
        "the new settings are refused: those before stay in force"
    );
}

/// The same for an operator who asked, in one line.
#[cfg(all(feature = "server", unix))]
pub(super) fn line(outcome: &Result<Reloaded, LoadError>) -> Result<String, String> {
    match outcome {
        Ok(reloaded) => Ok(reloaded.to_string()),
        Err(error) => {
            let problems: Vec<_> = error.problems().map(ToString::to_string).collect();
            Err(format!("the new settings are refused: {}", problems.join("; ")))
        }
    }
}
