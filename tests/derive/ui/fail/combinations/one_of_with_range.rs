use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(one_of = [1, 2], range = 1..=2)]
    workers: u16,
}

fn main() {}
