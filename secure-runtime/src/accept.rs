//! Whether a client would rather read HTML: RFC 9110 §12.5.1.

use http::HeaderMap;
use http::header::ACCEPT;

/// More items than this are not read.
const MAX_ITEMS: usize = 64;

/// Whether the client names HTML and does not like JSON better. JSON is the answer to everyone else.
pub(crate) fn prefers_html(headers: &HeaderMap) -> bool {
    let (mut html, mut json, mut anything) = (None, None, None);
    let lists = headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok());
    for item in lists.flat_map(|list| list.split(',')).take(MAX_ITEMS) {
        let mut parts = item.split(';').map(str::trim);
        let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
        let Some(weight) = weight(parts) else { continue };
        let slot = match kind.as_str() {
            "text/html" | "application/xhtml+xml" => &mut html,
            "application/json" | "application/problem+json" => &mut json,
            "application/*" | "*/*" => &mut anything,
            _ => continue,
        };
        *slot = Some(slot.unwrap_or(0).max(weight));
    }
    match (html, json, anything) {
        (None | Some(0), _, _) => false,
        (Some(html), Some(json), _) => html > json,
        // At the same weight, who names HTML wants it.
        (Some(html), None, anything) => html >= anything.unwrap_or(0),
    }
}

/// The `q` among the parameters, in thousandths; 1000 without one, `None` when it is malformed.
fn weight<'a>(mut parameters: impl Iterator<Item = &'a str>) -> Option<u16> {
    let quality = parameters.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then(|| value.trim())
    });
    let Some(quality) = quality else { return Some(1000) };
    let (whole, fraction) = quality.split_once('.').unwrap_or((quality, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let thousandths = format!("{fraction:0<3}").parse::<u16>().ok()?;
    match whole {
        "0" => Some(thousandths),
        "1" if thousandths == 0 => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn html(lists: &[&str]) -> bool {
        let mut headers = HeaderMap::new();
        for list in lists {
            headers.append(ACCEPT, HeaderValue::from_str(list).unwrap());
        }
        prefers_html(&headers)
    }

    #[test]
    fn browsers_get_html() {
        let chrome = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";
        assert!(html(&[chrome]));
        assert!(html(&["TEXT/HTML"]));
        assert!(html(&["text/html, */*"]));
        assert!(html(&["application/json;q=0.5", "text/html;q=0.9"]));
    }

    #[test]
    fn everyone_else_gets_json() {
        assert!(!html(&[]));
        assert!(!html(&[""]));
        assert!(!html(&["*/*"]));
        assert!(!html(&["text/*"]));
        assert!(!html(&["application/json"]));
        assert!(!html(&["application/json, text/html"]));
        assert!(!html(&["text/html;q=0.9, application/problem+json"]));
        assert!(!html(&["application/json, text/plain, */*"]));
        assert!(!html(&["text/html;q=0.5, application/json;q=0.9"]));
        assert!(!html(&["text/html;q=0.5, */*"]));
        assert!(!html(&["text/html;q=0"]));
        assert!(!html(&["text/html;q=2"]));
        assert!(!html(&["text/html;q=0.0001"]));
        assert!(!html(&["text/html;q=-1"]));
        assert!(!html(&["text/html;q="]));
    }

    proptest! {
        #[test]
        fn only_who_names_html_gets_it(
            list in "((text/html|application/xhtml[+]xml|application/json|text/[*]|[*]/[*])(;q=[0-9.]{1,5})?,|[ -~]{0,12},?){0,8}",
        ) {
            let names_html = list.to_ascii_lowercase().contains("html");
            prop_assert!(!html(&[&list]) || names_html);
            // Nothing that is added as JSON makes it HTML.
            prop_assert!(html(&[&list]) || !html(&[&list, "application/json"]));
        }

        #[test]
        fn the_heavier_wins(html_weight in 0_u16..=1000, json_weight in 0_u16..=1000) {
            let quality = |weight: u16| format!("{}.{:03}", weight / 1000, weight % 1000);
            let list = format!("application/json;q={},text/html;q={}", quality(json_weight), quality(html_weight));
            prop_assert_eq!(html(&[&list]), html_weight > json_weight);
        }
    }
}
