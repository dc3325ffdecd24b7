use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(reject = "localhost")]
    host: String,
}

fn main() {}
