//! Parsers of the formats that the kernel's files share.

/// The number in the first column of a file that holds one value; `None` for `max`, `-1` and anything else.
pub(super) fn number(text: &str) -> Option<u64> {
    text.split_ascii_whitespace().next()?.parse().ok()
}

/// The number that follows `key` on a line of its own: `key 123` or `key:   123 kB`.
pub(super) fn value_of(text: &str, key: &str) -> Option<u64> {
    text.lines().find_map(|line| {
        let rest = line.strip_prefix(key)?;
        let rest = rest.strip_prefix(':').unwrap_or(rest);
        // The next character ends the key: `inactive_file` is not `inactive_file_pages`.
        rest.starts_with([' ', '\t']).then(|| number(rest)).flatten()
    })
}

/// How many processors a list such as `0-3,8,10-11` names; `None` when it names none or is not a list.
pub(super) fn processors(text: &str) -> Option<u64> {
    let mut count = 0_u64;
    for range in text.trim().split(',') {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let (first, last) = (first.parse::<u32>().ok()?, last.parse::<u32>().ok()?);
        count += u64::from(last.checked_sub(first)?) + 1;
    }
    Some(count)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn values() {
        assert_eq!(number("9223372036854771712\n"), Some(9_223_372_036_854_771_712));
        assert_eq!(number("max\n"), None);
        assert_eq!(number("-1\n"), None);
        assert_eq!(number(""), None);
        let stat = "inactive_file_pages 7\nactive_file 2\ninactive_file 42\n";
        assert_eq!(value_of(stat, "inactive_file"), Some(42));
        assert_eq!(
            value_of("MemTotal:       24684084 kB\n", "MemTotal"),
            Some(24_684_084)
        );
        assert_eq!(value_of("MemTotal:\n", "MemTotal"), None);
    }

    #[test]
    fn lists_of_processors() {
        assert_eq!(processors("0-3,8,10-11\n"), Some(7));
        assert_eq!(processors("0\n"), Some(1));
        assert_eq!(processors("\n"), None);
        assert_eq!(processors("3-0"), None);
        assert_eq!(processors("0-4294967295,0-4294967295"), Some(1 << 33));
        assert_eq!(processors("0,,1"), None);
    }

    proptest! {
        #[test]
        fn only_what_is_written_is_read(text in "(wanted|key|[0-9,: \t\n-]){0,40}|.{0,40}", list in "[0-9]{1,2}([,-][0-9]{1,2}){0,4}") {
            if let Some(number) = number(&text) {
                prop_assert!(text.contains(&number.to_string()), "{}", number);
            }
            if let Some(value) = value_of(&text, "wanted") {
                let is_line = |line: &str| line.starts_with("wanted") && line.contains(&value.to_string());
                prop_assert!(text.lines().any(is_line), "{}", value);
            }
            for text in [&text, &list] {
                let Some(count) = processors(text) else { continue };
                prop_assert!(text.trim().bytes().all(|byte| byte.is_ascii_digit() || b",-+".contains(&byte)));
                prop_assert!(count > text.matches(',').count() as u64);
            }
        }

        #[test]
        fn a_value_is_found_among_others(
            before in proptest::collection::vec(("[a-j]{1,8}", any::<u64>()), 0..8),
            value in any::<u64>(),
        ) {
            let mut text = String::new();
            for (name, other) in &before {
                text += &format!("{name} {other}\n");
            }
            text += &format!("wanted {value}\n");
            prop_assert_eq!(value_of(&text, "wanted"), Some(value));
        }

        #[test]
        fn a_written_list_is_counted(spans in proptest::collection::vec((0_u32..9, 0_u32..9), 1..20)) {
            let (mut text, mut next, mut count) = (String::new(), 0, 0);
            for (gap, length) in spans {
                let (first, last) = (next + gap, next + gap + length);
                let comma = if text.is_empty() { "" } else { "," };
                text += &if length == 0 { format!("{comma}{first}") } else { format!("{comma}{first}-{last}") };
                count += u64::from(length) + 1;
                next = last + 2;
            }
            prop_assert_eq!(processors(&text), Some(count));
        }
    }
}
