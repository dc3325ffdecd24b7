//! What the file says, and what is refused.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use secure_config::SecureConfig;
use secure_runtime::security_txt::{Expires, SecurityTxt, SecurityTxtSettings};
use tests::lines::capture;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// 2027-01-01.
const EXPIRES: &str = "2027-01-01T00:00:00Z";

/// So many days before the file expires.
fn before(days: u32) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_798_761_600) - DAY * days
}

fn sound() -> SecurityTxt {
    SecurityTxt::new()
        .contact("mailto:security@example.com")
        .expires(EXPIRES.parse::<Expires>().unwrap())
}

#[test]
fn all_fields_in_the_order_of_their_weight() {
    let vars = [
        (
            "SECURITY_TXT_CONTACT",
            "https://example.com/report, mailto:security@example.com, tel:+1-201-555-0123",
        ),
        ("SECURITY_TXT_EXPIRES", "2027-01-01T01:00:00+01:00"),
        ("SECURITY_TXT_ENCRYPTION", "https://example.com/key.asc"),
        ("SECURITY_TXT_ACKNOWLEDGMENTS", "https://example.com/thanks"),
        ("SECURITY_TXT_PREFERRED_LANGUAGES", "en, pt-BR"),
        (
            "SECURITY_TXT_CANONICAL",
            "https://example.com/.well-known/security.txt",
        ),
        ("SECURITY_TXT_POLICY", "https://example.com/policy"),
        ("SECURITY_TXT_HIRING", "https://example.com/jobs"),
    ];
    let settings = SecurityTxtSettings::loader().vars(vars).load().unwrap();
    let layer = SecurityTxt::from(&settings).build_at(before(100)).unwrap();
    assert_eq!(
        layer.text().unwrap(),
        "Contact: https://example.com/report\n\
         Contact: mailto:security@example.com\n\
         Contact: tel:+1-201-555-0123\n\
         Expires: 2027-01-01T00:00:00Z\n\
         Encryption: https://example.com/key.asc\n\
         Acknowledgments: https://example.com/thanks\n\
         Canonical: https://example.com/.well-known/security.txt\n\
         Policy: https://example.com/policy\n\
         Hiring: https://example.com/jobs\n\
         Preferred-Languages: en, pt-BR\n"
    );
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let error = SecurityTxt::new()
        .contact("http://example.com")
        .contact("mailto:a@example.com\r\nContact: mailto:evil@example.net")
        .preferred_languages(["english please"])
        .canonical("https://example.com/elsewhere")
        .build_at(before(100))
        .unwrap_err();
    let problems: Vec<_> = error.problems().collect();
    assert_eq!(problems.len(), 5, "{problems:?}");
    for (problem, begin) in problems.iter().zip([
        "SECURITY_TXT_CONTACT: \"http://example.com\": ",
        "SECURITY_TXT_CONTACT: \"mailto:a@example.com\\r\\n",
        "SECURITY_TXT_PREFERRED_LANGUAGES: ",
        "SECURITY_TXT_CANONICAL: ",
        "SECURITY_TXT_EXPIRES: not set; ",
    ]) {
        assert!(problem.starts_with(begin), "{problem}");
    }
    assert!(!error.is_expired());
    assert!(
        SecurityTxt::new()
            .build_at(before(1))
            .unwrap_err()
            .to_string()
            .starts_with("SECURITY_TXT_CONTACT: not set")
    );
}

#[test]
fn a_file_that_has_expired_is_told_apart() {
    let error = sound().build_at(before(0)).unwrap_err();
    assert!(error.is_expired());
    assert_eq!(
        error.to_string(),
        "SECURITY_TXT_EXPIRES: \"2027-01-01T00:00:00Z\": has passed; look over the file and set a new date"
    );
    let worse = sound().contact("nobody").build_at(before(0)).unwrap_err();
    assert!(!worse.is_expired(), "more than that is wrong");
}

#[test]
fn the_log_is_told_when_it_is_time() {
    for (days, words) in [
        (1, Some("expires soon")),
        (29, Some("expires soon")),
        (31, None),
        (365, None),
        (366, Some("more than a year")),
    ] {
        let (lines, _guard) = capture();
        drop(sound().build_at(before(days) - Duration::from_secs(1)).unwrap());
        let lines = lines.take();
        assert_eq!(lines.len(), usize::from(words.is_some()), "{days}: {lines:?}");
        if let Some(words) = words {
            assert_eq!(lines[0]["level"], "WARN");
            assert!(lines[0]["message"].contains(words));
            assert_eq!(lines[0]["expires"], EXPIRES);
        }
    }
}

#[test]
fn a_date_that_is_none_is_refused_when_it_is_loaded() {
    let vars = [("SECURITY_TXT_EXPIRES", "next year")];
    let error = SecurityTxtSettings::loader().vars(vars).load().unwrap_err();
    assert!(
        error.to_string().contains("write 2027-06-30T00:00:00Z"),
        "{error}"
    );
}
