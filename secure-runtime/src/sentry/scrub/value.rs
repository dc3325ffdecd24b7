//! Walks all of a JSON value.

use serde_json::{Map, Value};

use super::{MASK, text};
use crate::log::redact::Names;

/// Headers of a request that say nothing of who sent it.
const HARMLESS: &[&str] = &[
    "accept",
    "accept-encoding",
    "content-length",
    "content-type",
    "host",
    "user-agent",
    "x-request-id",
];

/// A number of fewer digits is no secret: secrets are not looked for that are shorter.
const SHORTEST: usize = 8;

/// Masks secrets in every string and number of `value`, and all below a key whose name says secret.
///
/// It calls itself as deep as the value goes, and `serde_json` goes 128 deep.
pub(super) fn walk(value: &mut Value, names: &Names) {
    match value {
        Value::Null | Value::Bool(_) => {}
        Value::Number(number) => {
            let digits = number.to_string();
            if digits.len() >= SHORTEST && secure_config::redact(&digits) != digits {
                *value = MASK.into();
            }
        }
        Value::String(string) => {
            if let std::borrow::Cow::Owned(clean) = text(string, names) {
                *string = clean;
            }
        }
        Value::Array(items) => {
            // A header as Sentry writes it, too: `["Cookie", "a=b"]`.
            if let [Value::String(name), second] = &mut items[..] {
                if names.is_secret(name) {
                    *second = MASK.into();
                }
            }
            items.iter_mut().for_each(|item| walk(item, names));
        }
        Value::Object(map) => object(map, names),
    }
}

fn object(map: &mut Map<String, Value>, names: &Names) {
    for (key, value) in map.iter_mut() {
        if is_secret(key, names) {
            *value = MASK.into();
        } else {
            walk(value, names);
        }
    }
    if map.keys().any(|key| secure_config::redact(key) != *key) {
        *map = std::mem::take(map)
            .into_iter()
            .map(|(key, value)| (secure_config::redact(&key).into_owned(), value))
            .collect();
    }
}

pub(super) fn is_secret(key: &str, names: &Names) -> bool {
    matches!(key, "query_string" | "query" | "http.query" | "url.query") || names.is_secret(key)
}

/// Leaves of an event's request what is nobody's: method, URL and a few headers.
pub(super) fn request(event: &mut Value) {
    let Some(Value::Object(request)) = event.get_mut("request") else {
        return;
    };
    request.retain(|key, _| matches!(key.as_str(), "method" | "url" | "headers"));
    if let Some(Value::Object(headers)) = request.get_mut("headers") {
        for (name, value) in headers {
            if !HARMLESS.contains(&name.to_ascii_lowercase().as_str()) {
                *value = MASK.into();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use secure_config::SecretString;
    use serde_json::json;

    use super::*;

    fn scrubbed(mut value: Value) -> Value {
        request(&mut value);
        walk(&mut value, &Names::default());
        value
    }

    #[test]
    fn names_count_at_any_depth() {
        let value = json!({
            "extra": {"user": {"apiKey": {"raw": [1, 2]}, "name": "bob"}, "Set-Cookie": "a=b"},
            "pairs": [["Cookie", "a=b"], ["Accept", "*/*"]],
            "query_string": [["a", "b"]],
        });
        let expected = json!({
            "extra": {"user": {"apiKey": MASK, "name": "bob"}, "Set-Cookie": MASK},
            "pairs": [["Cookie", MASK], ["Accept", "*/*"]],
            "query_string": MASK,
        });
        assert_eq!(scrubbed(value), expected);
    }

    #[test]
    fn of_a_request_little_is_left() {
        let value = json!({"request": {
            "url": "https://h/a?token=x", "method": "GET", "data": "{}", "cookies": "a=b", "query_string": "a=b",
            "env": {"REMOTE_ADDR": "192.0.2.1"},
            "headers": {"Accept": "*/*", "X-Forwarded-For": "192.0.2.1", "Authorization": "Bearer x"},
        }});
        let expected = json!({"request": {
            "url": "https://h/a?[REDACTED]", "method": "GET",
            "headers": {"Accept": "*/*", "X-Forwarded-For": MASK, "Authorization": MASK},
        }});
        assert_eq!(scrubbed(value), expected);
    }

    #[test]
    fn secrets_are_found_in_keys_and_numbers() {
        let _text = SecretString::new("8pXv0rVbQm3K");
        let _digits = SecretString::new("4829104829104");
        let value = json!({"a 8pXv0rVbQm3K": 4_829_104_829_104_u64, "n": 12_345_678, "f": 1.5});
        let expected = json!({"a [REDACTED]": MASK, "n": 12_345_678, "f": 1.5});
        assert_eq!(scrubbed(value), expected);
    }
}
