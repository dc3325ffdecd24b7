use secure_config::SecureConfig;
use serde_json::Value;

#[derive(SecureConfig)]
struct Settings {
    extra: Value,
    maybe: Option<serde_json::Value>,
    list: Vec<Value>,
}

fn main() {}
