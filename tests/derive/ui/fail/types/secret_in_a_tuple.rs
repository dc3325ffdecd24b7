use secure_config::{SecretString, SecureConfig};

#[derive(SecureConfig)]
struct Settings {
    login: (String, SecretString),
    logins: Vec<(SecretString,)>,
    grid: [[u8; 2]; 2],
    sets: std::collections::HashSet<Vec<u8>>,
}

fn main() {}
