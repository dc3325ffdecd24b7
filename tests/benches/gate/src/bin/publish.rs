//! Makes the line of a published default: `printf %s VALUE | publish WHERE IT STANDS`.
//!
//! The hash is the one of `secure-config/src/gate/published`, whose tests pin it.

use std::{
    env,
    error::Error,
    io::{Read, stdin},
};

fn main() -> Result<(), Box<dyn Error>> {
    let source: Vec<String> = env::args().skip(1).collect();
    if source.is_empty() {
        return Err("usage: printf %s VALUE | publish WHERE IT STANDS".into());
    }
    let mut value = Vec::new();
    stdin().read_to_end(&mut value)?;
    let hash = hash(&value).ok_or("a value without letters and digits cannot be listed")?;
    println!("{hash:016x} {}", source.join(" "));
    Ok(())
}

/// FNV-1a over the letters and digits in lower case, and a final mix.
fn hash(value: &[u8]) -> Option<u64> {
    let mut folded = value.iter().filter(|byte| byte.is_ascii_alphanumeric()).map(u8::to_ascii_lowercase).peekable();
    folded.peek()?;
    let mut hash = folded.fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    hash = (hash ^ (hash >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    Some(hash ^ (hash >> 32))
}
