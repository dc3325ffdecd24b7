use secure_config::{SecretString, SecureConfig};

#[derive(SecureConfig)]
struct Settings {
    #[secure(default = "{}")]
    jwt_secret: SecretString,
    #[secure(default = '{')]
    name: String,
    #[secure(default = 1, one_of = ["{}", "{a}"])]
    form: String,
}

fn main() {}
