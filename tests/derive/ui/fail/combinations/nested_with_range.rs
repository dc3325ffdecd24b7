use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Database {
    pool: u16,
}

#[derive(SecureConfig)]
struct Settings {
    #[secure(nested, range = 1..=2)]
    database: Database,
}

fn main() {}
