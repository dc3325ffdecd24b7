use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure(restart)]
    port: u16,
    #[secure(need_restart)]
    host: String,
}

fn main() {}
