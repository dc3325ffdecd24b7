use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(in_production = "no")]
    debug: bool,
}

fn main() {}
