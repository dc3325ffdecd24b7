use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(range = "a"..="b")]
    workers: u16,
}

fn main() {}
