use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(one_of = ["a", "b"], min_len = 1)]
    mode: String,
}

fn main() {}
