use secure_config::SecureConfig;

type Text = String;

#[derive(SecureConfig)]
struct Settings {
    session_secret: Text,
}

fn main() {}
