//! Takes out of an envelope what nobody else may see.
//!
//! It works on the bytes that would be sent, not on the types they were made of: whatever a newer Sentry adds to an event,
//! each of its strings comes by here.

mod query;
mod value;

use std::borrow::Cow;

use serde_json::{Map, Value};

use self::value::walk;
use crate::log::redact::{Names, scrub};

/// What stands in place of what was taken out.
pub(super) const MASK: &str = "[REDACTED]";

/// A larger envelope is thrown away: Sentry would refuse it, and to look through it takes too long.
const MAX_ENVELOPE: usize = 1 << 20;

/// What of an envelope's header is needed. The rest repeats the DSN's key and the name of the transaction.
const HEADERS: &[&str] = &["event_id", "sent_at", "sdk"];

/// The envelope without secrets; `None` when nothing of it is left, or it is no envelope.
pub(super) fn envelope(raw: &[u8], names: &Names) -> Option<Vec<u8>> {
    if raw.len() > MAX_ENVELOPE {
        return None;
    }
    let (head, mut rest) = line(raw);
    let mut head: Map<String, Value> = serde_json::from_slice(head).ok()?;
    head.retain(|key, _| HEADERS.contains(&key.as_str()));
    let mut head = Value::Object(head);
    walk(&mut head, names);
    let mut out = serde_json::to_vec(&head).ok()?;
    let mut items = 0;
    while !rest.is_empty() {
        let (head, after) = line(rest);
        if head.is_empty() {
            rest = after;
            continue;
        }
        let mut head: Map<String, Value> = serde_json::from_slice(head).ok()?;
        let (payload, after) = match head.get("length").and_then(Value::as_u64) {
            Some(length) => {
                let (payload, after) = after.split_at_checked(usize::try_from(length).ok()?)?;
                (payload, after.strip_prefix(b"\n").unwrap_or(after))
            }
            None => line(after),
        };
        rest = after;
        // What is no JSON (attachments) cannot be looked through, so it stays here.
        let is_attachment = head.get("type").is_none_or(|kind| kind == "attachment");
        let Some(mut payload) = (!is_attachment)
            .then(|| serde_json::from_slice::<Value>(payload).ok())
            .flatten()
        else {
            continue;
        };
        value::request(&mut payload);
        walk(&mut payload, names);
        let payload = serde_json::to_vec(&payload).ok()?;
        head.insert("length".to_owned(), payload.len().into());
        let mut head = Value::Object(head);
        walk(&mut head, names);
        out.push(b'\n');
        serde_json::to_writer(&mut out, &head).ok()?;
        out.push(b'\n');
        out.extend_from_slice(&payload);
        items += 1;
    }
    out.push(b'\n');
    (items > 0).then_some(out)
}

fn line(bytes: &[u8]) -> (&[u8], &[u8]) {
    match bytes.iter().position(|&byte| byte == b'\n') {
        Some(end) => (&bytes[..end], &bytes[end + 1..]),
        None => (bytes, &[]),
    }
}

/// The text without live secrets in any form, values of secret names, and query strings.
pub(super) fn text<'a>(text: &'a str, names: &Names) -> Cow<'a, str> {
    let text = secure_config::redact(text);
    let text = replace(text, |text, cut| scrub(text, names).for_each(cut));
    replace(text, |text, cut| query::find(text, cut))
}

/// The values without what [`text`] takes out of texts, and without those whose name says secret.
pub(super) fn map(map: &mut sentry::protocol::Map<String, Value>, names: &Names) {
    for (key, value) in map {
        match value::is_secret(key, names) {
            true => *value = MASK.into(),
            false => walk(value, names),
        }
    }
}

/// `text` with the mask in place of each range that `find` finds, in order and without overlap.
fn replace<'a>(
    text: Cow<'a, str>,
    find: impl Fn(&str, &mut dyn FnMut(std::ops::Range<usize>)),
) -> Cow<'a, str> {
    let (mut out, mut done) = (String::new(), 0);
    find(&text, &mut |range| {
        out.push_str(&text[done..range.start]);
        out.push_str(MASK);
        done = range.end;
    });
    if done == 0 {
        return text;
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use proptest::{prop_assert, proptest};

    use super::*;

    fn scrubbed(raw: &str) -> Option<String> {
        envelope(raw.as_bytes(), &Names::default()).map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn an_envelope_keeps_its_frame() {
        let raw = concat!(
            "{\"event_id\":\"1\",\"trace\":{\"public_key\":\"k\",\"transaction\":\"GET /\"}}\n",
            "{\"type\":\"event\",\"length\":33}\n{\"extra\":{\"password\":\"hunter2 \"}}\n",
            "{\"type\":\"attachment\",\"length\":5,\"filename\":\"a\"}\nab\ncd\n",
            "{\"type\":\"log\"}\n{\"items\":[]}",
        );
        assert_eq!(
            scrubbed(raw).unwrap(),
            concat!(
                "{\"event_id\":\"1\"}\n",
                "{\"length\":35,\"type\":\"event\"}\n{\"extra\":{\"password\":\"[REDACTED]\"}}\n",
                "{\"length\":12,\"type\":\"log\"}\n{\"items\":[]}\n",
            )
        );
    }

    #[test]
    fn what_is_no_envelope_is_not_sent() {
        for raw in [
            "",
            "{}",
            "{}\n",
            "not json\n{\"type\":\"event\"}\n{}",
            "{}\n{\"type\":\"event\",\"length\":99}\n{}",
            "{}\n{\"type\":\"event\",\"length\":18446744073709551615}\n{}",
            "{}\n{\"type\":\"attachment\",\"length\":2}\nab",
            "{}\n{\"type\":\"event\"}\nno json",
        ] {
            assert_eq!(scrubbed(raw), None, "{raw}");
        }
        let large = format!(
            "{{}}\n{{\"type\":\"event\"}}\n{{\"a\":\"{}\"}}",
            "x".repeat(1 << 20)
        );
        assert_eq!(scrubbed(&large), None);
    }

    #[test]
    fn texts_lose_what_names_and_queries_hold() {
        let clean = |input| text(input, &Names::default()).into_owned();
        assert_eq!(
            clean("login with password=hunter2 failed"),
            "login with password=[REDACTED] failed"
        );
        assert_eq!(clean("GET /a?code=abc&x=1 failed"), "GET /a?[REDACTED] failed");
        assert_eq!(
            clean("Authorization: Bearer abc.def"),
            "Authorization: [REDACTED]"
        );
        assert_eq!(clean("nothing to see?"), "nothing to see?");
    }

    proptest! {
        #[test]
        fn whatever_comes_ends_and_is_an_envelope(
            raw in r#"(\{"length":[0-9]{1,20}\}|\{\}|\[\]|\n|[^\n]|\{"type":"event"\}){0,40}"#
        ) {
            if let Some(out) = scrubbed(&raw) {
                let mut lines = out.lines();
                prop_assert!(lines.all(|line| serde_json::from_str::<Value>(line).is_ok()), "{}", out);
            }
        }

        #[test]
        fn a_text_has_no_query_left(before in "[a-z /:]{0,20}", query in "[a-z0-9=&%]{1,20}") {
            let out = text(&format!("{before}/?k={query} end"), &Names::default()).into_owned();
            prop_assert!(out.contains("?[REDACTED] end"), "{}", out);
        }

        #[test]
        fn any_text_can_be_scrubbed(input in r#"(\?|=|/|:|@|é|"|[a-z]| |token){0,60}"#) {
            let once = text(&input, &Names::default()).into_owned();
            prop_assert!(once.len() <= input.len() * MASK.len());
        }
    }
}
