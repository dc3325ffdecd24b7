use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(one_of = ["a", "b", "a"])]
    mode: String,
}

fn main() {}
