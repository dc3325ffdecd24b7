//! Plain facts about the parts of a service, so that judging needs none of the parts.

use std::path::PathBuf;
use std::time::SystemTime;

use secure_config::{Profile, Report};

use super::item::Verdict;
use super::settings::AuditSettings;

/// The facts. `None` is a fact that the service has not given.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub(super) profile: Profile,
    pub(super) now: SystemTime,
    pub(super) settings: AuditSettings,
    pub(super) report: Option<Report>,
    /// Why the service could not be built.
    pub(super) unbuilt: Option<String>,
    pub(super) dotenv: PathBuf,
    pub(super) checkout: Option<PathBuf>,
    /// The folder of what browsers get.
    pub(super) frontend: Option<PathBuf>,
    /// Pages as they are served: name and text.
    pub(super) pages: Vec<(String, String)>,
    pub(super) debug: bool,
    pub(super) debug_assertions: bool,
    /// For each set of headers.
    pub(super) headers: Vec<Headers>,
    pub(super) server: Option<Server>,
    pub(super) trusts_proxies: bool,
    pub(super) log: Option<Log>,
    pub(super) cors: Option<Cors>,
    /// Some limit counts every request.
    pub(super) limits: Option<bool>,
    pub(super) error_tracking: Option<bool>,
    pub(super) metrics: Option<bool>,
    /// The names of the checks.
    pub(super) health: Option<Vec<String>>,
    pub(super) database: Option<Database>,
    pub(super) process: Option<Process>,
}

impl Facts {
    pub(super) fn new(profile: Profile) -> Self {
        Self {
            profile,
            now: SystemTime::now(),
            settings: AuditSettings::default(),
            report: None,
            unbuilt: None,
            dotenv: PathBuf::from("./.env"),
            checkout: None,
            frontend: None,
            pages: Vec::new(),
            debug: false,
            debug_assertions: cfg!(debug_assertions),
            headers: Vec::new(),
            server: None,
            trusts_proxies: false,
            log: None,
            cors: None,
            limits: None,
            error_tracking: None,
            metrics: None,
            health: None,
            database: None,
            process: None,
        }
    }

    pub(super) fn is_refused(&self) -> bool {
        self.report
            .as_ref()
            .is_some_and(|report| report.problems().len() > 0)
    }

    /// The reason why a missing fact cannot be judged yet.
    pub(super) fn unjudged(&self) -> Option<Verdict> {
        let why = if self.is_refused() {
            "not judged: the configuration is refused"
        } else if self.unbuilt.is_some() {
            "not judged: the service cannot be built"
        } else {
            return None;
        };
        Some(Verdict::later(why))
    }

    /// The verdict on a missing fact: the service seems to have none of it.
    pub(super) fn missing(&self, what: &str, remedy: &'static str) -> Verdict {
        self.unjudged()
            .unwrap_or_else(|| Verdict::fail(format!("the audit was given no {what}"), remedy))
    }
}

/// The headers of a response, name and value.
#[derive(Clone, Debug, Default)]
pub(super) struct Headers {
    /// Over a connection that is not known to be secure.
    pub(super) plain: Vec<(String, String)>,
    pub(super) secure: Vec<(String, String)>,
}

impl Headers {
    pub(super) fn get<'h>(list: &'h [(String, String)], name: &str) -> Option<&'h str> {
        list.iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}

/// The listeners of the server.
#[derive(Clone, Debug)]
pub(super) struct Server {
    /// Paths of the certificate and its key.
    pub(super) certificate: Option<(PathBuf, PathBuf)>,
    pub(super) redirect_host: Option<String>,
    pub(super) admin: Admin,
    pub(super) has_metrics: bool,
}

/// The reach of the admin listener.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Admin {
    /// There is none.
    Nobody,
    /// This machine.
    Machine,
    /// Everyone who reaches this address.
    Network(String),
}

/// The format and the level of the log.
#[derive(Clone, Copy, Debug)]
pub(super) struct Log {
    pub(super) json: bool,
    /// Lines at DEBUG or TRACE are written.
    pub(super) verbose: bool,
}

/// The findings of the review of CORS.
#[derive(Clone, Debug)]
pub(super) struct Cors {
    pub(super) findings: Vec<String>,
    pub(super) origins: usize,
    pub(super) any_origin: bool,
}

/// The database.
#[derive(Clone, Copy, Debug)]
pub(super) enum Database {
    /// The service has none that outlives the process.
    None,
    Pool {
        min: u32,
        max: u32,
    },
}

/// The outcome of hardening the process.
#[derive(Clone, Debug)]
pub(super) struct Process {
    /// Measures that keep memory from being read and are not in force, with the reason.
    pub(super) open: Vec<String>,
    /// The same of the other measures.
    pub(super) weak: Vec<String>,
}
