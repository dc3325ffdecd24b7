//! Finds the inline scripts of a page, as a browser would run them.

/// A script inside of a page.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Inline<'p> {
    /// The offset of its code in the page.
    pub(super) at: usize,
    pub(super) code: &'p str,
    /// It has a nonce, by which a content security policy can allow it.
    pub(super) has_nonce: bool,
}

/// Elements whose content is not markup.
const RAW: [&str; 4] = ["script", "style", "textarea", "title"];
/// Attributes that hold addresses, which may be `javascript:`.
const ADDRESSES: [&str; 5] = ["href", "src", "action", "formaction", "xlink:href"];

/// Returns every inline script: elements without `src`, event handlers, and `javascript:` addresses. The latter two cannot have a nonce.
pub(super) fn inline_scripts(page: &str) -> Vec<Inline<'_>> {
    let lower = page.to_ascii_lowercase();
    let mut scripts = Vec::new();
    let mut at = 0;
    while let Some(open) = lower[at..].find('<').map(|found| at + found) {
        if lower[open..].starts_with("<!--") {
            // `<!-->` is a whole comment.
            let end = lower[open + 2..].find("-->");
            at = end.map_or(page.len(), |end| open + 2 + end + 3);
            continue;
        }
        let name: String = lower[open + 1..]
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric())
            .collect();
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            at = open + 1;
            continue;
        }
        let Some((attributes, end)) = attributes(page, open + 1 + name.len()) else {
            break; // the page ends inside of a tag
        };
        at = end;
        scripts.extend(attributes.iter().filter(|one| one.is_script()).map(|one| Inline {
            at: one.at,
            code: one.value,
            has_nonce: false,
        }));
        if RAW.contains(&name.as_str()) {
            let close = lower[at..].find(&format!("</{name}"));
            let close = close.map_or(page.len(), |found| at + found);
            let get = |name| {
                attributes
                    .iter()
                    .find(|one| one.name == name)
                    .map(|one| one.value)
            };
            let is_data = get("type").is_some_and(|kind| kind.trim().to_ascii_lowercase().ends_with("json"));
            if name == "script" && get("src").is_none() && !is_data {
                scripts.push(Inline {
                    at,
                    code: &page[at..close],
                    has_nonce: get("nonce").is_some_and(|nonce| !nonce.trim().is_empty()),
                });
            }
            at = close;
        }
    }
    scripts
}

struct Attribute<'p> {
    name: String,
    value: &'p str,
    at: usize,
}

impl Attribute<'_> {
    fn is_script(&self) -> bool {
        let is_handler = self.name.len() > 2 && self.name.starts_with("on");
        let address = || self.value.trim_start().to_ascii_lowercase();
        is_handler || ADDRESSES.contains(&&*self.name) && address().starts_with("javascript:")
    }
}

/// The attributes of a tag from `at`, and where the tag ends.
fn attributes(page: &str, mut at: usize) -> Option<(Vec<Attribute<'_>>, usize)> {
    let is_blank = |c: char| c.is_ascii_whitespace();
    let skip = |at: usize, over: &dyn Fn(char) -> bool| {
        let rest = &page[at..];
        at + rest.find(|c| !over(c)).unwrap_or(rest.len())
    };
    let mut found = Vec::new();
    loop {
        at = skip(at, &|c| is_blank(c) || c == '/');
        if page[at..].starts_with('>') {
            return Some((found, at + 1));
        }
        // A name may begin with `=`, and then has it.
        let first = page[at..].chars().next()?;
        let end = skip(at + first.len_utf8(), &|c| {
            !is_blank(c) && !matches!(c, '/' | '>' | '=')
        });
        let name = page[at..end].to_ascii_lowercase();
        at = skip(end, &is_blank);
        if !page[at..].starts_with('=') {
            found.push(Attribute { name, value: "", at });
            continue;
        }
        at = skip(at + 1, &is_blank);
        let (start, end, next) = match page[at..].chars().next()? {
            quote @ ('"' | '\'') => {
                let end = at + 1 + page[at + 1..].find(quote)?;
                (at + 1, end, end + 1)
            }
            _ => {
                let end = skip(at, &|c| !is_blank(c) && c != '>');
                (at, end, end)
            }
        };
        found.push(Attribute {
            name,
            value: &page[start..end],
            at: start,
        });
        at = next;
    }
}

#[cfg(test)]
mod tests {
    use super::inline_scripts;

    /// The code of each script, and whether it has a nonce.
    fn scripts(page: &str) -> Vec<(&str, bool)> {
        let scripts = inline_scripts(page).into_iter();
        scripts.map(|script| (script.code, script.has_nonce)).collect()
    }

    #[test]
    fn every_way_to_run_a_script_is_found() {
        for (page, code, has_nonce) in [
            ("<script>a()</script>", "a()", false),
            ("<SCRIPT\n>a()</ScRiPt>", "a()", false),
            ("<script nonce=\"r4\">a()</script>", "a()", true),
            ("<script type=module nonce=r4>a()</script>", "a()", true),
            ("<script nonce=''>a()</script>", "a()", false),
            ("<script nonce>a()</script>", "a()", false),
            ("<script/async>a()", "a()", false),
            ("<p title='>' ONCLICK=\"a()\">", "a()", false),
            ("<img/onerror=a()>", "a()", false),
            ("<a href=' javascript:a()'>x</a>", " javascript:a()", false),
            ("<!-- <p> --><script>a<b</script>", "a<b", false),
            ("<!--><script>a()</script>", "a()", false),
        ] {
            assert_eq!(scripts(page), [(code, has_nonce)], "{page}");
        }
    }

    #[test]
    fn what_is_no_inline_script_is_not() {
        for page in [
            "<script src=\"/app.js\"></script>",
            "<script type=\"application/ld+json\">{}</script>",
            "<!-- <script>a()</script> -->",
            "<title><script>a()</script></title>",
            "<p title='<script>a()</script>'>",
            "<a href=\"https://example.com/?javascript:\">x</a>",
            "a < b, é < ü",
            "<p",
            "<p class=\"",
            "<",
            "<script",
            "<!--",
            "",
        ] {
            assert_eq!(scripts(page), [], "{page}");
        }
    }
}
