//! The compiler knows what an alias stands for, so the derive does, too.

use secure_config::describe::Kind;
use secure_config::{SecretBytes, SecretString, SecretUrl, SecureConfig};

type Hidden = SecretString;
type MaybeHidden = Option<Hidden>;
type AllHidden = Vec<SecretString>;
type Address = SecretUrl;
type Key = SecretBytes;
type Port = u16;
type MaybePort = Option<Port>;
type Ports = Vec<Port>;

mod reexported {
    pub use secure_config::SecretString as Password;
}

#[derive(SecureConfig)]
struct Settings {
    #[secure(min_len = 32, reject = "x")]
    jwt_secret: Hidden,
    admin_password: MaybeHidden,
    api_keys: AllHidden,
    sentry_dsn: Option<Address>,
    #[secure(encoding = "hex", len = 32)]
    signing_key: Option<Key>,
    db_password: Option<reexported::Password>,
    #[secure(default = 8080, range = 1..=65535)]
    port: Port,
    #[secure(range = 1..=9)]
    maybe: MaybePort,
    #[secure(delimiter = ' ')]
    ports: Ports,
}

fn main() {
    let secret = "u9yY0sQ3pVb1nLh0r7mC4wXzQk2dTe8JfGa5iRoUvM4=";
    let other = "Zp4x8Kc2mWq7Rt9bNv3sLd6hYf1gJe5uQaXoIwEiPzM=";
    let settings = Settings::loader()
        .vars([("JWT_SECRET", secret), ("API_KEYS", other), ("PORTS", "1 2  3")])
        .load()
        .unwrap();
    assert!(settings.jwt_secret.ct_eq(secret));
    assert_eq!(settings.ports, [1, 2, 3]);
    assert_eq!(settings.port, 8080);
    assert!(settings.admin_password.is_none() && settings.sentry_dsn.is_none());
    assert!(settings.signing_key.is_none() && settings.db_password.is_none() && settings.maybe.is_none());
    assert!(settings.api_keys[0].ct_eq(other));

    let fields = Settings::schema().fields();
    assert!(fields[..6].iter().all(|field| matches!(field.shape().kind, Kind::Secret(_))));
    assert!(fields[1].shape().optional && fields[2].shape().list && !fields[1].is_required());
}
