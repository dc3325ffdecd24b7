use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings {
    github_token: Option<String>,
}

fn main() {}
