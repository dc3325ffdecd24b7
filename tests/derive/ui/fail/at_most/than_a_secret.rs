use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(at_most = most)]
    least: String,
    most: secure_config::SecretString,
}

fn main() {}
