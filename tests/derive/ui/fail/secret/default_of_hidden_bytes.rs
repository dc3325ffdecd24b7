use secure_config::SecureConfig;

type Key = secure_config::SecretBytes;

#[derive(SecureConfig)]
struct Settings {
    #[secure(default)]
    signing_key: Key,
}

fn main() {}
