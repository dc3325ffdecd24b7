use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(defualt = 8080)]
    port: u16,
}

#[derive(SecureConfig)]
struct Database {
    #[secure(renage = 1..=2)]
    pool: u16,
}

fn main() {}
