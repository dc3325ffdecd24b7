//! What a vault answers: the names and values of a secret, or a token.

use std::ops::Range;

use super::json::{Json, Malformed, Value};
use super::response::Answer;
use crate::memory::Locked;

/// One version of a secret of the KV engine, in the buffer it came in; that is wiped when this is dropped.
pub(crate) struct Document {
    answer: Answer,
    entries: Vec<Entry>,
    version: u64,
}

struct Entry {
    name: Range<usize>,
    value: Value,
}

/// What stands under a name.
pub(crate) enum Content<'d> {
    /// Text, or a number or truth value as it was written.
    Value(&'d [u8]),
    /// `null`.
    Nothing,
    /// An object or a list.
    Nested,
}

impl Document {
    /// Takes the answer to `GET /v1/MOUNT/data/PATH`.
    pub(super) fn of(mut answer: Answer) -> Result<Self, Malformed> {
        let (mut entries, mut version) = (Vec::new(), None);
        let parsed = &mut |bytes: &mut [u8]| {
            let mut json = Json::new(bytes);
            json.object(&mut |json, name| {
                if &json.bytes[name] != b"data" {
                    return json.value().map(drop);
                }
                json.object(&mut |json, name| match &json.bytes[name] {
                    b"data" => members(json, &mut entries),
                    b"metadata" => json
                        .object(&mut |json, name| {
                            if &json.bytes[name] == b"version" {
                                version = json.whole_number()?;
                                Ok(())
                            } else {
                                json.value().map(drop)
                            }
                        })
                        .map(drop),
                    _ => json.value().map(drop),
                })
                .map(drop)
            })?;
            json.end()
        };
        answer.change(parsed)?;
        Ok(Self {
            answer,
            entries,
            version: version.ok_or(Malformed)?,
        })
    }

    /// What stands under `name`.
    pub(crate) fn get(&self, name: &str) -> Option<Content<'_>> {
        let body = self.answer.body();
        let entry = self
            .entries
            .iter()
            .find(|entry| &body[entry.name.clone()] == name.as_bytes())?;
        Some(self.content(entry))
    }

    fn content(&self, entry: &Entry) -> Content<'_> {
        match &entry.value {
            Value::Text(range) | Value::Scalar(range) => Content::Value(&self.answer.body()[range.clone()]),
            Value::Null => Content::Nothing,
            Value::Nested => Content::Nested,
        }
    }

    /// The names that are UTF-8.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let body = self.answer.body();
        self.entries
            .iter()
            .filter_map(move |entry| std::str::from_utf8(&body[entry.name.clone()]).ok())
    }

    /// The version, as the engine counts it from 1.
    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    /// Feeds `hasher` with names and values: what tells one content from another.
    #[cfg(feature = "reload")]
    pub(crate) fn hash(&self, hasher: &mut impl std::hash::Hasher) {
        use std::hash::Hash;
        let body = self.answer.body();
        for entry in &self.entries {
            body[entry.name.clone()].hash(hasher);
            match self.content(entry) {
                Content::Value(bytes) => bytes.hash(hasher),
                Content::Nothing => 0_u8.hash(hasher),
                Content::Nested => 1_u8.hash(hasher),
            }
        }
    }
}

/// Reads the names and values of a secret; a name that stands twice says nothing for sure.
fn members(json: &mut Json<'_>, entries: &mut Vec<Entry>) -> Result<(), Malformed> {
    json.object(&mut |json, name| {
        let twin = |entry: &Entry| json.bytes[entry.name.clone()] == json.bytes[name.clone()];
        if entries.iter().any(twin) {
            return Err(Malformed);
        }
        let value = json.value()?;
        entries.push(Entry { name, value });
        Ok(())
    })
    .map(drop)
}

/// How long a token lives, as the vault says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Life {
    /// Seconds; zero for one that does not end.
    pub(super) seconds: u64,
    pub(super) is_renewable: bool,
}

/// Reads the answer to a login or a renewal: the token, and how long it lives.
pub(super) fn token(mut answer: Answer) -> Result<(Locked, Life), Malformed> {
    let (mut token, mut life) = (None, Life::default());
    answer.change(&mut |bytes| {
        let mut json = Json::new(bytes);
        json.object(&mut |json, name| {
            if &json.bytes[name] != b"auth" {
                return json.value().map(drop);
            }
            json.object(&mut |json, name| {
                match &json.bytes[name] {
                    b"client_token" => match json.value()? {
                        Value::Text(range) => token = Some(range),
                        _ => return Err(Malformed),
                    },
                    b"lease_duration" => life.seconds = json.whole_number()?.unwrap_or(0),
                    b"renewable" => life.is_renewable = is_true(json)?,
                    _ => {
                        json.value()?;
                    }
                }
                Ok(())
            })
            .map(drop)
        })?;
        json.end()
    })?;
    let token = &answer.body()[token.ok_or(Malformed)?];
    // It becomes the value of a header.
    if token.is_empty() || !token.iter().all(u8::is_ascii_graphic) {
        return Err(Malformed);
    }
    Ok((Locked::copy_of(token), life))
}

/// Reads the answer to a look at a token.
pub(super) fn life(mut answer: Answer) -> Result<Life, Malformed> {
    let mut life = Life::default();
    answer.change(&mut |bytes| {
        let mut json = Json::new(bytes);
        json.object(&mut |json, name| {
            if &json.bytes[name] != b"data" {
                return json.value().map(drop);
            }
            json.object(&mut |json, name| {
                match &json.bytes[name] {
                    b"ttl" => life.seconds = json.whole_number()?.unwrap_or(0),
                    b"renewable" => life.is_renewable = is_true(json)?,
                    _ => {
                        json.value()?;
                    }
                }
                Ok(())
            })
            .map(drop)
        })?;
        json.end()
    })?;
    Ok(life)
}

fn is_true(json: &mut Json<'_>) -> Result<bool, Malformed> {
    let value = json.value()?;
    Ok(matches!(value, Value::Scalar(range) if &json.bytes[range.clone()] == b"true"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(body: &str) -> Result<Document, Malformed> {
        Document::of(Answer::of_body(body))
    }

    fn value<'d>(document: &'d Document, name: &str) -> Option<&'d str> {
        match document.get(name)? {
            Content::Value(bytes) => std::str::from_utf8(bytes).ok(),
            Content::Nothing => Some("nothing"),
            Content::Nested => Some("nested"),
        }
    }

    #[test]
    fn a_secret_is_read_by_name() {
        let document = document(
            r#"{"request_id":"x","data":{"data":{"A":"one\n\"two\"","B":5432,"C":true,"D":null,"E":{"a":[1]},"F":"x"},
            "metadata":{"created_time":"t","custom_metadata":null,"version":7}},"warnings":null}"#,
        )
        .unwrap();
        assert_eq!(document.version(), 7);
        for (name, expected) in [
            ("A", "one\n\"two\""),
            ("B", "5432"),
            ("C", "true"),
            ("D", "nothing"),
            ("E", "nested"),
            ("F", "x"),
        ] {
            assert_eq!(value(&document, name), Some(expected));
        }
        assert!(document.get("data").is_none());
        assert_eq!(document.names().count(), 6);
    }

    #[test]
    fn what_is_no_secret_is_refused() {
        for body in [
            "",
            "null",
            "{}",
            "[]",
            r#"{"data":{"data":{"A":"b"}}}"#,
            r#"{"data":{"data":{"A":"b","A":"c"},"metadata":{"version":1}}}"#,
            r#"{"data":{"data":["A"],"metadata":{"version":1}}}"#,
            r#"{"data":{"data":{},"metadata":{"version":-1}}}"#,
            r#"{"data":{"data":{},"metadata":{"version":1}}} {}"#,
            r#"{"data":{"data":{"A":"b"},"metadata":{"version":1}}"#,
        ] {
            assert!(document(body).is_err(), "{body}");
        }
    }

    #[test]
    fn a_token_comes_with_its_life() {
        let login = r#"{"auth":{"client_token":"s.abc","policies":["p"],"lease_duration":1200,"renewable":true},"data":null}"#;
        let (secret, life_of) = token(Answer::of_body(login)).unwrap();
        assert_eq!(secret.as_bytes(), b"s.abc");
        assert_eq!((life_of.seconds, life_of.is_renewable), (1200, true));
        let injected = r#"{"auth":{"client_token":"a\r\nX-Evil: 1","lease_duration":1}}"#;
        assert!(token(Answer::of_body(injected)).is_err());
        let looked = r#"{"data":{"ttl":60,"renewable":false,"meta":null}}"#;
        assert_eq!(life(Answer::of_body(looked)).unwrap().seconds, 60);
    }
}
