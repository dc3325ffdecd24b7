use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Database {
    pool: u16,
}

#[derive(SecureConfig)]
struct Settings {
    #[secure(nested = true)]
    database: Database,
}

fn main() {}
