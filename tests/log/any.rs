//! What holds for any text, number and nesting.

use proptest::prelude::*;
use secure_runtime::log::{LogColor, LogFormat, LogSettings};
use tracing::{info, info_span};

use crate::capture::{field, json, lines, number, parse_line};

/// Text with what log lines stumble over: quotes, escapes, controls, pairs, brackets, long runs.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<String>(),
        "[ -~]{0,200}",
        r#"[\\"{}\[\]():=,@;&\\n\\\\ ]{0,40}"#,
        r#"(password|token|Authorization|user)[":= ]{1,3}["a-z\\\\{]{0,9}"#,
        (any::<char>(), 0..3_000_usize).prop_map(|(char, count)| char.to_string().repeat(count)),
    ];
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn a_line_is_strict_json_and_short_enough(a in text(), b in text(), c in text(), n: i64, f: f64) {
        let (lines, _guard) = lines(json(), || {
            let span = info_span!("outer", a, n = tracing::field::Empty, only_outer = n);
            span.record("n", n);
            let _entered = span.entered();
            info_span!("inner", b, debug = ?c).in_scope(|| info!(a = b, c, f, shown = %a, n, "{c} {a}"));
        });
        prop_assert_eq!(lines.len(), 1);
        let line = parse_line(&lines[0]);
        if line.get("log.dropped_fields").is_none() {
            // What a reader of doubles would round is text.
            let digits = if n.unsigned_abs() < 1 << 53 { number } else { field };
            prop_assert_eq!(digits(&line, "n"), n.to_string());
            prop_assert_eq!(digits(&line, "only_outer"), n.to_string());
        }
        if f.is_finite() && line.get("f").is_some() {
            prop_assert_eq!(number(&line, "f").parse::<f64>().unwrap(), f);
        }
        let whole = |value: &str| !value.contains("[REDACTED]") && !value.contains("…[truncated ");
        if line.get("a").is_some() && whole(field(&line, "a")) {
            prop_assert_eq!(field(&line, "a"), b);
        }
    }

    #[test]
    fn a_text_line_is_one_line_of_harmless_characters(a in text(), b in text()) {
        let settings = LogSettings::new().format(LogFormat::Text).color(LogColor::Never);
        let (lines, _guard) = lines(settings, || info_span!("s", b).in_scope(|| info!(a, debug = ?b, "{a}")));
        prop_assert_eq!(lines.len(), 1);
        prop_assert!(lines[0].chars().all(|char| !char.is_control()));
    }
}
