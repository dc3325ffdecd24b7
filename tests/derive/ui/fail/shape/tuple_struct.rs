use secure_config::SecureConfig;

#[derive(SecureConfig)]
struct Settings(u16);

fn main() {}
