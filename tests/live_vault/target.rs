//! A small program that loads a secret from a vault, for a parent that scans its memory.
//!
//! The address and the file with the token are its arguments. It prints the name of each phase and then waits for a byte on its standard
//! input.

use std::hint::black_box;
use std::io::{Read, Write};

use secure_config::vault::{Auth, Vault};
use secure_config::{SecretString, SecureConfig};

#[derive(SecureConfig)]
struct Settings {
    jwt_secret: SecretString,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(address), Some(token)) = (arguments.next(), arguments.next()) else {
        return Err("usage: vault-target ADDRESS TOKEN_FILE".into());
    };
    let vault = Vault::builder(address, Auth::token_file(token)).build()?;
    let none: [(&str, &str); 0] = [];
    let settings = Settings::loader()
        .vars(none)
        .vault(vault.kv("secret", "app")?)
        .load()?;
    phase("loaded")?;
    black_box(settings.jwt_secret.expose_secret().len());
    drop(settings);
    drop(vault);
    phase("dropped")
}

fn phase(name: &str) -> Result<(), Box<dyn std::error::Error>> {
    let mut output = std::io::stdout();
    writeln!(output, "{name}")?;
    output.flush()?;
    std::io::stdin().read_exact(&mut [0])?;
    Ok(())
}
