use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(one_of = [FAST, SLOW])]
    mode: String,
}

fn main() {}
