use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Database {
    pool: u16,
}

#[derive(SecureConfig)]
struct Settings {
    #[secure(nested, prefix = "db.")]
    database: Database,
}

fn main() {}
