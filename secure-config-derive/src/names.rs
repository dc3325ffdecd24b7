//! Names: of variables, of attributes, of secrets.

/// The variable of a field: its name in upper case.
pub(crate) fn variable(ident: &syn::Ident) -> String {
    unraw(ident).to_uppercase()
}

/// The name of a field without the `r#` of a raw identifier.
pub(crate) fn unraw(ident: &syn::Ident) -> String {
    let name = ident.to_string();
    name.strip_prefix("r#").map(str::to_owned).unwrap_or(name)
}

/// Returns true if a text can name a variable in every shell and file: letters, digits and `_`, no digit first.
pub(crate) fn is_variable(name: &str) -> bool {
    !name.is_empty() && !name.starts_with(|first: char| first.is_ascii_digit()) && is_prefix(name)
}

/// Returns true if the name of a variable can begin with a text.
pub(crate) fn is_prefix(name: &str) -> bool {
    name.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && !name.starts_with(|first: char| first.is_ascii_digit())
}

/// Returns true if a field of this name holds a secret.
pub(crate) fn says_secret(name: &str) -> bool {
    const LAST: [&str; 22] = [
        "secret",
        "secrets",
        "password",
        "passwords",
        "passwd",
        "pwd",
        "pass",
        "passphrase",
        "token",
        "tokens",
        "key",
        "keys",
        "apikey",
        "pepper",
        "salt",
        "dsn",
        "credential",
        "credentials",
        "seed",
        "hmac",
        "cookie",
        "pin",
    ];
    // A public key, or the name of one, is none.
    const PUBLIC: [&str; 4] = ["public", "primary", "foreign", "sort"];
    let words: Vec<&str> = name.split('_').filter(|word| !word.is_empty()).collect();
    let Some((last, before)) = words.split_last() else {
        return false;
    };
    LAST.contains(last) && !before.last().is_some_and(|word| PUBLIC.contains(word))
}

/// Returns the purpose of a secret of this name.
pub(crate) fn purpose(name: &str) -> &'static str {
    let words: Vec<&str> = name.split('_').filter(|word| !word.is_empty()).collect();
    let ends = |ending: &[&str]| words.ends_with(ending);
    match words.last() {
        Some(&("passphrase" | "passphrases")) => "Passphrase",
        Some(&("password" | "passwords" | "passwd" | "pwd" | "pass")) => "Password",
        Some(&("token" | "tokens" | "pat" | "apikey")) => "Token",
        _ if ends(&["api", "key"]) || ends(&["access", "key"]) || ends(&["client", "secret"]) => "Token",
        _ if ends(&["webhook", "secret"]) => "Token",
        _ => "Key",
    }
}

/// The one of `known` that `name` was probably meant to be.
pub(crate) fn did_you_mean<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let limit = 1 + name.len() / 4;
    known
        .into_iter()
        .map(|known| (distance(name, known), known))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// Returns the number of letters to insert, leave out or replace (Levenshtein).
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (index, a) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for (column, &b) in right.iter().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(row[column] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_say_secret() {
        for name in [
            "jwt_secret",
            "password",
            "db_password",
            "api_key",
            "sentry_dsn",
            "github_token",
            "pepper",
        ] {
            assert!(says_secret(name), "{name}");
        }
        for name in [
            "public_key",
            "token_lifetime",
            "key_id",
            "secret_name",
            "passwords_file",
            "monkey",
            "primary_key",
        ] {
            assert!(!says_secret(name), "{name}");
        }
    }

    #[test]
    fn slips_are_recognised() {
        assert_eq!(
            did_you_mean("min_length", ["min_len", "max_len"]),
            Some("min_len")
        );
        assert_eq!(
            did_you_mean("differ_from", ["differs_from"]),
            Some("differs_from")
        );
        assert_eq!(did_you_mean("colour", ["env", "len"]), None);
    }
}
