use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    db_password: String,
}

fn main() {}
