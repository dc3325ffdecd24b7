//! A service with which nothing is wrong, in pieces that a test can break.

use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use secure_config::{Profile, SecretBytes, SecretString, SecretUrl, SecureConfig};
use secure_runtime::audit::{Audit, AuditSettings, Checklist, Outcome};
use secure_runtime::client::ClientSettings;
use secure_runtime::cors::CorsPolicy;
use secure_runtime::database::DatabaseSettings;
use secure_runtime::harden::Hardening;
use secure_runtime::headers::{SecurityHeaders, SecurityHeadersLayer};
use secure_runtime::health::Health;
use secure_runtime::limit::{LimitLayer, LimitSettings, Limits};
use secure_runtime::log::{LogFormat, LogSettings};
use secure_runtime::metrics::{Metrics, MetricsSettings};
use secure_runtime::server::ServerSettings;
use tests::{STRONG, Scratch};

/// A secret of each kind.
#[derive(SecureConfig)]
#[expect(dead_code, reason = "it is loaded, and judged by that")]
pub(crate) struct Secrets {
    #[secure(min_len = 32, reject = "change_this_secret")]
    jwt_access_secret: SecretString,
    #[secure(min_len = 32, differs_from = jwt_access_secret)]
    jwt_refresh_secret: SecretString,
    #[secure(encoding = "base64", len = 32)]
    cookie_key: SecretBytes,
    database_url: SecretUrl,
    previous_secrets: Vec<SecretString>,
    api_token: Option<SecretString>,
    #[secure(default = 8080)]
    port: u16,
}

/// The password in the address of the database.
pub(crate) const PASSWORD: &str = "8pXv0rVbQm3K7tYs";

/// What `Secrets` is loaded from.
pub(crate) fn vars() -> Vec<(&'static str, String)> {
    vec![
        ("JWT_ACCESS_SECRET", STRONG[0].to_owned()),
        ("JWT_REFRESH_SECRET", STRONG[1].to_owned()),
        ("COOKIE_KEY", STRONG[2].to_owned()),
        (
            "DATABASE_URL",
            format!("postgres://app:{PASSWORD}@db.example.com/app"),
        ),
        ("PREVIOUS_SECRETS", format!("{},{}", STRONG[3], STRONG[4])),
        ("API_TOKEN", STRONG[5].to_owned()),
    ]
}

/// 2030-01-01.
pub(crate) fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_893_456_000)
}

/// Everything that the audit is told.
pub(crate) struct Service {
    pub(crate) room: Scratch,
    pub(crate) profile: Profile,
    pub(crate) vars: Vec<(&'static str, String)>,
    pub(crate) erases: bool,
    pub(crate) debug: bool,
    pub(crate) debug_assertions: bool,
    pub(crate) hardening: Hardening,
    pub(crate) unbuilt: Option<String>,
    pub(crate) operator: AuditSettings,
    pub(crate) server: ServerSettings,
    pub(crate) client: ClientSettings,
    pub(crate) log: LogSettings,
    pub(crate) cors: CorsPolicy,
    pub(crate) headers: Vec<SecurityHeadersLayer>,
    pub(crate) pages: Vec<(&'static str, String)>,
    pub(crate) limits: LimitLayer,
    pub(crate) tracks_errors: bool,
    pub(crate) metrics: bool,
    pub(crate) checks: usize,
    pub(crate) has_database: bool,
}

impl Service {
    /// One with which nothing is wrong.
    pub(crate) fn sound() -> Self {
        let room = Scratch::new();
        git(&room, &["init", "-q"]);
        room.file(".gitignore", "/.env\n");
        room.file("Cargo.toml", "[workspace]\n");
        room.file("deny.toml", "");
        room.file(
            ".github/workflows/ci.yml",
            "jobs:\n  scan:\n    steps:\n      - run: cargo deny check\n",
        );
        room.file(
            "web/app.js",
            "fetch('/').catch((fault) => console.error(fault));\n",
        );
        let dotenv = room.file(".env", "");
        set_permissions(dotenv, Permissions::from_mode(0o600)).unwrap();

        let pair = crate::certificates::pair(&room, "localhost", (2030, 6, 1));
        let mut operator = AuditSettings::default();
        operator.tls_ca_path = Some(pair.authority);
        operator.secrets_rotated_at = Some("2029-12-20".parse().unwrap());
        let mut server = ServerSettings::default();
        server.tls_cert_path = Some(pair.certificate);
        server.tls_key_path = Some(pair.key);
        server.metrics_port = Some(0);
        server.admin_port = Some(0);
        Self {
            room,
            profile: Profile::Production,
            vars: vars(),
            erases: true,
            debug: false,
            debug_assertions: false,
            hardening: Hardening::new(),
            unbuilt: None,
            operator,
            server,
            client: ClientSettings::default(),
            log: LogSettings::new().format(LogFormat::Json),
            cors: CorsPolicy::new().origin("https://app.example.com"),
            headers: vec![
                SecurityHeaders::api().build().unwrap(),
                SecurityHeaders::html().build().unwrap(),
            ],
            pages: vec![("/", "<script nonce=\"r4nd0m\">start()</script>".to_owned())],
            limits: Limits::from(&LimitSettings::default()).build().unwrap(),
            tracks_errors: true,
            metrics: true,
            checks: 1,
            has_database: true,
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.room.join(name)
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.vars.iter_mut().find(|(known, _)| *known == name).unwrap().1 = value.to_owned();
    }

    /// The audit, told of all this as a service tells it.
    pub(crate) fn audit(&self) -> Audit {
        let loader = Secrets::loader()
            .profile(self.profile)
            .vars(self.vars.iter().map(|(name, value)| (*name, value.as_str())));
        let loader = if self.erases { loader.erase_env() } else { loader };
        let loaded = loader.load_with_report();
        let of_process = |audit: Audit| {
            audit
                .at(now())
                .debug(self.debug)
                .debug_assertions(self.debug_assertions)
                .hardening(&self.hardening.apply())
                .dotenv(self.path(".env"))
                .checkout(self.room.path())
                .frontend(self.path("web"))
        };
        let report = match &loaded {
            Ok((_, report)) => report,
            Err(refused) => {
                let report = refused.report();
                return of_process(Audit::new(report.profile()).report(report));
            }
        };
        let audit = of_process(Audit::new(report.profile()).report(report))
            .settings(&self.operator)
            .server(&self.server)
            .client(&self.client)
            .log(&self.log)
            .cors(&self.cors);
        let audit = if self.has_database {
            let url = SecretUrl::new("postgres://db.example.com/app").unwrap();
            audit.database(&DatabaseSettings::new(url))
        } else {
            audit.no_database()
        };
        if let Some(reason) = &self.unbuilt {
            return audit.unbuilt(reason);
        }
        let mut settings = MetricsSettings::default();
        settings.enabled = self.metrics;
        let checks = (0..self.checks).map(|n| format!("check{n}"));
        let health = checks.fold(Health::builder().system(false), |health, name| {
            health.critical(name, async || Ok::<_, std::io::Error>(()))
        });
        let audit = audit
            .limits(&self.limits)
            .error_tracking(self.tracks_errors)
            .metrics(&Metrics::new(&settings).unwrap())
            .health(&health.start().unwrap());
        let audit = self.headers.iter().fold(audit, Audit::headers);
        let pages = self.pages.iter();
        pages.fold(audit, |audit, (name, page)| audit.page(*name, page))
    }

    pub(crate) fn review(&self) -> Checklist {
        self.audit().review().unwrap()
    }
}

/// The ids of the items that came out so.
pub(crate) fn having(checklist: &Checklist, outcome: Outcome) -> Vec<&str> {
    checklist.having(outcome).map(|item| item.id()).collect()
}

/// The reason of one item.
pub(crate) fn reason<'c>(checklist: &'c Checklist, id: &str) -> &'c str {
    let item = checklist.items().iter().find(|item| item.id() == id);
    item.unwrap().reason()
}

/// Runs git in the room, as nobody in particular.
pub(crate) fn git(room: &Scratch, arguments: &[&str]) {
    let status = Command::new("git")
        .args(arguments)
        .current_dir(room.path())
        .status();
    assert!(status.expect("git is installed").success(), "{arguments:?}");
}
