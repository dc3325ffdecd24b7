use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    #[secure("PORT")]
    port: u16,
}

fn main() {}
