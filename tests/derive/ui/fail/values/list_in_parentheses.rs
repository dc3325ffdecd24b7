use secure_config::SecureConfig;

#[derive(SecureConfig)]
#[secure(prefix("APP_"))]
struct Settings {
    #[secure(one_of("json", "text"))]
    format: String,
    #[secure(env("PORT", "OLD_PORT"))]
    port: u16,
    #[secure(validate())]
    host: String,
}

fn main() {}
