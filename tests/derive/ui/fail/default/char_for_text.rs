use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(default = 'x')]
    host: String,
}

fn main() {}
