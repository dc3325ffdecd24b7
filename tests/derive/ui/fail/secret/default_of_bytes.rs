use secure_config::{SecretBytes, SecureConfig};

#[derive(SecureConfig)]
struct Settings {
    #[secure(default = "00")]
    signing_key: SecretBytes,
}

fn main() {}
