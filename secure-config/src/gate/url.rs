//! Judges the secrets inside a URL: the password of its authority and those of its query.

use super::{
    Policy, Reason, Verdict, outcome, rules,
    scratch::{LIMIT, Scratch},
    shape,
};

/// The password of an account, by the same policy as one in a variable of its own.
const POLICY: Policy = Policy::password();

/// Judges the password inside a URL, as it is written there, beside the user that it belongs to.
///
/// Percent-encoding is undone first. The policy is [`Policy::password`], as for a password in a variable of its own. The
/// user's own name is refused as a known default, which it is for most database images. An empty password is accepted:
/// that is a URL without one.
///
/// # Examples
///
/// ```
/// use secure_config::gate::judge_url_password;
///
/// assert!(judge_url_password(b"postgres", b"postgres").is_refused());
/// assert!(judge_url_password(b"app", b"change%2Dme").is_refused());
/// assert!(judge_url_password(b"app", b"Summer2024!").is_refused());
/// assert!(!judge_url_password(b"app", b"s8Kq2vXw0ZrT").is_refused());
/// assert!(!judge_url_password(b"app", b"").is_refused());
/// ```
pub fn judge_url_password(user: &[u8], password: &[u8]) -> Verdict {
    if password.is_empty() {
        return Verdict::new(Ok(None), &POLICY);
    }
    let mut room = Scratch::new();
    decode(password).take(LIMIT).for_each(|byte| room.push(byte));
    let is_user = decode(password)
        .map(|byte| byte.to_ascii_lowercase())
        .eq(decode(user).map(|byte| byte.to_ascii_lowercase()));
    let outcome = if is_user {
        Err(Reason::KnownDefault { family: None })
    } else {
        let password = room.as_bytes();
        outcome(password, password.len(), &POLICY)
    };
    Verdict::new(outcome, &POLICY)
}

/// Judges every part of a URL that may hold a secret or stand for one.
///
/// The password of the authority and the passwords and tokens of the query (`?password=…`, also those of JDBC, libpq,
/// AMQP and Redis drivers) are judged as by [`judge_url_password`]. A variable or tag that was not filled in is refused in
/// any part: `${DB_HOST}` is not expanded here.
///
/// # Examples
///
/// ```
/// use secure_config::gate::{Reason, judge_url};
///
/// let reason = |url: &str| judge_url(url.as_bytes()).reason();
///
/// assert_eq!(reason("postgres://app@db/app?password=changeme").map(Reason::code), Some("known_default"));
/// assert_eq!(reason("postgres://app:s8Kq2vXw0ZrT@${DB_HOST}/app"), Some(Reason::Template));
/// assert_eq!(reason("postgres://app:s8Kq2vXw0ZrT@db/app?sslmode=require"), None);
/// ```
pub fn judge_url(url: &[u8]) -> Verdict {
    Verdict::new(
        refused_part(url).map_or(Ok(None), |(_, reason)| Err(reason)),
        &POLICY,
    )
}

/// The part of a URL that is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The password of the authority.
    Password,
    /// A password or token of the query.
    Query,
    /// Any other.
    Other,
}

/// Returns the first part of `url` that is refused, and why.
pub(crate) fn refused_part(url: &[u8]) -> Option<(Part, Reason)> {
    let (user, password) = user_info(url);
    if let Some(reason) = judge_url_password(user, password).reason() {
        return Some((Part::Password, reason));
    }
    // The user name of a DSN is its key; of an account name only a template is surely wrong.
    if judge_url_password(b"", user).reason() == Some(Reason::Template) {
        return Some((Part::Other, Reason::Template));
    }
    for (name, value) in parameters(url) {
        if is_secret(name) {
            // A parameter of a name that only ends in `token` may be short; a default it must not be.
            if let Some(reason) = judge_url_password(user, value).reason() {
                return Some((Part::Query, reason));
            }
        }
    }
    has_template(url, password).then_some((Part::Other, Reason::Template))
}

/// Whether `url` carries credentials: a user, a password, or one in its query.
pub(crate) fn has_credentials(url: &[u8]) -> bool {
    let (user, password) = user_info(url);
    let secret = |(name, value): (&[u8], &[u8])| is_secret(name) && !value.is_empty();
    !user.is_empty() || !password.is_empty() || parameters(url).any(secret)
}

/// Returns why `text` is not a URL but something that stands for one: a reference, ciphertext, a line `NAME=value`.
pub(crate) fn not_a_url(text: &[u8]) -> Option<Reason> {
    // No URL begins with a quote, and one that is named is named as a URL is not.
    if matches!(text, [b'"' | b'\'' | b'`' | b'<', ..]) && !text.starts_with(b"<%") {
        return Some(Reason::Wrapped);
    }
    let name = text
        .iter()
        .position(|byte| *byte == b'=')
        .map_or(&[][..], |at| &text[..at]);
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_ ".contains(byte);
    if !name.is_empty() && name.iter().all(is_name) {
        return Some(Reason::Assignment);
    }
    let found = shape::material(text)
        .filter(|reason| !matches!(reason, Reason::Path))
        .or_else(|| rules::template::check(text))
        .or_else(|| shape::surroundings(text, &POLICY));
    // Databases and programs take `file:` as a scheme.
    found.filter(|_| !text.starts_with(b"file:"))
}

/// The user and the password before the last `@` of the authority.
fn user_info(url: &[u8]) -> (&[u8], &[u8]) {
    let Some(start) = shape::find(url, b"://").map(|at| at + 3) else {
        return (b"", b"");
    };
    let rest = &url[start..];
    let end = rest
        .iter()
        .position(|byte| b"/?#".contains(byte))
        .unwrap_or(rest.len());
    let Some(at) = rest[..end].iter().rposition(|byte| *byte == b'@') else {
        return (b"", b"");
    };
    let info = &rest[..at];
    match info.iter().position(|byte| *byte == b':') {
        Some(colon) => (&info[..colon], &info[colon + 1..]),
        None => (info, b""),
    }
}

/// The parameters of the query, and those that JDBC writes after a semicolon.
fn parameters(url: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let start = match url.iter().position(|byte| *byte == b'?') {
        Some(at) => at + 1,
        None if url.starts_with(b"jdbc:") => url
            .iter()
            .position(|byte| *byte == b';')
            .map_or(url.len(), |at| at + 1),
        None => url.len(),
    };
    let query = &url[start..];
    let query = &query[..query.iter().position(|byte| *byte == b'#').unwrap_or(query.len())];
    query.split(|byte| b"&;".contains(byte)).filter_map(|pair| {
        let equals = pair.iter().position(|byte| *byte == b'=')?;
        Some((&pair[..equals], &pair[equals + 1..]))
    })
}

/// Whether a parameter of this name holds a password or a token.
fn is_secret(name: &[u8]) -> bool {
    const ENDINGS: [&[u8]; 9] = [
        b"password",
        b"passwd",
        b"passphrase",
        b"pwd",
        b"pass",
        b"secret",
        b"authtoken",
        b"apikey",
        b"credential",
    ];
    let ends = |ending: &&[u8]| {
        let mut letters = decode(name)
            .filter(u8::is_ascii_alphanumeric)
            .map(|byte| byte.to_ascii_lowercase());
        let count = letters.clone().count();
        count >= ending.len()
            && letters
                .by_ref()
                .skip(count - ending.len())
                .eq(ending.iter().copied())
    };
    ENDINGS.iter().any(ends)
}

/// Whether a variable or tag stands in `url`, its password apart, which is judged by itself.
///
/// The signs are not allowed in a URL, so a value that has them was meant to be filled in. A dollar sign alone is: some
/// paths begin with one.
fn has_template(url: &[u8], password: &[u8]) -> bool {
    let is_template = |text: &[u8]| {
        let opens = |open: &&[u8]| shape::find(text, open).is_some();
        [&b"${"[..], b"$(", b"{{", b"<%", b"%(", b"#{"].iter().any(opens) || is_variable(text)
    };
    if password.is_empty() {
        return is_template(url);
    }
    // The password is a part of the URL, so it is found there.
    let at = shape::find(url, password).unwrap_or(0);
    is_template(&url[..at]) || is_template(&url[at + password.len()..])
}

/// Whether `$NAME` or `<name>` stands in `text`.
fn is_variable(text: &[u8]) -> bool {
    let is_upper = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_';
    let dollar = text
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'$')
        .any(|(at, _)| text[at + 1..].iter().take_while(|byte| is_upper(byte)).count() >= 3);
    let bracket = text.iter().position(|byte| *byte == b'<');
    dollar || bracket.is_some_and(|at| text[at..].contains(&b'>'))
}

/// Undoes percent-encoding (RFC 3986 §2.1); a percent sign without two digits stands for itself.
fn decode(text: &[u8]) -> impl Iterator<Item = u8> + Clone + '_ {
    let digit = |at: usize| char::from(*text.get(at)?).to_digit(16);
    let mut at = 0;
    std::iter::from_fn(move || {
        let byte = *text.get(at)?;
        let encoded = if byte == b'%' {
            digit(at + 1).zip(digit(at + 2))
        } else {
            None
        };
        at += if encoded.is_some() { 3 } else { 1 };
        // Two hexadecimal digits are below 256.
        Some(encoded.map_or(byte, |(high, low)| (high << 4 | low) as u8))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(user: &str, password: &str) -> Option<&'static str> {
        let verdict = judge_url_password(user.as_bytes(), password.as_bytes());
        verdict.reason().map(Reason::code)
    }

    #[test]
    fn defaults_of_servers_are_refused() {
        for (user, password) in [
            ("postgres", "postgres"),
            ("app", "password"),
            ("guest", "guest"),
            ("minioadmin", "minioadmin"),
            ("", "minioadmin"),
            ("Billing", "billing"),
            ("bill%20ing", "bill%20ing"),
        ] {
            assert_eq!(code(user, password), Some("known_default"), "{user} {password}");
        }
    }

    #[test]
    fn placeholders_and_templates_are_refused_through_their_encoding() {
        assert_eq!(code("app", "your_db_password"), Some("placeholder"));
        assert_eq!(code("app", "%24%7BDB_PASSWORD%7D"), Some("template"));
        assert_eq!(code("app", "%3Cyour-password%3E"), Some("template"));
    }

    #[test]
    fn noise_passes_encoded_or_not() {
        for password in ["s8Kq2vXw0ZrT", "p%40Kq2vXw0%2FrT", "100%Kq2vXw0b7", "%", "%4"] {
            let refused = judge_url_password(b"app", password.as_bytes()).is_refused();
            assert_eq!(refused, password.len() < 8, "{password}");
        }
    }

    #[test]
    fn encoding_is_undone() {
        let decoded: Vec<u8> = decode(b"a%2Fb%zz%4").collect();
        assert_eq!(decoded, b"a/b%zz%4");
    }

    fn part(url: &str) -> Option<(Part, &'static str)> {
        refused_part(url.as_bytes()).map(|(part, reason)| (part, reason.code()))
    }

    #[test]
    fn passwords_of_the_query_are_judged_like_those_of_the_authority() {
        for url in [
            "postgres://app@db/app?password=changeme",
            "postgres://app@db/app?sslmode=require&sslpassword=changeme",
            "jdbc:postgresql://db/app?user=app&password=changeme",
            "jdbc:sqlserver://db:1433;databaseName=app;user=app;password=changeme",
            "rediss://cache:6379/0?auth_pass=changeme",
            "amqps://broker/app?pwd=change%2Dme",
            "kafka://broker?sasl.password=changeme",
        ] {
            assert_eq!(part(url), Some((Part::Query, "known_default")), "{url}");
        }
        for url in [
            "postgres://app@db/app?password=s8Kq2vXw0ZrT",
            "postgres://app@db/app?passfile=/run/pgpass",
            "postgres://app@db/app?password=",
            "https://example.com/?page=changeme",
        ] {
            assert_eq!(part(url), None, "{url}");
        }
    }

    #[test]
    fn variables_are_refused_in_every_part() {
        for url in [
            "postgres://app:s8Kq2vXw0ZrT@${DB_HOST}:5432/app",
            "postgres://app:s8Kq2vXw0ZrT@db:$DB_PORT/app",
            "postgres://app:s8Kq2vXw0ZrT@db/{{ name }}",
            "postgres://app:s8Kq2vXw0ZrT@db/app?host=$(HOST)",
            "postgres://${PGUSER}:s8Kq2vXw0ZrT@db/app",
            "https://<your-host>/path",
        ] {
            assert_eq!(part(url), Some((Part::Other, "template")), "{url}");
        }
        assert_eq!(
            part("postgres://app:${PGPASS}@db/app"),
            Some((Part::Password, "template"))
        );
        assert_eq!(
            part("postgres://app:$PGPASS@db/app"),
            Some((Part::Password, "template"))
        );
        assert_eq!(part("https://account.blob.example/$web/index.html"), None);
    }

    #[test]
    fn the_user_and_the_password_are_found() {
        assert_eq!(
            user_info(b"amqp://guest:gu%65st@broker:5672/v"),
            (&b"guest"[..], &b"gu%65st"[..])
        );
        assert_eq!(
            user_info(b"http://user:pa@ss@host/"),
            (&b"user"[..], &b"pa@ss"[..])
        );
        assert_eq!(user_info(b"https://0123abc@host/42"), (&b"0123abc"[..], &b""[..]));
        assert_eq!(user_info(b"https://host/a@b"), (&b""[..], &b""[..]));
    }

    #[test]
    fn what_stands_for_a_url_is_none() {
        for (text, code) in [
            ("op://app/db/url", "reference"),
            (
                "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db",
                "reference",
            ),
            ("vault:v1:8SDd3WHDOjf7mq69CyCqYjBXAiQQAVZR", "encrypted"),
            ("'postgres://app@db/app'", "wrapped"),
            ("DATABASE_URL=postgres://app@db/app", "assignment"),
            ("${DATABASE_URL}", "template"),
            (
                "cat: /run/secrets/url: No such file or directory",
                "program_output",
            ),
        ] {
            assert_eq!(not_a_url(text.as_bytes()).map(Reason::code), Some(code), "{text}");
        }
        for text in [
            "postgres://app:s8Kq2vXw0ZrT@db/app?sslmode=require",
            "file:data.db?mode=rwc",
            "sqlite::memory:",
            "https://shop.vault.azure.net/",
            "https://0123abc@o1.ingest.example.io/42",
            "jdbc:sqlserver://db:1433;databaseName=app",
        ] {
            assert_eq!(not_a_url(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn credentials_are_found_where_they_are() {
        for url in [
            "postgres://app@db/app",
            "redis://:x@cache",
            "postgres://db/app?password=x",
        ] {
            assert!(has_credentials(url.as_bytes()), "{url}");
        }
        for url in [
            "redis://cache:6379/0",
            "https://example.com/?page=1",
            "postgres://",
        ] {
            assert!(!has_credentials(url.as_bytes()), "{url}");
        }
    }
}
