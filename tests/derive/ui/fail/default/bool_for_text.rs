use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(default = false)]
    host: String,
}

fn main() {}
