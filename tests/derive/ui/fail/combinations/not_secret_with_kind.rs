use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(not_secret, kind = "key")]
    partition_key: String,
}

fn main() {}
