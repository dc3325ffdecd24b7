use secure_config::{SecretString, SecureConfig};

#[derive(SecureConfig)]
#[secure(prefx = "APP_")]
struct Settings {
    #[secure(defualt = "x", min_len = "32")]
    jwt_secret: SecretString,
    #[secure(range = 10..=1)]
    workers: u16,
    #[secure(nested, default)]
    database: Database,
    port: u16 = 1,
}

#[derive(SecureConfig)]
struct Database {
    pool: u16,
}

fn main() {}
