use secure_config::{SecretString, SecureConfig};

#[derive(SecureConfig)]
struct Settings {
    #[secure(default = "change_me")]
    jwt_secret: SecretString,
    #[secure(defualt = 8080)]
    port: u16,
}

fn main() {}
