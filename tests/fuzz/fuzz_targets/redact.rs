//! No text makes `redact` panic or change what is no secret, and none gets a secret past it.
//!
//! `cargo +nightly fuzz run --fuzz-dir tests/fuzz redact`
#![no_main]

use secure_config::{SecretBytes, redact};

libfuzzer_sys::fuzz_target!(|input: (&[u8], &str, &str)| {
    let (secret, before, after) = input;
    let held = SecretBytes::new(secret);
    let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    let percent: String = secret.iter().map(|byte| format!("%{byte:02X}")).collect();
    let mut forms = vec![hex, percent];
    if let Ok(text) = std::str::from_utf8(secret) {
        forms.extend([text.to_owned(), text.escape_debug().to_string(), text.escape_unicode().to_string()]);
    }
    for form in forms {
        let text = [before, &form, after].concat();
        let output = redact(&text);
        if secret.len() < 8 {
            assert_eq!(output, text);
        } else {
            assert!(output.contains("[REDACTED]"), "{form:?} in {text:?}");
            // With letters of the mask, a secret can come about where text and mask meet.
            let is_made_of_mask = form.bytes().any(|byte| b"[REDACTED]".contains(&byte));
            assert!(is_made_of_mask || !output.contains(&form), "{form:?} in {output:?}");
        }
    }
    drop(held);
    assert_eq!(redact(before), before);
});
