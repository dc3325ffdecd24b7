//! Takes written fields apart again: `,"a":1,"b":"x"` or ` a=1 b="x"`.
//!
//! It reads what [`Line`](super::Line) wrote, nothing else: names and values are escaped, so a quote, a blank or a
//! comma that divides fields can only be one of the log's own.

/// The fields in `text`, each with the comma or blank before it.
pub(in crate::log) fn split_fields(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (field, behind) = rest
            .split_at_checked(field_len(rest))
            .filter(|(field, _)| !field.is_empty())?;
        rest = behind;
        Some(field)
    })
}

/// The length of the first field.
fn field_len(text: &[u8]) -> usize {
    let start = key_len(text);
    let value = text.get(start..).unwrap_or_default();
    if value.first() == Some(&b'"') {
        return start + string_len(value);
    }
    start
        + value
            .iter()
            .position(|byte| matches!(byte, b',' | b' '))
            .unwrap_or(value.len())
}

/// The length of what stands before the value of the first field.
pub(in crate::log) fn key_len(text: &[u8]) -> usize {
    let len = match text.strip_prefix(b",") {
        Some(json) => 1 + string_len(json) + 1,
        None => {
            let end = text
                .iter()
                .position(|&byte| byte == b'=')
                .map_or(text.len(), |at| at + 1);
            // A coloured key ends with the sequence that ends the colour.
            let reset = text
                .get(end..)
                .is_some_and(|value| value.starts_with(super::style::RESET.as_bytes()));
            end + if reset { super::style::RESET.len() } else { 0 }
        }
    };
    len.min(text.len())
}

/// The length of the string that `text` begins with, its quotes included.
fn string_len(text: &[u8]) -> usize {
    let mut is_escaped = false;
    let end = text.iter().skip(1).position(|&byte| {
        let is_end = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_end
    });
    end.map_or(text.len(), |end| end + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<(&str, &str)> {
        let fields = split_fields(text.as_bytes()).map(|field| std::str::from_utf8(field).unwrap());
        fields
            .map(|field| field.split_at(key_len(field.as_bytes())))
            .collect()
    }

    #[test]
    fn json() {
        assert_eq!(split(""), []);
        let fields = split(r#","a":1,"we\"ird:,":"x\",\\","c":true,"d":"","e":-1.5e3"#);
        assert_eq!(
            fields,
            [
                (",\"a\":", "1"),
                (r#","we\"ird:,":"#, r#""x\",\\""#),
                (",\"c\":", "true"),
                (",\"d\":", "\"\""),
                (",\"e\":", "-1.5e3")
            ]
        );
    }

    #[test]
    fn text() {
        assert_eq!(
            split(r#" a=1 b="x =\" y" c=2"#),
            [(" a=", "1"), (" b=", r#""x =\" y""#), (" c=", "2")]
        );
        let colored = " \x1b[2ma=\x1b[0m1 \x1b[2mb=\x1b[0m\"x\"";
        assert_eq!(
            split(colored),
            [(" \x1b[2ma=\x1b[0m", "1"), (" \x1b[2mb=\x1b[0m", "\"x\"")]
        );
    }

    #[test]
    fn what_is_not_a_field_ends() {
        for text in [",", ",\"", ",\"a", ",\"a\"", ",\"a\":\"", " a", " a=\"", "=", "x"] {
            let split = split(text);
            assert_eq!(
                split
                    .iter()
                    .map(|(key, value)| key.len() + value.len())
                    .sum::<usize>(),
                text.len(),
                "{text}"
            );
        }
    }
}
