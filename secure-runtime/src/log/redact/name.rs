//! Judges by a field's name whether its value is a secret.

/// A name with one of these words in it holds a secret.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "authorization", "bearer", "cookie", "cookies", "credential", "credentials", "csrf", "cvc", "cvv", "dsn", "jwt",
    "mnemonic", "mnemonics", "otp", "passcode", "passkey", "passphrase", "passwd", "password", "passwords", "pepper",
    "psk", "pwd", "secret", "secrets", "ssn", "token", "totp", "xsrf",
];

/// These are secret when they are the last word: `pin`, but not `pin_count`.
const LAST: &[&str] = &["auth", "pass", "pin", "salt", "session"];

/// Two neighbouring words that hold a secret together, also when the second is in the plural.
#[rustfmt::skip]
const PAIRS: &[(&str, &str)] = &[
    ("access", "code"), ("access", "key"), ("access", "token"), ("account", "key"), ("aes", "key"), ("api", "key"),
    ("api", "token"), ("auth", "code"), ("auth", "header"), ("auth", "key"), ("auth", "token"), ("backup", "code"),
    ("bearer", "token"), ("card", "number"), ("cert", "key"), ("certificate", "key"), ("client", "key"), ("conn", "str"),
    ("conn", "string"), ("connection", "string"), ("credit", "card"), ("decryption", "key"), ("deploy", "key"),
    ("encryption", "key"), ("gpg", "key"), ("hmac", "key"), ("id", "token"), ("key", "material"), ("key", "pem"),
    ("license", "key"), ("master", "key"), ("mfa", "code"), ("pass", "code"), ("pass", "key"), ("pass", "phrase"),
    ("pass", "word"), ("pgp", "key"), ("preshared", "key"), ("priv", "key"), ("private", "key"), ("recovery", "code"),
    ("recovery", "key"), ("recovery", "phrase"), ("refresh", "token"), ("root", "key"), ("rsa", "key"),
    ("secret", "id"), ("secret", "key"), ("security", "code"), ("seed", "phrase"), ("service", "key"),
    ("session", "id"), ("session", "key"), ("session", "token"), ("shared", "key"), ("signature", "key"),
    ("signing", "key"), ("ssh", "key"), ("ssl", "key"), ("storage", "key"), ("tls", "key"), ("user", "token"),
    ("verification", "code"), ("wallet", "key"),
];

/// Endings that make a secret of a word written without separators: `accesstoken`, `DBPASSWORD`.
#[rustfmt::skip]
const ENDINGS: &[&str] = &[
    "accesskey", "aeskey", "apikey", "authkey", "connectionstring", "cookie", "encryptionkey", "passphrase", "passwd",
    "password", "privatekey", "privkey", "pwd", "secret", "secretkey", "sessid", "sessionid", "signingkey", "sshkey",
    "token",
];

/// A name that ends in one of these speaks *about* a secret: `token_count`, `password_changed_at`.
#[rustfmt::skip]
const ABOUT: &[&str] = &[
    "age", "alg", "algorithm", "at", "attempts", "budget", "changed", "count", "created", "enabled", "expired",
    "expires", "expiration", "expiry", "file", "id", "kind", "len", "length", "limit", "max", "min", "missing", "ms",
    "name", "path", "policy", "present", "reason", "required", "rotated", "seconds", "secs", "size", "status", "total",
    "ttl", "type", "updated", "used", "valid", "version",
];

/// The longest name that is taken apart; a longer one is no name.
const NAME_MAX: usize = 256;

/// The rule for names, with what a service adds to it and takes from it.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// Without separators and in lower case.
    secret: Vec<String>,
    harmless: Vec<String>,
}

impl Names {
    pub(crate) fn new(secret: &[String], harmless: &[String]) -> Self {
        let squashed = |names: &[String]| names.iter().map(|name| squash(name)).collect();
        Self {
            secret: squashed(secret),
            harmless: squashed(harmless),
        }
    }

    /// Returns true if a field of this name is redacted. A name the service added is compared with the whole name
    /// and with each of its dotted parts, in any case and with any separators.
    pub(crate) fn is_secret(&self, name: &str) -> bool {
        let listed = |list: &[String]| {
            !list.is_empty() && {
                let parts = name.split('.').map(squash);
                parts.chain([squash(name)]).any(|part| list.contains(&part))
            }
        };
        if listed(&self.harmless) {
            return false;
        }
        listed(&self.secret) || is_secret(name)
    }
}

fn squash(name: &str) -> String {
    name.chars()
        .filter(|char| char.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// The built-in rule: words, pairs and endings, unless the name is about a secret.
fn is_secret(name: &str) -> bool {
    if name.len() > NAME_MAX {
        return false;
    }
    // `user.password.value`: what a part says holds for all below it, but each part is judged by itself.
    name.split(['.', '/', ':']).any(part_is_secret)
}

fn part_is_secret(part: &str) -> bool {
    let words = words(part);
    let Some(last) = words.last().map(String::as_str) else {
        return false;
    };
    let is_pair = |pair: &[String]| match pair {
        [a, b] => [b.as_str(), singular(b)]
            .iter()
            .any(|b| PAIRS.contains(&(a.as_str(), b))),
        _ => false,
    };
    // `session_id` is a secret although it ends like `api_key_id`, which only names one.
    if words.windows(2).next_back().is_some_and(is_pair) {
        return true;
    }
    if ABOUT.contains(&last) {
        return false;
    }
    let ends_secret = |word: &str| ENDINGS.iter().any(|ending| word.ends_with(ending));
    // `tokens` counts what a language model read; `apikeys` and `accesstokens` are secrets.
    let secret = |word: &str| {
        WORDS.contains(&word)
            || ends_secret(word)
            || (singular(word) != "token" && ends_secret(singular(word)))
    };
    LAST.contains(&last) || words.iter().any(|word| secret(word)) || words.windows(2).any(is_pair)
}

/// The word without the `s` of a plural.
fn singular(word: &str) -> &str {
    word.strip_suffix('s').unwrap_or(word)
}

/// `userPassword`, `USER_PASSWORD`, `user-password` and `APIKey2` in words of lower case.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut chars = name.chars().peekable();
    let mut before = ' ';
    while let Some(char) = chars.next() {
        let next_is_lower = chars.peek().is_some_and(|next| next.is_lowercase());
        let hump = char.is_uppercase() && (before.is_lowercase() || (before.is_uppercase() && next_is_lower));
        if (!char.is_alphabetic() || hump) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if char.is_alphabetic() {
            word.extend(char.to_lowercase());
        }
        before = char;
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_in_any_spelling() {
        for name in [
            "password",
            "Password",
            "PASSWORD",
            "user.password",
            "user_password",
            "userPassword",
            "UserPassword",
            "db-password",
            "dbpassword",
            "DBPASSWORD",
            "passwd",
            "pwd",
            "new_password2",
            "password.hash",
            "password_hash",
            "api_key",
            "apiKey",
            "apikey",
            "APIKey",
            "X-Api-Key",
            "API_KEY",
            "authorization",
            "Proxy-Authorization",
            "cookie",
            "Set-Cookie",
            "access_token",
            "accesstoken",
            "refreshToken",
            "csrf_token",
            "client_secret",
            "jwt",
            "private_key",
            "privateKeyPem",
            "session_id",
            "sessionId",
            "secret_id",
            "sentry_dsn",
            "pepper",
            "credit_card",
            "cardNumber",
            "cvv",
            "otp",
            "basic_auth",
            "session",
            "a.b.token.c",
            "secrets.stripe",
            "api_keys",
            "apiKeys",
            "apikeys",
            "private_keys",
            "signing-keys",
            "accesstokens",
            "access_tokens",
            "refreshTokens",
            "pass_phrase",
            "pass-word",
            "auth_header",
            "authHeaders",
            "aes_key",
            "aes256_key",
            "connection_string",
            "ConnectionStrings",
            "mnemonic",
            "wallet_mnemonic",
            "recovery_phrase",
            "ssh_keys",
            "tls_key",
            "preshared_key",
            "psk",
            "backup_codes",
            "PHPSESSID",
        ] {
            assert!(is_secret(name), "{name}");
        }
    }

    #[test]
    fn names_about_secrets_stay_readable() {
        for name in [
            "user",
            "user_id",
            "token_count",
            "token_type",
            "tokens",
            "max_tokens",
            "password_changed_at",
            "secret_name",
            "cookie_policy",
            "api_key_id",
            "key",
            "keyboard",
            "secretary",
            "monkey",
            "path",
            "compass",
            "passenger",
            "bypass_cache",
            "author",
            "authority",
            "auth_method",
            "pin_count",
            "spin",
            "session_count",
            "request_id",
            "trace_id",
            "cookies_enabled",
            "prompt_tokens",
            "total_tokens",
            "keys",
            "primary_keys",
            "foreign_key",
            "header",
            "string",
            "passing",
            "pass_rate",
            "status_code",
            "public_key",
            "password_length",
            "",
        ] {
            assert!(!is_secret(name), "{name}");
        }
    }

    #[test]
    fn a_service_adds_and_takes_names() {
        let names = Names::new(&["internal_ref".into()], &["session".into()]);
        assert!(names.is_secret("internalRef"));
        assert!(names.is_secret("user.Internal-Ref"));
        assert!(!names.is_secret("session"));
        assert!(names.is_secret("password"));
        assert!(!Names::default().is_secret("internal_ref"));
    }
}
