//! What an operator can set of the layers.

use std::time::Duration;

use secure_config::SecureConfig;
use secure_runtime::{
    client::{ClientSettings, ForwardedHeader, TrustedProxies},
    headers::HeadersSettings,
    stack::StackSettings,
};

#[derive(Debug, Default, PartialEq, SecureConfig)]
struct Settings {
    #[secure(nested)]
    client: ClientSettings,
    #[secure(nested)]
    headers: HeadersSettings,
    #[secure(nested)]
    stack: StackSettings,
}

fn load(vars: &[(&str, &str)]) -> Result<Settings, String> {
    Settings::loader()
        .vars(vars.iter().copied())
        .load()
        .map_err(|error| error.to_string())
}

#[test]
fn unset_is_the_default() {
    assert_eq!(load(&[]).unwrap(), Settings::default());
}

#[test]
fn everything_can_be_set() {
    let settings = load(&[
        ("TRUSTED_PROXIES", "10.0.0.0/8, fd00::/8"),
        ("FORWARDED_HEADER", "Forwarded"),
        ("HSTS_MAX_AGE", "365d"),
        ("HSTS_INCLUDE_SUBDOMAINS", "yes"),
        ("HSTS_PRELOAD", "1"),
        ("HSTS_ALWAYS", "true"),
        ("MAX_BODY_BYTES", "1024"),
        ("REQUEST_TIMEOUT", "500ms"),
    ])
    .unwrap();
    assert_eq!(
        settings.client.trusted_proxies,
        TrustedProxies::networks(["10.0.0.0/8", "fd00::/8"]).unwrap()
    );
    assert_eq!(settings.client.forwarded_header, ForwardedHeader::Forwarded);
    assert_eq!(settings.headers.hsts_max_age, Duration::from_secs(365 * 86_400));
    assert!(
        settings.headers.hsts_include_subdomains
            && settings.headers.hsts_preload
            && settings.headers.hsts_always
    );
    assert_eq!(settings.stack.max_body_bytes, 1_024);
    assert_eq!(settings.stack.request_timeout, Duration::from_millis(500));
}

#[test]
fn mistakes_are_in_the_report() {
    let report = load(&[
        ("TRUSTED_PROXIES", "10.0.0.7/8"),
        ("FORWARDED_HEADER", "x-real-ip"),
        ("HSTS_MAX_AGE", "-1"),
        ("REQUEST_TIMEOUT", "0s"),
    ])
    .unwrap_err();
    assert!(
        report.starts_with("configuration refused: 4 problems"),
        "{report}"
    );
    for variable in [
        "TRUSTED_PROXIES",
        "FORWARDED_HEADER",
        "HSTS_MAX_AGE",
        "REQUEST_TIMEOUT",
    ] {
        assert!(report.contains(variable), "{report}");
    }
}
