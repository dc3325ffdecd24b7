//! `SecretUrl`: it takes or refuses every text, keeps it as it is, and shows scheme and host alone.

use proptest::prelude::*;
use secure_config::SecretUrl;

const PART: &str = "[A-Za-z0-9._~!$&'()*+;=-]{8,30}";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn any_text_is_kept_or_refused(text in "\\PC{0,60}|[a-z:/@?#%0-9.,\\[\\]]{0,40}") {
        match SecretUrl::new(&text) {
            Ok(url) => {
                prop_assert_eq!(url.expose_secret(), &text);
                prop_assert!(url.ct_eq(&text));
                prop_assert!(text.starts_with(url.scheme()) && text.contains(url.host()));
            }
            Err(error) => prop_assert!(text.len() < 8 || !error.to_string().contains(&text)),
        }
    }

    #[test]
    fn only_scheme_and_host_are_shown(
        scheme in "[a-z][a-z0-9+.-]{0,9}",
        host in "[a-z0-9]([a-z0-9.-]{0,20}[a-z0-9])?",
        port in prop::option::of(any::<u16>()),
        user in PART,
        password in PART,
        path in PART,
        query in PART,
    ) {
        let authority = port.map_or(host.clone(), |port| format!("{host}:{port}"));
        let text = format!("{scheme}://{user}:{password}@{authority}/{path}?{query}#{path}");
        let url = SecretUrl::new(&text).unwrap();
        prop_assert_eq!((url.scheme(), url.host()), (scheme.as_str(), host.as_str()));
        prop_assert_eq!(format!("{url:?}"), format!("SecretUrl({scheme}://{host})"));
    }

    #[test]
    fn a_slash_in_a_password_shows_nothing_of_it(user in PART, first in PART, rest in PART, host in "[a-z]{1,9}") {
        // Not percent-encoded, as people paste it. It is refused, or at least not shown.
        for text in [format!("redis://{first}/{rest}@{host}"), format!("redis://{user}:{first}/{rest}@{host}/0")] {
            if let Ok(url) = SecretUrl::new(&text) {
                let shown = format!("{url:?}");
                prop_assert!(![&user, &first, &rest].iter().any(|part| shown.contains(part.as_str())), "{}", shown);
            }
        }
    }
}
