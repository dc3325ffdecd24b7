use secure_config::{SecretString, SecureConfig};

#[derive(SecureConfig)]
struct Settings {
    #[secure(one_of = ["first", "second"])]
    jwt_secret: SecretString,
}

fn main() {}
