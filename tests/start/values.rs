//! Settings of every kind, sound and broken.

use std::path::PathBuf;

use rcgen::{CertificateParams, KeyPair};
use secure_config::Profile;
use tests::Scratch;

/// Some variables, and which of them are refused.
#[derive(Debug)]
pub(crate) struct Choice {
    pub(crate) vars: Vec<(&'static str, String)>,
    broken: Vec<&'static str>,
    /// Whether it is broken in staging and production alone.
    is_local: bool,
}

impl Choice {
    pub(crate) fn broken(&self, profile: Profile) -> Vec<&'static str> {
        if self.is_local && !profile.is_deployed() {
            return Vec::new();
        }
        self.broken.clone()
    }

    fn of(vars: &[(&'static str, &str)], broken: &[&'static str]) -> Self {
        Self {
            vars: vars
                .iter()
                .map(|(name, value)| (*name, (*value).to_owned()))
                .collect(),
            broken: broken.to_vec(),
            is_local: false,
        }
    }
}

/// Files that settings name.
pub(crate) struct Files {
    _scratch: Scratch,
    cert: PathBuf,
    key: PathBuf,
    other_key: PathBuf,
    wildcard: PathBuf,
    wildcard_key: PathBuf,
    text: PathBuf,
    open_dir: PathBuf,
    dir: PathBuf,
}

impl Files {
    pub(crate) fn new() -> Self {
        use std::fs::{self, Permissions};
        use std::os::unix::fs::PermissionsExt;
        let scratch = Scratch::new();
        let pair = |cert: &str, key: &str, names: &[&str]| {
            let made = KeyPair::generate().unwrap();
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            let certificate = CertificateParams::new(names).unwrap().self_signed(&made).unwrap();
            (
                scratch.file(cert, certificate.pem()),
                scratch.file(key, made.serialize_pem()),
            )
        };
        let (cert, key) = pair("cert.pem", "key.pem", &["www.example.com"]);
        let (_, other_key) = pair("other.pem", "other-key.pem", &["www.example.com"]);
        let (wildcard, wildcard_key) = pair("wildcard.pem", "wildcard-key.pem", &["*.example.com"]);
        let text = scratch.file("text", "not PEM\n");
        let folder = |name: &str, mode| {
            let path = scratch.path().join(name);
            fs::create_dir(&path).unwrap();
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            path
        };
        let (dir, open_dir) = (folder("dir", 0o700), folder("open", 0o777));
        Self {
            _scratch: scratch,
            cert,
            key,
            other_key,
            wildcard,
            wildcard_key,
            text,
            open_dir,
            dir,
        }
    }
}

/// Choices in groups that do not depend on each other: of each group one at most is set.
pub(crate) fn all(files: &Files) -> Vec<Vec<Choice>> {
    let mut groups = Vec::new();
    // One variable each: what is fine, and what is not.
    for (name, sound, broken) in SINGLE {
        let sound = sound.iter().map(|value| Choice::of(&[(name, value)], &[]));
        let broken = broken.iter().map(|value| Choice::of(&[(name, value)], &[name]));
        groups.push(sound.chain(broken).collect());
    }
    // Several that depend on each other.
    for group in TOGETHER {
        groups.push(
            group
                .iter()
                .map(|(vars, broken)| Choice::of(vars, broken))
                .collect(),
        );
    }
    let mut local = Choice::of(&[("CORS_ORIGINS", "http://localhost:3000")], &["CORS_ORIGINS"]);
    local.is_local = true;
    let mut cors: Vec<_> = CORS
        .iter()
        .map(|(vars, broken)| Choice::of(vars, broken))
        .collect();
    cors.push(local);
    groups.push(cors);
    groups.push(tls(files));
    let path = |path: &PathBuf| path.to_str().unwrap().to_owned();
    groups.push(vec![
        Choice::of(&[("MAINTENANCE_DIR", &path(&files.dir))], &[]),
        Choice::of(&[("MAINTENANCE_DIR", &path(&files.text))], &["MAINTENANCE_DIR"]),
        Choice::of(
            &[("MAINTENANCE_DIR", &path(&files.open_dir))],
            &["MAINTENANCE_DIR"],
        ),
        Choice::of(
            &[("MAINTENANCE_DIR", &(path(&files.dir) + "/none"))],
            &["MAINTENANCE_DIR"],
        ),
    ]);
    groups
}

fn tls(files: &Files) -> Vec<Choice> {
    let [cert, key, other_key, wildcard, wildcard_key, text] = [
        &files.cert,
        &files.key,
        &files.other_key,
        &files.wildcard,
        &files.wildcard_key,
        &files.text,
    ]
    .map(|path| path.to_str().unwrap());
    let pair = |cert, key| [("TLS_CERT_PATH", cert), ("TLS_KEY_PATH", key)];
    let redirected = |cert, key, more: &[(&'static str, &'static str)], broken: &[&'static str]| {
        let vars: Vec<_> = pair(cert, key)
            .into_iter()
            .chain([("REDIRECT_PORT", "0")])
            .chain(more.iter().copied())
            .collect();
        Choice::of(&vars, broken)
    };
    let missing = format!("{cert}.none");
    let folder = files.dir.to_str().unwrap();
    vec![
        Choice::of(&pair(cert, key), &[]),
        Choice::of(&[("TLS_CERT_PATH", cert)], &["TLS_KEY_PATH"]),
        Choice::of(&[("TLS_KEY_PATH", key)], &["TLS_CERT_PATH"]),
        Choice::of(&pair(cert, other_key), &["TLS_KEY_PATH"]),
        Choice::of(&pair(cert, text), &["TLS_KEY_PATH"]),
        Choice::of(&pair(cert, cert), &["TLS_KEY_PATH"]),
        Choice::of(&pair(cert, &missing), &["TLS_KEY_PATH"]),
        Choice::of(&pair(cert, folder), &["TLS_KEY_PATH"]),
        Choice::of(&pair(text, key), &["TLS_CERT_PATH"]),
        Choice::of(&pair(key, key), &["TLS_CERT_PATH"]),
        Choice::of(&pair(&missing, key), &["TLS_CERT_PATH"]),
        Choice::of(&pair("/dev/null", key), &["TLS_CERT_PATH"]),
        Choice::of(&[("REDIRECT_PORT", "0")], &["REDIRECT_PORT"]),
        redirected(cert, key, &[], &[]),
        redirected(
            cert,
            key,
            &[("REDIRECT_HOST", "https://www.example.com")],
            &["REDIRECT_HOST"],
        ),
        redirected(
            cert,
            key,
            &[("REDIRECT_HOST", "www.example.com:99999")],
            &["REDIRECT_HOST"],
        ),
        redirected(wildcard, wildcard_key, &[], &["REDIRECT_HOST"]),
        redirected(
            wildcard,
            wildcard_key,
            &[("REDIRECT_HOST", "www.example.com:8443")],
            &[],
        ),
    ]
}

type Vars = &'static [(&'static str, &'static str)];

/// A variable, values that are fine, and values that are not.
const SINGLE: &[(&str, &[&str], &[&str])] = &[
    ("LOG_LEVEL", &["debug", "off"], &["inof", "3.5"]),
    ("RUST_LOG", &["warn,hyper=debug"], &["hyper=loud", "=,="]),
    (
        "TRUSTED_PROXIES",
        &["none", "2", "10.0.0.0/8, fd00::/8"],
        &["10.0.0.7/8", "the balancer"],
    ),
    (
        "PROXY_PROTOCOL_NETWORKS",
        &["none", "10.0.0.0/8"],
        &["10.0.0.0/33"],
    ),
    ("PROXY_PROTOCOL_TIMEOUT", &["1s"], &["0s", "25h"]),
    ("HEADER_TIMEOUT", &["24h"], &["0s", "soon"]),
    ("KEEP_ALIVE_TIMEOUT", &["5s"], &["0s"]),
    ("TLS_RELOAD_INTERVAL", &["0s", "1h"], &["25h"]),
    ("UNIX_SOCKET_MODE", &["0600", "0o660"], &["4777", "rw"]),
    ("MAX_CONNECTIONS", &["1"], &["0", "-1"]),
    ("RESERVED_CONNECTIONS", &["1", "4096"], &["0", "4097"]),
    ("MAX_HEADER_SIZE", &["1024"], &["1023", "1048577"]),
    ("MAX_HEADERS", &["1"], &["0", "4097"]),
    ("HTTP2_MAX_STREAMS", &["1"], &["0"]),
    ("HTTP2_STREAM_WINDOW", &["65535"], &["65534", "2147483648"]),
    ("REQUEST_TIMEOUT", &["1s"], &["0s"]),
    ("HEALTH_PERIOD", &["1s"], &["0s", "25h"]),
    (
        "HEALTH_TOKEN",
        &["b0Jq1xUq9n0rT3mVw8cYp2Zs5LhKdEfGaNiRtOuXvQ4="],
        &["changeme"],
    ),
    ("METRICS_PREFIX", &["shop"], &["my-shop", "shop_"]),
    ("METRICS_BUCKETS", &["0.1, 1"], &["1, 0.1"]),
    ("METRICS_MAX_SERIES", &["1"], &["0", "100001"]),
    ("LIMIT_CLIENT", &["100 per minute"], &["a lot", "0/s"]),
    ("LIMIT_MAX_KEYS", &["16"], &["15"]),
    ("MAINTENANCE_RETRY_AFTER", &["1s", "30d"], &["0s", "31d"]),
    ("MAINTENANCE_INTERVAL", &["100ms"], &["99ms"]),
    (
        "MAINTENANCE_ALLOW_PATHS",
        &["/status, /assets/{*file}"],
        &["status", "/a/{x}, /a/{y}", "/{"],
    ),
    ("MAINTENANCE_ALLOW_NETWORKS", &["10.0.0.0/8"], &["the office"]),
    ("RELOAD_PERIOD", &["0s", "1m"], &["1ms"]),
    (
        "SENTRY_DSN",
        &["https://3f9a1c0e5b7d4826a0e1f2c3d4b5a697@sentry.invalid/1"],
        &[
            "https://sentry.invalid/1",
            "ftp://3f9a1c0e5b7d4826a0e1f2c3d4b5a697@sentry.invalid/1",
            "https://3f9a1c0e5b7d4826a0e1f2c3d4b5a697@sentry.invalid",
        ],
    ),
    ("SENTRY_TRACES_SAMPLE_RATE", &["0", "1"], &["1.5", "NaN"]),
    ("SENTRY_ENVIRONMENT", &["eu-west"], &["eu west", "eu/west"]),
    ("SENTRY_RELEASE", &["shop@1.2.3"], &["shop/1"]),
    ("TLS_TERMINATED_BY", &["proxy"], &["cloud"]),
];

/// Variables that depend on each other, and which of them are refused.
const TOGETHER: &[&[(Vars, &[&str])]] = &[
    &[
        (
            &[("HSTS_PRELOAD", "true"), ("HSTS_INCLUDE_SUBDOMAINS", "true")],
            &[],
        ),
        (&[("HSTS_MAX_AGE", "0s")], &[]),
        (&[("HSTS_PRELOAD", "true")], &["HSTS_PRELOAD"]),
        (
            &[
                ("HSTS_PRELOAD", "true"),
                ("HSTS_INCLUDE_SUBDOMAINS", "true"),
                ("HSTS_MAX_AGE", "1d"),
            ],
            &["HSTS_PRELOAD"],
        ),
    ],
    &[
        (&[("DRAIN_DELAY", "1s"), ("DRAIN_TIMEOUT", "1s")], &[]),
        (&[("DRAIN_DELAY", "26s")], &["DRAIN_DELAY"]),
        (&[("DRAIN_TIMEOUT", "0s")], &["DRAIN_TIMEOUT"]),
    ],
    &[
        (&[("ADMIN_PORT", "0"), ("METRICS_PORT", "0")], &[]),
        (
            &[
                ("ADMIN_PORT", "0"),
                ("ADMIN_ADDR", "0.0.0.0"),
                ("ADMIN_EXPOSED", "true"),
            ],
            &[],
        ),
        (&[("ADMIN_ADDR", "0.0.0.0")], &["ADMIN_ADDR"]),
        (
            &[("ADMIN_PORT", "0"), ("ADMIN_ADDR", "localhost")],
            &["ADMIN_ADDR"],
        ),
        (&[("ADMIN_PORT", "1"), ("METRICS_PORT", "1")], &["ADMIN_PORT"]),
        (
            &[("ADMIN_ADDR", "unix:/run/x"), ("METRICS_ADDR", "unix:/run/x")],
            &["ADMIN_ADDR"],
        ),
        (&[("ADMIN_PORT", "65536")], &["ADMIN_PORT"]),
    ],
    &[
        (
            &[(
                "DATABASE_URL",
                "postgres://app:x9Qm2vTz81LcRw4H@db.invalid/app?sslmode=require",
            )],
            &[],
        ),
        (
            &[
                ("DATABASE_URL", "sqlite::memory:"),
                ("DATABASE_MIN_POOL_SIZE", "0"),
            ],
            &[],
        ),
        (&[("DATABASE_URL", "mysql://db.invalid/app")], &["DATABASE_URL"]),
        (
            &[(
                "DATABASE_URL",
                "postgres://db.invalid/app?channel_binding=require",
            )],
            &["DATABASE_URL"],
        ),
        (
            &[("DATABASE_URL", "postgres://db.invalid/app?sslmode=sometimes")],
            &["DATABASE_URL"],
        ),
        (
            &[(
                "DATABASE_URL",
                "postgres://app:x9Qm2vTz81LcRw4H%FF@db.invalid/app",
            )],
            &["DATABASE_URL"],
        ),
        (
            &[("DATABASE_URL", "sqlite://app.db?mode=sometimes")],
            &["DATABASE_URL"],
        ),
        (
            &[
                ("DATABASE_URL", "sqlite::memory:"),
                ("DATABASE_MAX_POOL_SIZE", "5"),
            ],
            &["DATABASE_MIN_POOL_SIZE"],
        ),
        (
            &[
                ("DATABASE_URL", "sqlite::memory:"),
                ("DATABASE_CONNECT_TIMEOUT", "0s"),
            ],
            &["DATABASE_CONNECT_TIMEOUT"],
        ),
    ],
    &[
        (
            &[
                ("VALKEY_URL", "redis://app:x9Qm2vTz81LcRw4H@127.0.0.1:1/0"),
                KEY_SECRET,
                ("VALKEY_ON_OUTAGE", "open"),
            ],
            &[],
        ),
        (
            &[
                ("VALKEY_URL", "http://127.0.0.1:1"),
                KEY_SECRET,
                ("VALKEY_ON_OUTAGE", "open"),
            ],
            &["VALKEY_URL"],
        ),
        (
            &[
                ("VALKEY_URL", "redis://127.0.0.1:1/first"),
                KEY_SECRET,
                ("VALKEY_ON_OUTAGE", "open"),
            ],
            &["VALKEY_URL"],
        ),
        (
            &[
                ("VALKEY_URL", "redis://127.0.0.1:1"),
                KEY_SECRET,
                ("VALKEY_ON_OUTAGE", "open"),
                ("VALKEY_PREFIX", "a b"),
            ],
            &["VALKEY_PREFIX"],
        ),
        (
            &[("VALKEY_URL", "redis://127.0.0.1:1"), KEY_SECRET],
            &["VALKEY_ON_OUTAGE"],
        ),
    ],
    &[
        (
            &[
                ("SECURITY_TXT_CONTACT", "mailto:security@example.com"),
                ("SECURITY_TXT_EXPIRES", "9999-12-31T00:00:00Z"),
            ],
            &[],
        ),
        // A warning: it is not served.
        (
            &[
                ("SECURITY_TXT_CONTACT", "mailto:security@example.com"),
                ("SECURITY_TXT_EXPIRES", "2020-01-01T00:00:00Z"),
            ],
            &[],
        ),
        (
            &[("SECURITY_TXT_CONTACT", "mailto:security@example.com")],
            &["SECURITY_TXT_EXPIRES"],
        ),
        (
            &[("SECURITY_TXT_EXPIRES", "9999-12-31T00:00:00Z")],
            &["SECURITY_TXT_CONTACT"],
        ),
        (
            &[
                ("SECURITY_TXT_CONTACT", "security@example"),
                ("SECURITY_TXT_EXPIRES", "9999-12-31T00:00:00Z"),
            ],
            &["SECURITY_TXT_CONTACT"],
        ),
        (&[("SECURITY_TXT_EXPIRES", "tomorrow")], &["SECURITY_TXT_EXPIRES"]),
    ],
];

const CORS: &[(Vars, &[&str])] = &[
    (
        &[
            ("CORS_ORIGINS", "https://app.example.com"),
            ("CORS_CREDENTIALS", "true"),
        ],
        &[],
    ),
    (&[("CORS_ORIGINS", "*"), ("CORS_HEADERS", "*")], &[]),
    (&[("CORS_ORIGINS", "https://app.example.com/")], &["CORS_ORIGINS"]),
    (&[("CORS_ORIGINS", "ftp://app.example.com")], &["CORS_ORIGINS"]),
    (&[("CORS_ORIGINS", "http://app.example.com")], &["CORS_ORIGINS"]),
    (
        &[("CORS_ORIGINS", "*"), ("CORS_CREDENTIALS", "true")],
        &["CORS_ORIGINS"],
    ),
    (&[("CORS_CREDENTIALS", "true")], &["CORS_CREDENTIALS"]),
    (
        &[("CORS_METHODS", "get, TRACE"), ("CORS_MAX_AGE", "25h")],
        &["CORS_METHODS", "CORS_MAX_AGE"],
    ),
    (
        &[("CORS_HEADERS", "cookie"), ("CORS_EXPOSE_HEADERS", "x y")],
        &["CORS_HEADERS", "CORS_EXPOSE_HEADERS"],
    ),
];

const KEY_SECRET: (&str, &str) = (
    "VALKEY_KEY_SECRET",
    "4vYpN0cDM5sCbOnqI0SwZ9kIlqyrmLpDxcZSgXjKT4Q=",
);
