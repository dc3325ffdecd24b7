//! Evaluates a content security policy: what lets an injected script run all the same.
//!
//! The rules are those of CSP level 3 as browsers apply it, and the weaknesses those that `csp_evaluator` and the MDN HTTP Observatory
//! look for.

/// Something a policy lets through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Weakness {
    /// Whether an attacker needs nothing else.
    pub(super) severe: bool,
    pub(super) text: String,
}

impl Weakness {
    pub(super) const fn severe(text: String) -> Self {
        Self { severe: true, text }
    }

    const fn slight(text: String) -> Self {
        Self { severe: false, text }
    }
}

/// Hosts that serve what everyone uploads, or answer with a script of the caller's choice.
const OPEN_HOSTS: [&str; 12] = [
    "ajax.googleapis.com",
    "cdn.jsdelivr.net",
    "cdnjs.cloudflare.com",
    "cloudfront.net",
    "code.jquery.com",
    "esm.sh",
    "githubusercontent.com",
    "googleapis.com",
    "raw.githack.com",
    "skypack.dev",
    "unpkg.com",
    "www.google.com",
];

/// 128 bits in base64, without padding.
const SHORTEST_NONCE: usize = 22;

/// A policy as browsers read it.
struct Policy<'p>(Vec<(String, Vec<&'p str>)>);

impl<'p> Policy<'p> {
    fn read(text: &'p str) -> Self {
        let mut directives: Vec<(String, Vec<&str>)> = Vec::new();
        for part in text.split(';') {
            let mut words = part.split_ascii_whitespace();
            let Some(name) = words.next() else { continue };
            let name = name.to_ascii_lowercase();
            // Of a directive that stands twice, the first one counts.
            if !directives.iter().any(|(known, _)| *known == name) {
                directives.push((name, words.collect()));
            }
        }
        Self(directives)
    }

    fn get(&self, name: &str) -> Option<&[&'p str]> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, sources)| sources.as_slice())
    }

    /// The first of these directives that is there.
    fn first(&self, names: &[&'static str]) -> Option<(&'static str, &[&'p str])> {
        names
            .iter()
            .find_map(|name| self.get(name).map(|sources| (*name, sources)))
    }
}

/// Whether the policy has this directive.
pub(super) fn has_directive(policy: &str, name: &str) -> bool {
    Policy::read(policy).get(name).is_some()
}

/// Everything that is weak in a policy.
pub(super) fn weaknesses(policy: &str) -> Vec<Weakness> {
    let policy = Policy::read(policy);
    let mut found = Vec::new();
    let runs_scripts = scripts(&policy, &mut found);
    objects(&policy, &mut found);
    match policy.get("base-uri") {
        None if runs_scripts => found.push(Weakness::severe(
            "no base-uri: an injected <base> sends scripts with relative addresses elsewhere".to_owned(),
        )),
        Some(sources) if sources.iter().any(|source| is_anything(source)) => {
            found.push(Weakness::severe("base-uri allows every origin".to_owned()));
        }
        _ => {}
    }
    match policy.get("frame-ancestors") {
        None => found.push(Weakness::severe(
            "no frame-ancestors: everyone may frame the page".to_owned(),
        )),
        Some(sources) if sources.iter().any(|source| is_anything(source)) => {
            found.push(Weakness::severe("frame-ancestors allows everyone".to_owned()));
        }
        Some(_) => {}
    }
    if policy.get("form-action").is_none() {
        found.push(Weakness::slight(
            "no form-action: an injected form may send what is typed anywhere".to_owned(),
        ));
    }
    styles(&policy, &mut found);
    for (name, sources) in &policy.0 {
        if sources.iter().any(|source| lower(source).starts_with("http://")) {
            found.push(Weakness::slight(format!("{name} loads over http")));
        }
    }
    found
}

/// What governs scripts; whether any may run at all.
fn scripts(policy: &Policy<'_>, found: &mut Vec<Weakness>) -> bool {
    let Some((name, sources)) = policy.first(&["script-src-elem", "script-src", "default-src"]) else {
        found.push(Weakness::severe(
            "neither script-src nor default-src: every script runs".to_owned(),
        ));
        return true;
    };
    let has = |keyword: &str| sources.iter().any(|source| source.eq_ignore_ascii_case(keyword));
    let is_strict = has("'strict-dynamic'");
    let trusts_by_word = sources.iter().any(|source| is_nonce_or_hash(source));
    // With either of them browsers ignore it.
    if has("'unsafe-inline'") && !trusts_by_word && !is_strict {
        found.push(Weakness::severe(format!(
            "{name} has 'unsafe-inline' without a nonce: injected scripts run"
        )));
    }
    for source in sources {
        let lower = lower(source);
        // With 'strict-dynamic' browsers ignore hosts and schemes.
        if !is_strict && (is_anything(source) || lower == "data:") {
            found.push(Weakness::severe(format!(
                "{name} allows {lower}: everyone can serve a script"
            )));
        } else if !is_strict && lower == "blob:" {
            found.push(Weakness::slight(format!("{name} allows blob:")));
        } else if !is_strict && !trusts_by_word && is_open_host(&lower) {
            found.push(Weakness::slight(format!(
                "{name} allows {lower}, where others can put scripts"
            )));
        }
        if let Some(nonce) = lower.strip_prefix("'nonce-") {
            if nonce.trim_end_matches('\'').trim_end_matches('=').len() < SHORTEST_NONCE {
                found.push(Weakness::severe(format!(
                    "{name} has a nonce that can be guessed: fewer than 128 bits"
                )));
            }
        }
    }
    for keyword in ["'unsafe-eval'", "'unsafe-hashes'"] {
        if has(keyword) {
            found.push(Weakness::slight(format!("{name} has {keyword}")));
        }
    }
    let attributes = policy.first(&["script-src-attr", "script-src", "default-src"]);
    if let Some(("script-src-attr", sources)) = attributes {
        if sources
            .iter()
            .any(|source| source.eq_ignore_ascii_case("'unsafe-inline'"))
        {
            found.push(Weakness::severe(
                "script-src-attr has 'unsafe-inline': injected handlers run".to_owned(),
            ));
        }
    }
    !is_none(sources)
}

fn objects(policy: &Policy<'_>, found: &mut Vec<Weakness>) {
    match policy.first(&["object-src", "default-src"]) {
        None => found.push(Weakness::severe(
            "neither object-src nor default-src: plugins run".to_owned(),
        )),
        Some((_, sources)) if is_none(sources) => {}
        Some(("object-src", _)) => found.push(Weakness::severe(
            "object-src is not 'none': plugins run".to_owned(),
        )),
        Some((_, sources)) => {
            let text = "no object-src: what default-src allows may run as a plugin".to_owned();
            let open = sources.iter().any(|source| is_anything(source));
            found.push(Weakness { severe: open, text });
        }
    }
}

fn styles(policy: &Policy<'_>, found: &mut Vec<Weakness>) {
    if let Some((name, sources)) = policy.first(&["style-src-elem", "style-src", "default-src"]) {
        let inline = sources
            .iter()
            .any(|source| source.eq_ignore_ascii_case("'unsafe-inline'"));
        // Under default-src it has been said of scripts.
        if inline && name != "default-src" && !sources.iter().any(|source| is_nonce_or_hash(source)) {
            found.push(Weakness::slight(format!(
                "{name} has 'unsafe-inline': injected styles can read a page"
            )));
        }
    }
}

fn lower(source: &str) -> String {
    source.to_ascii_lowercase()
}

/// A list without a source allows nothing, too.
fn is_none(sources: &[&str]) -> bool {
    match sources {
        [] => true,
        [one] => one.eq_ignore_ascii_case("'none'"),
        _ => false,
    }
}

/// Every host, by whatever scheme.
fn is_anything(source: &str) -> bool {
    matches!(
        lower(source).as_str(),
        "*" | "http:" | "https:" | "http://*" | "https://*" | "ws:" | "wss:"
    )
}

fn is_nonce_or_hash(source: &str) -> bool {
    let lower = lower(source);
    ["'nonce-", "'sha256-", "'sha384-", "'sha512-"]
        .iter()
        .any(|start| lower.starts_with(start))
}

fn is_open_host(source: &str) -> bool {
    let rest = source.split_once("://").map_or(source, |(_, rest)| rest);
    let host = rest.split(['/', ':']).next().unwrap_or_default();
    let host = host.strip_prefix("*.").unwrap_or(host);
    OPEN_HOSTS
        .iter()
        .any(|open| host == *open || host.strip_suffix(open).is_some_and(|front| front.ends_with('.')))
}

#[cfg(test)]
mod tests;
