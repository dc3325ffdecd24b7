//! Doc comments as operators read them: the text that rustdoc shows, without links into the code and without examples.

use syn::{Attribute, Expr, Lit, Meta};

/// Returns the text of the doc comments, one line for each line of the source.
///
/// Links become their text, followed by the address if it is on the web. Examples in Rust and the sections about errors and panics are
/// left out.
pub(crate) fn operators_text(attributes: &[Attribute]) -> String {
    let source = source(attributes);
    let (lines, links) = without_code(&source);
    inline(&lines.join("\n"), &links).trim().to_owned()
}

fn source(attributes: &[Attribute]) -> String {
    let mut lines = Vec::new();
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("doc"))
    {
        let Meta::NameValue(pair) = &attribute.meta else {
            continue;
        };
        let Expr::Lit(literal) = &pair.value else { continue };
        let Lit::Str(text) = &literal.lit else { continue };
        for line in text.value().split('\n') {
            lines.push(line.strip_prefix(' ').unwrap_or(line).trim_end().to_owned());
        }
    }
    lines.join("\n")
}

/// Splits a text into its lines, without Rust code and the marks of headings, and its definitions of links.
fn without_code(text: &str) -> (Vec<String>, Vec<(String, String)>) {
    let (mut lines, mut links) = (Vec::new(), Vec::new());
    // The open fence, and whether its content is shown.
    let mut fence: Option<(&str, bool)> = None;
    // The depth of a section that is left out.
    let mut skipped = None;
    for line in text.lines() {
        let start = line.trim_start();
        let mark = ["```", "~~~"].into_iter().find(|mark| start.starts_with(mark));
        match (fence, mark) {
            (Some((open, _)), Some(mark))
                if mark == open && start.trim_end().trim_matches(['`', '~']).is_empty() =>
            {
                fence = None;
                continue;
            }
            (Some((_, is_shown)), _) => {
                if is_shown && skipped.is_none() {
                    lines.push(format!("    {line}"));
                }
                continue;
            }
            (None, Some(mark)) => {
                fence = Some((mark, !is_rust(start.trim_start_matches(['`', '~']))));
                continue;
            }
            (None, None) => {}
        }
        let depth = start.bytes().take_while(|&byte| byte == b'#').count();
        if (1..=6).contains(&depth) && start[depth..].starts_with(' ') {
            let title = start[depth..].trim();
            if skipped.is_none_or(|outer| depth <= outer) {
                let is_for_programmers =
                    ["Example", "Examples", "Errors", "Panics", "Safety"].contains(&title);
                skipped = is_for_programmers.then_some(depth);
            }
            if skipped.is_none() {
                lines.push(title.to_owned());
            }
            continue;
        }
        if let Some((label, target)) = definition(start) {
            links.push((label.to_owned(), target.to_owned()));
        } else if skipped.is_none() && !(line.is_empty() && lines.last().is_some_and(String::is_empty)) {
            lines.push(line.to_owned());
        }
    }
    (lines, links)
}

/// Returns true if rustdoc takes the words after a fence for Rust code.
fn is_rust(info: &str) -> bool {
    const WORDS: [&str; 6] = [
        "rust",
        "ignore",
        "no_run",
        "should_panic",
        "compile_fail",
        "test_harness",
    ];
    let mut words = info.split([',', ' ', '{', '}']).filter(|word| !word.is_empty());
    words.all(|word| WORDS.contains(&word) || word.starts_with("edition") || word.starts_with("ignore-"))
}

/// Splits `[label]: target`.
fn definition(line: &str) -> Option<(&str, &str)> {
    let (label, target) = line.strip_prefix('[')?.split_once("]:")?;
    (!label.contains(']')).then(|| (label, target.trim().split(' ').next().unwrap_or_default()))
}

/// Replaces links by their text and removes the backslashes of escapes.
fn inline(text: &str, links: &[(String, String)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let taken = match first {
            '`' => code(rest).map(|(span, len)| (unpathed(span), len)),
            '\\' => rest[1..]
                .chars()
                .next()
                .filter(char::is_ascii_punctuation)
                .map(|escaped| (escaped.to_string(), 2)),
            '!' if rest[1..].starts_with('[') => link(&rest[1..], links).map(|(text, len)| (text, len + 1)),
            '[' => link(rest, links),
            '<' => rest[1..]
                .split_once('>')
                .filter(|(target, _)| is_web(target))
                .map(|(target, _)| (target.to_owned(), target.len() + 2)),
            _ => None,
        };
        let (text, len) = taken.unwrap_or_else(|| (first.to_string(), first.len_utf8()));
        out.push_str(&text);
        rest = &rest[len..];
    }
    out
}

/// Returns the code span at the start of a text, and its length.
fn code(text: &str) -> Option<(&str, usize)> {
    let marks = text.bytes().take_while(|&byte| byte == b'`').count();
    let end = text[marks..].find(&text[..marks])? + 2 * marks;
    Some((&text[..end], end))
}

/// Removes the path inside a code span: operators read `Level` in place of `crate::net::Level`.
fn unpathed(span: &str) -> String {
    let code = span.trim_matches('`');
    let is_path = code
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"_:()!".contains(&byte));
    let is_local = ["crate::", "self::", "super::", "Self::"]
        .iter()
        .any(|start| code.starts_with(start));
    match code.rsplit("::").next() {
        Some(last) if is_path && is_local => format!("`{last}`"),
        _ => span.to_owned(),
    }
}

fn is_web(target: &str) -> bool {
    ["https://", "http://", "mailto:"]
        .iter()
        .any(|start| target.starts_with(start))
}

/// Returns the text of the link at the start of a text, and the length of the link.
fn link(text: &str, links: &[(String, String)]) -> Option<(String, usize)> {
    let end = closing(text, '[', ']')?;
    let label = &text[1..end];
    let shown = inline(label, links);
    let with = |target: Option<&str>| match target.map(|target| target.trim_matches(['<', '>'])) {
        Some(target) if is_web(target) && target != shown => format!("{shown} ({target})"),
        _ => shown.clone(),
    };
    let defined = |label: &str| {
        let is_it = |link: &&(String, String)| link.0.eq_ignore_ascii_case(label);
        links.iter().find(is_it).map(|(_, target)| target.as_str())
    };
    let behind = &text[end + 1..];
    if behind.starts_with('(') {
        let close = closing(behind, '(', ')')?;
        let target = behind[1..close].trim().split([' ', '\n']).next();
        return Some((with(target), end + 1 + close + 1));
    }
    if behind.starts_with('[') {
        let close = closing(behind, '[', ']')?;
        let reference = &behind[1..close];
        let target = defined(if reference.is_empty() { label } else { reference });
        return Some((with(target), end + 1 + close + 1));
    }
    // Brackets alone are a link only if they name an item or a definition.
    let is_item = |label: &str| {
        let path = label
            .trim_matches('`')
            .trim_end_matches("()")
            .trim_end_matches('!');
        let is_path = !path.is_empty()
            && path.split("::").all(|part| {
                !part.is_empty()
                    && part
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            });
        let is_type = path.starts_with(|first: char| first.is_ascii_uppercase())
            && path.contains(|c: char| c.is_ascii_lowercase());
        is_path && (label.starts_with('`') || path.contains("::") || is_type || label.ends_with("()"))
    };
    (is_item(label) || defined(label).is_some()).then(|| (with(defined(label)), end + 1))
}

/// Returns the place of the bracket that closes the one at the start of a text; code spans do not count.
fn closing(text: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(character) = text[at..].chars().next() {
        if character == '`' {
            if let Some((_, len)) = code(&text[at..]) {
                at += len;
                continue;
            }
        }
        if character == open {
            depth += 1;
        } else if character == close {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        }
        at += character.len_utf8();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{inline, without_code};

    fn text(doc: &str) -> String {
        let (lines, links) = without_code(doc);
        inline(&lines.join("\n"), &links).trim().to_owned()
    }

    #[test]
    fn links_are_their_text() {
        for (doc, shown) in [
            ("See [`Duration`](std::time::Duration).", "See `Duration`."),
            ("See [the pool][Pool] and [pool][].", "See the pool and pool."),
            (
                "See [`Pool`] and [Level], [crate::Level] or [run()].",
                "See `Pool` and Level, crate::Level or run().",
            ),
            (
                "See [`crate::net::Level`] and `Self::port`.",
                "See `Level` and `port`.",
            ),
            (
                "[the guide](https://example.com/a_(b) \"title\")",
                "the guide (https://example.com/a_(b))",
            ),
            (
                "[the guide][g]\n\n[g]: https://example.com",
                "the guide (https://example.com)",
            ),
            ("<https://example.com> and <b>", "https://example.com and <b>"),
            ("![a picture](a.png)", "a picture"),
            (
                "A list such as [a, b] or [0, 10], [optional], [::1]:80.",
                "A list such as [a, b] or [0, 10], [optional], [::1]:80.",
            ),
            ("Not `[a](b)`, nor \\[c\\](d).", "Not `[a](b)`, nor [c](d)."),
            ("[two\nlines](crate::x)", "two\nlines"),
            ("an open [ and `code", "an open [ and `code"),
        ] {
            assert_eq!(text(doc), shown);
        }
    }

    #[test]
    fn code_of_rust_is_left_out() {
        let doc = "What it is.\n\n```\nlet a = 1;\n```\n\n# Examples\n\nLike so:\n```rust,no_run\nrun();\n```\n\n## More\nx\n# Values\n\n```text\nA=1\n```\nEnd.\n\n# Panics\n\nNever.";
        assert_eq!(text(doc), "What it is.\n\nValues\n\n    A=1\nEnd.");
    }
}
