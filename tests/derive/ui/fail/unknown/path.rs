use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(default::text = "x")]
    host: String,
}

fn main() {}
