use secure_config::{SecretString, SecureConfig};

#[derive(SecureConfig)]
struct Settings {
    #[secure(default = "change_me")]
    jwt_secret: Option<SecretString>,
}

fn main() {}
