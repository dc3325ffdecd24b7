//! The shape of a secret URL, for parsers of others that copy what they read.

/// Parameters whose values may be passwords.
const SECRET: [&str; 3] = ["pass", "password", "sslpassword"];

/// Returns the URL with `x` for each character of its password.
///
/// A parser decides about it as about the URL itself: percent-encoded bytes that must be UTF-8 are kept where they are not ASCII.
pub(crate) fn masked(url: &str) -> String {
    let (url, query) = url
        .split_once('?')
        .map_or((url, None), |(url, query)| (url, Some(query)));
    let start = url.find("://").map_or(0, |at| at + "://".len());
    let end = url[start..].find(['/', '#']).map_or(url.len(), |at| start + at);
    let authority = &url[start..end];
    let mut masked = url[..start].to_owned();
    match authority
        .rsplit_once('@')
        .and_then(|(user, host)| Some((user.split_once(':')?, host)))
    {
        Some(((user, password), host)) => {
            masked.extend([user, ":"]);
            mask(password, &mut masked);
            masked.extend(["@", host]);
        }
        None => masked.push_str(authority),
    }
    masked.push_str(&url[end..]);
    let mut separator = '?';
    for pair in query.into_iter().flat_map(|query| query.split('&')) {
        masked.push(separator);
        separator = '&';
        match pair.split_once('=') {
            Some((name, _)) if SECRET.contains(&name) => masked.extend([name, "=x"]),
            _ => masked.push_str(pair),
        }
    }
    masked
}

fn mask(password: &str, masked: &mut String) {
    let mut rest = password;
    while let Some(first) = rest.chars().next() {
        let escape = rest.get(..3).filter(|escape| escape.starts_with('%'));
        let is_high = |escape: &&str| u8::from_str_radix(&escape[1..], 16).is_ok_and(|byte| !byte.is_ascii());
        match escape.filter(is_high) {
            Some(escape) => {
                masked.push_str(escape);
                rest = &rest[escape.len()..];
            }
            None => {
                masked.push('x');
                rest = &rest[escape.map_or(first.len_utf8(), str::len)..];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn passwords_are_masked_and_nothing_else_is() {
        for (url, want) in [
            (
                "postgres://app:8pXv@db:5432/app?sslmode=require",
                "postgres://app:xxxx@db:5432/app?sslmode=require",
            ),
            (
                "postgres://app:a%40b%C3%A9@db/app",
                "postgres://app:xxx%C3%A9@db/app",
            ),
            ("postgres://app:p@ss@db/app", "postgres://app:xxxx@db/app"),
            (
                "postgres://db/app?password=8pXv&user=app",
                "postgres://db/app?password=x&user=app",
            ),
            (
                "redis+unix:///run/redis.sock?db=1&pass=8pXv",
                "redis+unix:///run/redis.sock?db=1&pass=x",
            ),
            ("redis://:8pXv@[::1]:6379/0", "redis://:xxxx@[::1]:6379/0"),
            ("sqlite::memory:", "sqlite::memory:"),
            ("sqlite://data.db?mode=rwc", "sqlite://data.db?mode=rwc"),
        ] {
            assert_eq!(masked(url), want);
        }
    }
}
