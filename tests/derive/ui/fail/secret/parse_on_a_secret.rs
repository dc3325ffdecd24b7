use secure_config::{SecretString, SecureConfig};

fn parse(text: &str) -> Result<SecretString, String> {
    Ok(SecretString::new(text))
}

#[derive(SecureConfig)]
struct Settings {
    #[secure(parse = parse)]
    jwt_secret: SecretString,
}

fn main() {}
