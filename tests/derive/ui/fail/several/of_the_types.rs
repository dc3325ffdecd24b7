use secure_config::{SecretString, SecureConfig};

#[derive(SecureConfig)]
struct Settings {
    #[secure(default = "change_me")]
    jwt_secret: SecretString,
    db_password: String,
    #[secure(default = 300)]
    workers: u8,
    #[secure(min_len = 4)]
    port: u16,
}

fn main() {}
