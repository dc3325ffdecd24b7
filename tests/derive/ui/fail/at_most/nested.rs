use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(at_most = pool)]
    least: u32,
    #[secure(nested)]
    pool: Pool,
}

#[derive(SecureConfig)]
struct Pool {
    most: u32,
}

fn main() {}
