//! The code of the derive finds everything by its full path.
#![no_implicit_prelude]
#![allow(dead_code)]

use ::secure_config::{SecretBytes, SecretString, SecretUrl, SecureConfig};

struct Option;
struct Some;
struct None;
struct Result;
struct Ok;
struct Err;
struct Default;
struct Vec;
struct String;
mod core {}
mod std {}

#[derive(::core::fmt::Debug, SecureConfig)]
struct Database {
    url: ::std::option::Option<SecretUrl>,
    #[secure(default = 50, range = 1..=1000)]
    max_pool_size: u32,
}

#[derive(SecureConfig)]
#[secure(prefix = "APP_")]
struct Settings {
    #[secure(min_len = 32, reject = ["change_this_secret"], generate_in_dev)]
    jwt_secret: SecretString,
    #[secure(encoding = "hex", len = 32, differs_from = jwt_secret)]
    signing_key: ::std::option::Option<SecretBytes>,
    #[secure(default = "INFO", one_of = ["INFO", "WARN"])]
    log_level: ::std::string::String,
    #[secure(default, in_production = false, validate = check)]
    debug: bool,
    #[secure(delimiter = ';')]
    hosts: ::std::option::Option<::std::vec::Vec<::std::string::String>>,
    #[secure(default = 1.5, parse = parse)]
    ratio: f64,
    #[secure(nested)]
    database: Database,
    #[secure(nested, prefix = "REPLICA_")]
    replica: ::std::option::Option<Database>,
}

fn check(_: &bool) -> ::std::result::Result<(), &'static str> {
    ::std::result::Result::Ok(())
}

fn parse(text: &str) -> ::std::result::Result<f64, ::std::num::ParseFloatError> {
    <f64 as ::std::str::FromStr>::from_str(text)
}

fn main() {
    let vars = [("APP_DEBUG", "off"), ("APP_HOSTS", "a;b"), ("APP_ENV", "dev")];
    let settings = Settings::loader().vars(vars).load().unwrap();
    ::std::assert!(!settings.debug);
    ::std::assert_eq!(settings.hosts.unwrap().len(), 2);
    ::std::assert!(settings.replica.is_none());
}
