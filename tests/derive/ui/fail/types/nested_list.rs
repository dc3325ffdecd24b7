use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Database {
    pool: u16,
}

#[derive(SecureConfig)]
struct Settings {
    #[secure(nested)]
    databases: Vec<Database>,
}

fn main() {}
