use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(max_len = 2)]
    debug: bool,
}

fn main() {}
