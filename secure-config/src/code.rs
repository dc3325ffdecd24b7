//! Expressions of the program as operators read them: the value of an expression, if its text shows it.

use std::borrow::Cow;

use crate::schema::{Kind, Shape};

/// Returns the value of `code` for a field of this shape, as a variable would spell it.
///
/// Returns `None` for an expression whose value its text does not show, such as a constant: names in the code mean nothing to an operator.
pub(crate) fn value(code: &str, shape: Shape) -> Option<Cow<'_, str>> {
    if code == "Default::default()" {
        return of_type(shape).map(Cow::Borrowed);
    }
    let code = ["to_owned", "to_string", "into", "to_vec"]
        .iter()
        .find_map(|method| code.strip_suffix(&*format!(".{method}()")))
        .unwrap_or(code);
    if let Some(literal) = literal(code) {
        return Some(Cow::Borrowed(literal));
    }
    if let Some(items) = code.strip_prefix("vec![").and_then(|rest| rest.strip_suffix(']')) {
        return list(items);
    }
    let (path, argument) = match code.strip_suffix(')').and_then(|code| code.split_once('(')) {
        Some((path, argument)) => (path, Some(argument)),
        None => (code, None),
    };
    let mut words = path.rsplit("::");
    let (name, of) = (words.next()?, words.next()?);
    match (of, name, argument) {
        ("Duration", "ZERO", None) => Some("0".into()),
        ("Duration", unit, Some(count)) => duration(unit, count).map(Cow::Owned),
        ("Ipv4Addr", "LOCALHOST", None) => Some("127.0.0.1".into()),
        ("Ipv4Addr", "UNSPECIFIED", None) => Some("0.0.0.0".into()),
        ("Ipv6Addr", "LOCALHOST", None) => Some("::1".into()),
        ("Ipv6Addr", "UNSPECIFIED", None) => Some("::".into()),
        (_, "new", Some("")) if shape.list || matches!(shape.kind, Kind::Text | Kind::Path) => {
            Some("".into())
        }
        (_, "V4" | "V6" | "from" | "new", Some(argument)) => {
            let items = argument.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
            items.map_or_else(|| value(argument, shape), list)
        }
        _ => None,
    }
}

/// Returns the same, or at least the last name of a path: `High` for `crate::Level::High`.
pub(crate) fn value_or_name(code: &str, shape: Shape) -> Cow<'_, str> {
    value(code, shape).unwrap_or_else(|| {
        let is_path = code
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_:".contains(&byte));
        match code.rsplit("::").next() {
            Some(name) if is_path => name.into(),
            _ => code.into(),
        }
    })
}

/// Returns the `Default` of a std type.
fn of_type(shape: Shape) -> Option<&'static str> {
    match shape.kind {
        _ if shape.list => Some(""),
        Kind::Text | Kind::Path => Some(""),
        Kind::Integer { least, most } if least <= 0 && most >= 0 => Some("0"),
        Kind::Float | Kind::Duration => Some("0"),
        Kind::Bool => Some("false"),
        _ => None,
    }
}

/// Returns a literal as a variable would spell it.
fn literal(code: &str) -> Option<&str> {
    let quoted = |quote| code.strip_prefix(quote)?.strip_suffix(quote);
    match quoted('"').or_else(|| quoted('\'')) {
        Some(text) => (!text.contains(['"', '\\', '\''])).then_some(text),
        None if matches!(code, "true" | "false") => Some(code),
        None => {
            let digits = code.strip_prefix('-').unwrap_or(code);
            let is_number =
                !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
            is_number.then_some(code)
        }
    }
}

fn list(items: &str) -> Option<Cow<'_, str>> {
    let items = items.split(',').map(str::trim).filter(|item| !item.is_empty());
    let texts: Option<Vec<&str>> = items
        .map(|item| {
            literal(
                item.split('.')
                    .next()
                    .filter(|_| item.starts_with('"'))
                    .unwrap_or(item),
            )
        })
        .collect();
    texts.map(|texts| texts.join(", ").into())
}

fn duration(unit: &str, count: &str) -> Option<String> {
    let unit = match unit {
        "from_nanos" => "ns",
        "from_micros" => "us",
        "from_millis" => "ms",
        "from_secs" | "from_secs_f32" | "from_secs_f64" => "s",
        "from_mins" => "m",
        "from_hours" => "h",
        "from_days" => "d",
        _ => return None,
    };
    let mut product = 1_u64;
    if count.contains('.') {
        return literal(count).map(|count| format!("{count}{unit}"));
    }
    for factor in count.split('*') {
        product = product.checked_mul(factor.trim().replace('_', "").parse().ok()?)?;
    }
    Some(format!("{product}{unit}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_text_shows_is_the_value() {
        let text = Shape::one(Kind::Text);
        for (code, shown) in [
            ("Duration::from_secs(30)", "30s"),
            ("std::time::Duration::from_millis(1_500)", "1500ms"),
            ("Duration::from_secs(5 * 60)", "300s"),
            ("Duration::from_secs_f64(1.5)", "1.5s"),
            ("Duration::ZERO", "0"),
            ("\"a b\".to_owned()", "a b"),
            ("String::from(\"a\")", "a"),
            ("PathBuf::from(\"/run/app\")", "/run/app"),
            ("String::new()", ""),
            ("Default::default()", ""),
            ("Ipv4Addr::LOCALHOST.into()", "127.0.0.1"),
            ("IpAddr::V6(Ipv6Addr::UNSPECIFIED)", "::"),
            ("vec![1, 2]", "1, 2"),
            ("vec![\"a\".to_owned(), \"b\".into()]", "a, b"),
            ("HashSet::from([\"a\"])", "a"),
        ] {
            assert_eq!(value(code, text).as_deref(), Some(shown), "{code}");
        }
        let number = Shape::one(Kind::Integer { least: 0, most: 9 });
        assert_eq!(value("Default::default()", number).as_deref(), Some("0"));
    }

    #[test]
    fn names_of_the_code_are_no_values() {
        for code in [
            "DEFAULT_PORT",
            "crate::DEFAULTS.len()",
            "Level::Info",
            "make(1)",
            "Store::new(x)",
            "a + b",
            "u16::MAX",
            "env!(\"X\")",
        ] {
            assert_eq!(value(code, Shape::one(Kind::Other)), None, "{code}");
        }
        assert_eq!(value("Default::default()", Shape::one(Kind::Other)), None);
        assert_eq!(
            value_or_name("crate::Level::High", Shape::one(Kind::Other)),
            "High"
        );
        assert_eq!(value_or_name("false", Shape::one(Kind::Bool)), "false");
    }
}
