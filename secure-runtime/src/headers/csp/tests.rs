//! Tests of what a policy says and of what is refused.

use super::*;

fn problems(csp: &Csp) -> Vec<String> {
    match csp.check() {
        Ok(()) => Vec::new(),
        Err(error) => error
            .problems()
            .iter()
            .map(|problem| problem.reason().to_owned())
            .collect(),
    }
}

/// A sound policy with one more directive.
fn with(directive: Directive, sources: &[&str]) -> Csp {
    Csp::new()
        .set(Directive::DefaultSrc, ["'self'"])
        .set(directive, sources.iter().copied())
}

#[test]
fn the_profiles_say_what_they_should() {
    assert_eq!(
        Csp::api().to_text(None),
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    assert_eq!(
        Csp::html().to_text(Some("N")),
        "default-src 'none'; script-src 'nonce-N' 'strict-dynamic'; style-src 'self' 'nonce-N'; img-src 'self'; \
         font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'; object-src 'none'"
    );
    assert_eq!(problems(&Csp::api()), [""; 0]);
    assert_eq!(problems(&Csp::html()), [""; 0]);
}

#[test]
fn without_a_nonce_nothing_takes_its_place() {
    let csp = Csp::api()
        .set(Directive::ScriptSrc, [Csp::NONCE])
        .set(Directive::StyleSrc, ["'self'", Csp::NONCE]);
    assert!(csp.to_text(None).ends_with("script-src 'none'; style-src 'self'"));
}

#[test]
fn add_replaces_none() {
    let csp = Csp::api()
        .add(Directive::BaseUri, ["'self'"])
        .add(Directive::ImgSrc, ["https:"]);
    assert_eq!(
        csp.to_text(None),
        "default-src 'none'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'; img-src https:"
    );
    assert_eq!(csp.remove(Directive::ImgSrc).sources(Directive::ImgSrc), None);
}

#[test]
fn accepts_what_the_standard_has() {
    for source in [
        "*",
        "'self'",
        "data:",
        "blob:",
        "https:",
        "wss://live.example",
        "https://cdn.example",
        "https://*.example",
        "cdn.example:8443",
        "cdn.example:*",
        "localhost",
        "https://cdn.example/lib/v1.2/",
        "'unsafe-inline'",
        "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
        "'report-sample'",
        "'wasm-unsafe-eval'",
    ] {
        assert_eq!(
            problems(&with(Directive::ScriptSrc, &[source])),
            [""; 0],
            "{source}"
        );
    }
    for (directive, values) in [
        (Directive::Sandbox, &["allow-scripts", "allow-forms"][..]),
        (Directive::Sandbox, &[]),
        (Directive::UpgradeInsecureRequests, &[]),
        (Directive::RequireTrustedTypesFor, &["'script'"]),
        (Directive::TrustedTypes, &["app-policy", "'allow-duplicates'"]),
        (Directive::ReportUri, &["/csp", "https://reports.example/csp"]),
        (Directive::FrameAncestors, &["'self'", "https://portal.example"]),
    ] {
        assert_eq!(
            problems(&with(directive, values)),
            [""; 0],
            "{}",
            directive.as_str()
        );
    }
}

#[test]
fn refuses_what_would_not_do_what_it_says() {
    use Directive::{
        BaseUri, ConnectSrc, FrameAncestors, ImgSrc, ReportTo, ReportUri, RequireTrustedTypesFor, Sandbox,
        ScriptSrc, TrustedTypes, UpgradeInsecureRequests,
    };
    for (directive, values, reason) in [
        (ScriptSrc, &["self"][..], "with its quotes"),
        (ScriptSrc, &["none"], "with its quotes"),
        (ScriptSrc, &["unsafe-inline"], "with its quotes"),
        (ScriptSrc, &["Strict-Dynamic"], "with its quotes"),
        (ScriptSrc, &["nonce-abc"], "with its quotes"),
        (
            ScriptSrc,
            &["sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="],
            "with its quotes",
        ),
        (ScriptSrc, &["'self"], "lacks a quote"),
        (ScriptSrc, &["'selfie'"], "no keyword"),
        (ScriptSrc, &["'nonce-abc'"], "fresh"),
        (ScriptSrc, &["'NONCE'"], "lower case"),
        (ScriptSrc, &["'sha256-abc'"], "no base64"),
        (ScriptSrc, &["'strict-dynamic'"], "blocks every script"),
        (ImgSrc, &["'self'; script-src *"], "not one value"),
        (ImgSrc, &["https://a.example,https://b.example"], "not one value"),
        (ImgSrc, &["https://a.example https://b.example"], "not one value"),
        (ImgSrc, &["https://a.example\nx-evil: 1"], "not one value"),
        (ImgSrc, &["https://bücher.example"], "not one value"),
        (ImgSrc, &[""], "not one value"),
        (ImgSrc, &[], "write \"'none'\""),
        (ImgSrc, &["'none'", "'self'"], "beside other sources"),
        (ImgSrc, &["'self'", "'self'"], "stands twice"),
        (ImgSrc, &["https://"], "neither a host"),
        (ImgSrc, &["//cdn.example"], "neither a host"),
        (ImgSrc, &["https://cdn.example?x"], "neither a host"),
        (ImgSrc, &["https://cdn.example:port"], "neither a host"),
        (ImgSrc, &["cdn..example"], "neither a host"),
        (ImgSrc, &["a*.example"], "neither a host"),
        (ConnectSrc, &[Csp::NONCE], "means nothing here"),
        (FrameAncestors, &["'unsafe-inline'"], "means nothing here"),
        (BaseUri, &[Csp::NONCE], "means nothing here"),
        (Sandbox, &["allow-everything"], "no flag"),
        (UpgradeInsecureRequests, &["1"], "takes no values"),
        (RequireTrustedTypesFor, &["'style'"], "takes only"),
        (TrustedTypes, &["a b"], "not one value"),
        (TrustedTypes, &["'self'"], "no name of a policy"),
        (ReportTo, &[], "one endpoint"),
        (ReportTo, &["a", "b"], "one endpoint"),
        (ReportUri, &["http://reports.example"], "https addresses"),
    ] {
        let found = problems(&with(directive, values));
        assert!(
            found.iter().any(|problem| problem.contains(reason)),
            "{values:?}: {found:?}"
        );
    }
}

#[test]
fn a_default_is_needed_unless_it_is_said_otherwise() {
    let csp = Csp::new().set(Directive::ImgSrc, ["'self'"]);
    assert!(problems(&csp)[0].contains("default-src"));
    assert_eq!(problems(&csp.without_default_src()), [""; 0]);
    assert_eq!(problems(&Csp::new()), ["the policy is empty"]);
    assert_eq!(
        problems(&Csp::new().without_default_src()),
        ["the policy is empty"]
    );
}

#[test]
fn text_is_read_as_browsers_read_it() {
    let csp: Csp = " Default-Src 'none' ;; img-src\t'self'  data: ; "
        .parse()
        .unwrap();
    assert_eq!(
        csp,
        Csp::new()
            .set(Directive::DefaultSrc, ["'none'"])
            .set(Directive::ImgSrc, ["'self'", "data:"])
    );
    assert_eq!(Csp::api().to_text(None).parse::<Csp>().unwrap(), Csp::api());

    let error = "default-src 'none'; IMG-SRC 'self'; img-src *; imgsrc *"
        .parse::<Csp>()
        .unwrap_err();
    let reasons: Vec<_> = error.problems().iter().map(|problem| problem.reason()).collect();
    assert_eq!(
        reasons,
        [
            "img-src stands twice; browsers read only the first",
            "\"imgsrc\" is no directive"
        ]
    );
    assert!("".parse::<Csp>().is_err());
}

#[test]
fn everything_is_told_at_once() {
    let csp = Csp::new()
        .set(Directive::ImgSrc, ["self", "'nonce-1'"])
        .set(Directive::FontSrc, [""; 0]);
    assert_eq!(problems(&csp).len(), 4, "{:?}", problems(&csp));
}

#[test]
fn a_value_of_its_own() {
    assert_eq!(
        Csp::api().to_value().unwrap(),
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    assert!(Csp::html().to_value().unwrap_err().to_string().contains("nonce"));
    assert!(Csp::new().to_value().is_err());
}

#[test]
fn a_template_is_the_policy_with_nonces() {
    let nonce = crate::headers::CspNonce::generate().unwrap();
    let template = Template::new(&Csp::html()).unwrap();
    assert_eq!(
        template.render(&nonce).unwrap(),
        Csp::html().to_text(Some(nonce.as_str()))
    );
    assert!(Template::new(&Csp::api()).is_none());
}
