//! The rules that a content security policy is checked by.

use super::{
    Csp,
    directive::{Directive, Values},
};

/// Keywords that stand in single quotes.
const KEYWORDS: [&str; 10] = [
    "none",
    "self",
    "unsafe-inline",
    "unsafe-eval",
    "unsafe-hashes",
    "strict-dynamic",
    "report-sample",
    "wasm-unsafe-eval",
    "inline-speculation-rules",
    "nonce",
];

/// Starts of sources that stand in single quotes.
const QUOTED_PREFIXES: [&str; 4] = ["nonce-", "sha256-", "sha384-", "sha512-"];

/// The flags of `<iframe sandbox>` (HTML standard).
const SANDBOX_FLAGS: [&str; 13] = [
    "allow-downloads",
    "allow-forms",
    "allow-modals",
    "allow-orientation-lock",
    "allow-pointer-lock",
    "allow-popups",
    "allow-popups-to-escape-sandbox",
    "allow-presentation",
    "allow-same-origin",
    "allow-scripts",
    "allow-top-navigation",
    "allow-top-navigation-by-user-activation",
    "allow-top-navigation-to-custom-protocols",
];

/// Tells everything that is wrong with a policy.
pub(super) fn review(
    directives: &[(Directive, Vec<String>)],
    without_default: bool,
    tell: &mut dyn FnMut(String),
) {
    if directives.is_empty() {
        return tell("the policy is empty".to_owned());
    }
    if !without_default
        && !directives
            .iter()
            .any(|(directive, _)| *directive == Directive::DefaultSrc)
    {
        tell("no default-src: what no other directive names would be allowed".to_owned());
    }
    for (directive, list) in directives {
        let name = directive.as_str();
        let mut tell = |reason: String| tell(format!("{name}: {reason}"));
        if let Some(bad) = list.iter().find(|value| !is_plain(value)) {
            // Such a value would end the directive or the policy: nothing else can be said of it.
            tell(format!(
                "{:?} is not one value: no blank, `;`, `,` or control character",
                shorten(bad)
            ));
            continue;
        }
        match directive.values() {
            Values::Sources | Values::Ancestors => sources(*directive, list, &mut tell),
            Values::Endpoint if list.len() != 1 => tell("names one endpoint".to_owned()),
            Values::Endpoint => {}
            Values::Uris => {
                if list.is_empty()
                    || !list
                        .iter()
                        .all(|uri| uri.starts_with("https://") || uri.starts_with('/'))
                {
                    tell("lists https addresses or paths".to_owned());
                }
            }
            Values::SandboxFlags => {
                for flag in list.iter().filter(|flag| !SANDBOX_FLAGS.contains(&flag.as_str())) {
                    tell(format!("{:?} is no flag of the sandbox", shorten(flag)));
                }
            }
            Values::TrustedTypeSinks if list != &["'script'"] => tell("takes only \"'script'\"".to_owned()),
            Values::TrustedTypeSinks => {}
            Values::TrustedTypeNames => {
                for word in list.iter().filter(|word| !is_trusted_type(word)) {
                    tell(format!("{:?} is no name of a policy", shorten(word)));
                }
            }
            Values::Nothing if !list.is_empty() => tell("takes no values".to_owned()),
            Values::Nothing => {}
        }
    }
}

fn sources(directive: Directive, list: &[String], tell: &mut dyn FnMut(String)) {
    if list.is_empty() {
        tell("allows nothing; write \"'none'\" if that is meant".to_owned());
    }
    if list.len() > 1 && list.iter().any(|source| source.eq_ignore_ascii_case("'none'")) {
        tell("\"'none'\" means nothing beside other sources".to_owned());
    }
    for (n, word) in list.iter().enumerate() {
        if list[..n].contains(word) {
            tell(format!("{:?} stands twice", shorten(word)));
        } else if let Some(reason) = source(directive, word) {
            tell(reason);
        }
    }
    let fixed = |start: &str| list.iter().any(|source| source.starts_with(start));
    let has_nonce_or_hash = list.iter().any(|source| source == Csp::NONCE) || fixed("'sha");
    if directive.is_script() && fixed("'strict-dynamic'") && !has_nonce_or_hash {
        tell("\"'strict-dynamic'\" without a nonce or hash blocks every script".to_owned());
    }
}

/// What is wrong with one source.
fn source(directive: Directive, word: &str) -> Option<String> {
    let shown = shorten(word);
    let lower = word.to_ascii_lowercase();
    let is_quotable = |word: &str| {
        KEYWORDS.contains(&word) || QUOTED_PREFIXES.iter().any(|prefix| word.starts_with(prefix))
    };

    let Some(inner) = lower.strip_prefix('\'') else {
        if is_quotable(&lower) {
            return Some(format!("write \"'{shown}'\" with its quotes"));
        }
        return (!is_place(word)).then(|| format!("{shown:?} is neither a host, a scheme nor a keyword"));
    };
    let Some(inner) = inner.strip_suffix('\'') else {
        return Some(format!("{shown:?} lacks a quote"));
    };
    let is_script_only = !matches!(inner, "none" | "self");
    if is_script_only && matches!(directive.values(), Values::Ancestors) {
        return Some(format!("{shown:?} means nothing here"));
    }
    if inner.starts_with("nonce-") {
        return Some("a nonce must be fresh in each response; write Csp::NONCE".to_owned());
    }
    if inner == "nonce" && word != Csp::NONCE {
        return Some("write Csp::NONCE in lower case".to_owned());
    }
    if let Some((_, hash)) = word.split_once('-').filter(|_| inner.starts_with("sha")) {
        let hash = hash.trim_end_matches('\'');
        let length = match &inner[..inner.len().min(7)] {
            "sha256-" => 44,
            "sha384-" => 64,
            "sha512-" => 88,
            _ => 0,
        };
        if hash.len() != length
            || !hash
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"+/-_=".contains(&b))
        {
            return Some(format!("{shown:?} is no base64 of such a hash"));
        }
    } else if !KEYWORDS.contains(&inner) {
        return Some(format!("{shown:?} is no keyword"));
    }
    if (inner == "nonce" || inner.starts_with("sha")) && !directive.takes_nonce() {
        return Some(format!("{shown:?} means nothing here"));
    }
    None
}

/// `*`, a scheme (`data:`) or a host with its scheme, port and path.
fn is_place(word: &str) -> bool {
    let is_scheme = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
    };
    if word == "*" || word.strip_suffix(':').is_some_and(is_scheme) {
        return true;
    }
    let rest = match word.split_once("://") {
        Some((scheme, rest)) if is_scheme(scheme) => rest,
        Some(_) => return false,
        None => word,
    };
    let (authority, path) = match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    let host = host.strip_prefix("*.").unwrap_or(host);
    !host.is_empty()
        && host.split('.').all(|label| {
            !label.is_empty()
                && label
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        })
        && port.is_none_or(|port| {
            port == "*" || (matches!(port.len(), 1..=5) && port.bytes().all(|b| b.is_ascii_digit()))
        })
        && !path.contains(['?', '#', '"', '<', '>', '\'', '*'])
}

fn is_trusted_type(word: &str) -> bool {
    matches!(word, "*" | "'none'" | "'allow-duplicates'")
        || (!word.is_empty()
            && word
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-#=_/@.%".contains(&b)))
}

/// Whether a value is one word that cannot end its directive.
fn is_plain(value: &str) -> bool {
    !value.is_empty()
        && value
            .bytes()
            .all(|b| b.is_ascii_graphic() && b != b';' && b != b',')
}

/// The start of a text that may be long.
pub(super) fn shorten(text: &str) -> String {
    text.chars().take(48).collect()
}
