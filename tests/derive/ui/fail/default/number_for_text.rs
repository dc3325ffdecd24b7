use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(default = 1)]
    host: String,
}

fn main() {}
