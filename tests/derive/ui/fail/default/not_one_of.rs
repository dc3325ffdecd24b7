use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(default = "TRACE", one_of = ["INFO", "WARN"])]
    log_level: String,
}

fn main() {}
