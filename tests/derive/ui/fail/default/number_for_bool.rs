use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(default = 1)]
    debug: bool,
}

fn main() {}
