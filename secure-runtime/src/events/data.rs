//! Events of data: read, changed, uploaded, encrypted.

use super::{Context, Event, emit::security};

/// Sensitive data was created.
pub fn sensitive_create(context: &Context<'_>, object: &str) {
    security!(SensitiveCreate, context, "sensitive data was created", text object = object);
}

/// Sensitive data was read.
pub fn sensitive_read(context: &Context<'_>, object: &str) {
    security!(SensitiveRead, context, "sensitive data was read", text object = object);
}

/// Sensitive data was changed.
pub fn sensitive_update(context: &Context<'_>, object: &str) {
    security!(SensitiveUpdate, context, "sensitive data was changed", text object = object);
}

/// Sensitive data was deleted.
pub fn sensitive_delete(context: &Context<'_>, object: &str) {
    security!(SensitiveDelete, context, "sensitive data was deleted", text object = object);
}

/// Something could not be decrypted.
pub fn crypt_decrypt_fail(context: &Context<'_>) {
    security!(CryptDecryptFail, context, "decryption failed");
}

/// Something could not be encrypted.
pub fn crypt_encrypt_fail(context: &Context<'_>) {
    security!(CryptEncryptFail, context, "encryption failed");
}

/// A file was uploaded.
pub fn upload_complete(context: &Context<'_>, filename: &str, media_type: &str) {
    security!(UploadComplete, context, "a file was uploaded", text filename = filename, name media_type = media_type);
}

/// An uploaded file was put elsewhere.
pub fn upload_stored(context: &Context<'_>, filename: &str, from: &str, to: &str) {
    security!(UploadStored, context, "a file was stored", text filename = filename, text from = from, text to = to);
}

/// An uploaded file was checked by `check`, such as `virusscan`, with this outcome.
///
/// The level is `INFO` if it passed, else `ERROR`.
pub fn upload_validation(context: &Context<'_>, filename: &str, check: &str, passed: bool) {
    const EVENT: Event = Event::UploadValidation;
    const PASSED: tracing::Level = EVENT.level();
    const FAILED: tracing::Level = tracing::Level::ERROR;
    if passed {
        security!(@ EVENT, PASSED, context, "a file passed a check", text filename = filename, name check = check);
    } else {
        security!(@ EVENT, FAILED, context, "a file failed a check", text filename = filename, name check = check);
    }
}

/// An uploaded file was deleted.
pub fn upload_delete(context: &Context<'_>, file: &str) {
    security!(UploadDelete, context, "a file was deleted", name file = file);
}
