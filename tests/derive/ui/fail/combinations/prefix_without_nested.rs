use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(prefix = "DB_")]
    port: u16,
}

fn main() {}
