use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(one_of = [])]
    mode: String,
}

fn main() {}
