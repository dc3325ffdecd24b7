use secure_config::SecureConfig;

#[derive(serde::Deserialize)]
struct Webhook(String);

#[derive(SecureConfig)]
struct Settings {
    webhook_secret: Webhook,
}

fn main() {}
