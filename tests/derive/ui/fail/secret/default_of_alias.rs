use secure_config::SecureConfig;

type Hidden = secure_config::SecretString;

#[derive(SecureConfig)]
struct Settings {
    #[secure(default = "change_me")]
    signature: Hidden,
}

fn main() {}
