use secure_config::{SecretString, SecureConfig};

#[derive(SecureConfig)]
struct Settings {
    #[secure(default = "a,b")]
    jwt_secrets: Vec<SecretString>,
}

fn main() {}
