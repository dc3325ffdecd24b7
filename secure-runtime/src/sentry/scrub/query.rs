//! Finds query strings inside a text.

use std::ops::Range;

/// Calls `found` with each query string: what stands behind the `?` of a path or URL, up to a blank or a quote.
///
/// The word before must have a slash, or the query a `=`: "what?" and "a=? AND b=?" stay as they are.
pub(super) fn find(text: &str, found: &mut dyn FnMut(Range<usize>)) {
    let mut from = 0;
    while let Some(at) = text[from..].find('?').map(|at| from + at + 1) {
        let end = text[at..].find(is_end).map_or(text.len(), |end| at + end);
        let query = &text[at..end];
        let word = text[from..at].rsplit(is_end).next().unwrap_or_default();
        let begins = query.starts_with(|char: char| char.is_alphanumeric() || "_-.~%[+&".contains(char));
        if begins && (query.contains('=') || word.contains('/')) {
            found(at..end);
            from = end;
        } else {
            from = at;
        }
    }
}

fn is_end(char: char) -> bool {
    char.is_whitespace() || char.is_control() || "\"'`<>\\".contains(char)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str) -> String {
        let (mut out, mut done) = (String::new(), 0);
        find(text, &mut |range| {
            out.push_str(&text[done..range.start]);
            out.push('#');
            done = range.end;
        });
        out + &text[done..]
    }

    #[test]
    fn queries() {
        for (text, left) in [
            ("/a?b=c", "/a?#"),
            ("GET https://h/a?b=c&d HTTP/1.1", "GET https://h/a?# HTTP/1.1"),
            ("{\"url\":\"/a?b=c\",\"x\":1}", "{\"url\":\"/a?#\",\"x\":1}"),
            ("/reset?8pXv0rVb", "/reset?#"),
            ("?b=c", "?#"),
            ("/a?b=c /d?e=f", "/a?# /d?#"),
            ("/a?b=c?d", "/a?#"),
            ("/é?ü=ß", "/é?#"),
        ] {
            assert_eq!(masked(text), left);
        }
    }

    #[test]
    fn sentences() {
        for text in [
            "",
            "?",
            "what?",
            "what? no",
            "is it so?Yes",
            "a=? AND b=?",
            "/a?",
            "/a? b=c",
        ] {
            assert_eq!(masked(text), text);
        }
    }
}
