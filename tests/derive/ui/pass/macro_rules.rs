//! A struct may come out of a macro, whole or in pieces.

use secure_config::{SecretString, SecureConfig};

macro_rules! settings {
    ($name:ident { $($(#[$doc:meta])* $field:ident: $type:ty = $default:expr, $range:expr;)* }) => {
        #[derive(SecureConfig)]
        struct $name {
            $($(#[$doc])* #[secure(default = $default, range = $range)] $field: $type,)*
            #[secure(generate_in_dev)]
            jwt_secret: SecretString,
        }
    };
}

settings!(Settings {
    /// Where it listens.
    port: u16 = 8080, 1..=65535;
    workers: u8 = 4, 1..=64;
    ratio: f64 = 0.5, 0..=1;
});

macro_rules! field {
    ($field:ident, $env:literal, $type:ty, $level:literal, [$($word:literal),*], $other:ident) => {
        #[derive(SecureConfig)]
        struct Logging {
            #[secure(env = $env, default = $level, one_of = [$($word),*])]
            $field: $type,
            #[secure(nested)]
            inner: Option<Settings>,
            #[secure(generate_in_dev)]
            $other: SecretString,
            #[secure(differs_from = $other, generate_in_dev)]
            last: SecretString,
        }
    };
}

field!(level, "LOG_LEVEL", String, "INFO", ["INFO", "WARN"], first);

fn main() {
    let development = secure_config::Profile::Development;
    let settings = Settings::loader().vars([("PORT", "9090")]).profile(development).load().unwrap();
    assert_eq!((settings.port, settings.workers, settings.ratio), (9090, 4, 0.5));
    let _ = settings.jwt_secret;
    assert_eq!(Settings::schema().fields()[0].doc(), "Where it listens.");

    let logging = Logging::loader().vars([("LOG_LEVEL", "WARN")]).profile(development).load().unwrap();
    assert_eq!(logging.level, "WARN");
    assert!(logging.inner.is_none());
    assert!(!logging.first.ct_eq(logging.last.expose_secret()));
}
