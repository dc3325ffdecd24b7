use secure_config::SecureConfig;

#[derive(SecureConfig)]
enum Level {
    Low,
    High,
}

fn main() {}
