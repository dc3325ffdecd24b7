//! Names that were probably meant, and names that mean nothing to us.

/// How many slips are believable between two names.
///
/// The words that both begin with count nothing: `APP_PORT` is as far from `APP_HOST` as `PORT` is from `HOST`.
fn limit(wanted: &str, name: &str) -> usize {
    let same = wanted
        .bytes()
        .zip(name.bytes())
        .take_while(|(left, right)| left.eq_ignore_ascii_case(right))
        .count();
    let words = wanted.as_bytes()[..same]
        .iter()
        .rposition(|&byte| byte == b'_')
        .map_or(0, |last| last + 1);
    match wanted.len() - words {
        0..=3 => usize::from(words > 0),
        4..=7 => 1,
        8..=15 => 2,
        _ => 3,
    }
}

/// How many slips (insert, leave out, replace, swap neighbours) lead from `wanted` to `name`; `None` when they are too many to believe.
///
/// Case and separators count nothing: `jwt-secret` for `JWT_SECRET` is the same name to its author.
pub(crate) fn distance(wanted: &str, name: &str) -> Option<usize> {
    const LONGEST: usize = 64;
    let limit = limit(wanted, name);
    let (left, right) = (wanted, name);
    if left.len().abs_diff(right.len()) > limit + 4 || letters(left).abs_diff(letters(right)) > limit {
        return None;
    }
    let (left, right) = (fold(left), fold(right));
    if left.len().max(right.len()) > LONGEST || left.len().abs_diff(right.len()) > limit {
        return None;
    }
    // Optimal string alignment, three rows at a time.
    let mut before = [0_usize; LONGEST + 1];
    let mut previous: [usize; LONGEST + 1] = std::array::from_fn(|index| index);
    for (row, &a) in left.iter().enumerate() {
        let mut current = [0; LONGEST + 1];
        current[0] = row + 1;
        for (column, &b) in right.iter().enumerate() {
            let replaced = previous[column] + usize::from(a != b);
            let mut least = replaced.min(previous[column + 1] + 1).min(current[column] + 1);
            if row > 0 && column > 0 && a == right[column - 1] && left[row - 1] == b {
                least = least.min(before[column - 1] + 1);
            }
            current[column + 1] = least;
        }
        before = previous;
        previous = current;
    }
    Some(previous[right.len()]).filter(|&distance| distance <= limit)
}

fn letters(name: &str) -> usize {
    name.bytes().filter(u8::is_ascii_alphanumeric).count()
}

fn fold(name: &str) -> Vec<u8> {
    name.bytes()
        .filter(u8::is_ascii_alphanumeric)
        .map(|byte| byte.to_ascii_uppercase())
        .collect()
}

/// Whether a value is one that Kubernetes gives to `X_PORT` for a service called `x`.
pub(crate) fn is_service_address(value: &[u8]) -> bool {
    ["tcp://", "udp://", "sctp://"]
        .iter()
        .any(|scheme| value.starts_with(scheme.as_bytes()))
}

/// Whether Kubernetes puts this variable into every container of a namespace: `X_SERVICE_HOST`, `X_PORT=tcp://…`, `X_PORT_80_TCP…`.
pub(crate) fn is_service_link<B: AsRef<[u8]>>(name: &str, value: impl FnOnce() -> Option<B>) -> bool {
    let of_port = |rest: &str| {
        let rest = rest.trim_start_matches(|character: char| character.is_ascii_digit());
        ["_TCP", "_UDP", "_SCTP"]
            .iter()
            .any(|protocol| rest.starts_with(protocol))
    };
    name.ends_with("_SERVICE_HOST")
        || name.contains("_SERVICE_PORT")
        || (name.ends_with("_PORT") && value().is_some_and(|value| is_service_address(value.as_ref())))
        || name.split_once("_PORT_").is_some_and(|(_, rest)| of_port(rest))
}

/// Names that others set for their own ends: they are no slip of ours.
pub(crate) fn is_system_name(name: &str) -> bool {
    const NAMES: [&str; 28] = [
        "PATH",
        "HOME",
        "USER",
        "SHELL",
        "TERM",
        "LANG",
        "PWD",
        "OLDPWD",
        "HOSTNAME",
        "HOST",
        "LOGNAME",
        "TZ",
        "EDITOR",
        "DISPLAY",
        "TMPDIR",
        "SHLVL",
        "MAIL",
        "PORT",
        "DEBUG",
        "RUST_LOG",
        "RUST_BACKTRACE",
        "NO_COLOR",
        "CI",
        "CREDENTIALS_DIRECTORY",
        "INVOCATION_ID",
        "NOTIFY_SOCKET",
        "LISTEN_FDS",
        "LISTEN_PID",
    ];
    NAMES.contains(&name)
        || crate::profile::VARIABLES.contains(&name)
        || ["LC_", "XDG_", "CARGO_", "SECURE_CONFIG_", "KUBERNETES_", "SSH_"]
            .iter()
            .any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_hand_are_near() {
        let near = |wanted: &str, name: &'static str| distance(wanted, name).is_some();
        assert!(near("JWT_ACCESS_SECRET", "JWT_ACCESS_SECERT"));
        assert!(near("JWT_ACCESS_SECRET", "jwt-access-secret"));
        assert!(near("JWT_ACCESS_SECRET", "JWTACCESSSECRET"));
        assert!(near("PORT", "PROT"));
        assert!(near("PORT", "POT"));
        assert!(!near("PORT", "HOSTS"));
        assert!(near("DATABASE_URL", "DATABASE_URLS"));
        assert!(!near("DATABASE_URL", "DATABASE_PORT"));
        assert!(!near("APP_HOST", "APP_PORT"));
        assert!(!near("JWT_ACCESS_SECRET", "JWT_REFRESH_SECRET"));
        assert!(!near("TZ", "T"));
    }

    #[test]
    fn service_links_are_known() {
        let link = |name: &str, value: &str| is_service_link(name, || Some(value));
        assert!(link("DATABASE_PORT", "tcp://10.0.0.1:5432"));
        assert!(link("DATABASE_PORT_5432_TCP_ADDR", "10.0.0.1"));
        assert!(link("DATABASE_SERVICE_HOST", "10.0.0.1"));
        assert!(link("DATABASE_SERVICE_PORT_HTTP", "80"));
        assert!(!link("DATABASE_PORT", "5432"));
        assert!(!link("IMPORT_MODE", "tcp"));
    }
}
