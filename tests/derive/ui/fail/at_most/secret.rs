use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(at_most = most)]
    least: secure_config::SecretString,
    most: secure_config::SecretString,
}

fn main() {}
