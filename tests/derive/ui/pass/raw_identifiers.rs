//! `r#type` reads `TYPE`.
#![allow(non_camel_case_types)]

use secure_config::{SecretString, SecureConfig};

#[derive(SecureConfig)]
struct r#struct {
    r#type: String,
    #[secure(default = 3, range = 1..=5)]
    r#match: u8,
    #[secure(kind = "password", generate_in_dev)]
    r#loop: SecretString,
    #[secure(kind = "password", differs_from = r#loop, generate_in_dev)]
    r#while: SecretString,
    #[secure(nested)]
    r#impl: Inner,
}

#[derive(SecureConfig)]
struct Inner {
    #[secure(min_len = 1)]
    r#fn: String,
}

fn main() {
    let vars = [("TYPE", "t"), ("IMPL_FN", "f"), ("APP_ENV", "dev")];
    let settings = r#struct::loader().vars(vars).load().unwrap();
    assert_eq!((settings.r#type.as_str(), settings.r#match), ("t", 3));
    assert_eq!(settings.r#impl.r#fn, "f");
    assert!(!settings.r#loop.ct_eq(settings.r#while.expose_secret()));
    assert_eq!(r#struct::schema().fields()[0].ident(), "type");
}
