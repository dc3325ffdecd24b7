//! The code of the derive gives no lint of the compiler a reason to speak, not even those that are off by default.
#![deny(warnings, missing_docs, unsafe_code)]
#![deny(
    ambiguous_negative_literals,
    deprecated_in_future,
    elided_lifetimes_in_paths,
    explicit_outlives_requirements,
    ffi_unwind_calls,
    future_incompatible,
    keyword_idents,
    let_underscore_drop,
    macro_use_extern_crate,
    meta_variable_misuse,
    missing_copy_implementations,
    missing_debug_implementations,
    non_ascii_idents,
    nonstandard_style,
    redundant_imports,
    redundant_lifetimes,
    rust_2018_idioms,
    rust_2021_compatibility,
    rust_2024_compatibility,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unnameable_types,
    unreachable_pub,
    unused,
    unused_extern_crates,
    unused_import_braces,
    unused_lifetimes,
    unused_qualifications,
    unused_results,
    variant_size_differences
)]

use secure_config::{Check, SecretBytes, SecretString, SecretUrl, SecureConfig};

/// The database.
#[derive(Debug, SecureConfig)]
pub struct Database {
    /// Where it is.
    pub url: Option<SecretUrl>,
    /// How many connections.
    #[secure(default = 50, range = 1..=1000)]
    pub max_pool_size: u32,
}

/// The least.
const LEAST: u8 = 1;

/// How it answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Deserialize)]
pub enum Mode {
    /// At once.
    #[default]
    Fast,
    /// Some day.
    Slow,
}

/// The settings.
#[derive(Debug, SecureConfig)]
#[secure(check = |this: &Settings, check: &mut Check<'_>| if this.offset == 0 { check.refuse("offset", "is nothing") })]
#[secure(check = is_fast(mode, parsed))]
pub struct Settings {
    /// Signs.
    #[secure(min_len = 32, reject = "change_this_secret", generate_in_dev)]
    pub jwt_secret: SecretString,
    /// Encrypts.
    #[secure(encoding = "base64", len = 32, differs_from = jwt_secret)]
    pub key: Option<SecretBytes>,
    /// Where it listens.
    #[secure(default = 8080, range = 1..=65535)]
    pub port: u16,
    /// Below zero.
    #[secure(default = -5, range = -10..=LEAST)]
    pub offset: i8,
    /// A fraction.
    #[secure(default = 0.5, range = 0..=1.0)]
    pub ratio: f32,
    /// What it says.
    #[secure(default = "INFO", one_of = ["INFO", "WARN"])]
    pub log_level: String,
    /// Whether it shows too much.
    #[secure(default = false, in_production = false)]
    pub debug: bool,
    /// How it answers.
    #[secure(default, in_production = Mode::Fast, validate = |_: &Mode| Ok(()))]
    pub mode: Mode,
    /// By a parser.
    #[secure(default = 3, parse = |text: &str| text.parse::<u64>())]
    pub parsed: u64,
    /// Where it stores.
    #[secure(nested)]
    pub database: Database,
    /// Where it reads.
    #[secure(nested)]
    pub replica: Option<Database>,
}

fn is_fast(mode: &Mode, parsed: &u64, check: &mut Check<'_>) {
    if *mode == Mode::Slow && *parsed == 0 {
        check.refuse("mode", "is slow");
    }
}

fn main() {
    let settings = Settings::loader().vars([("APP_ENV", "dev")]).load().unwrap();
    assert_eq!(settings.offset, -5);
}
