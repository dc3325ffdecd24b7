//! The readable format.

use secure_runtime::log::{LogColor, LogFormat, LogSettings};
use tracing::{error, info, info_span};

use crate::capture::lines;

fn text(run: impl FnOnce()) -> Vec<String> {
    lines(LogSettings::new().format(LogFormat::Text), run).0
}

/// A line without its timestamp.
fn rest(line: &str) -> &str {
    line.split_once("Z ").unwrap().1
}

#[test]
fn a_line_is_readable() {
    let lines = text(|| {
        info_span!("s", request_id = "r1").in_scope(|| {
            info!(target: "app::auth", user = "bob", tries = 2, ratio = 0.5, ok = true, "User logged in");
        });
        error!(target: "app", "broken");
        info!(target: "app", a = 1);
    });
    assert_eq!(
        rest(&lines[0]),
        " INFO app::auth: User logged in user=\"bob\" tries=2 ratio=0.5 ok=true request_id=\"r1\""
    );
    assert_eq!(rest(&lines[1]), "ERROR app: broken");
    assert_eq!(rest(&lines[2]), " INFO app: a=1");
    assert_eq!(
        lines[0].split_once('Z').unwrap().0.len(),
        "2025-11-02T10:30:45.123".len()
    );
}

#[test]
fn nothing_speaks_to_the_terminal() {
    let evil = "a\x1b[31mred\x1b]0;title\x07\x08\u{9b}31m\r\n2025-11-02T10:30:45.123Z ERROR app: forged\u{202e}\u{2028}";
    let lines = text(|| {
        info!(field = evil, shown = %evil, debug = ?evil, "{evil}");
        info_span!("s", span = evil).in_scope(|| info!("m"));
    });
    assert_eq!(lines.len(), 2);
    for line in lines {
        assert!(
            line.chars()
                .all(|char| !char.is_control() && char != '\u{202e}' && char != '\u{2028}'),
            "{line:?}"
        );
        assert!(line.contains("\\u{001b}[31mred"), "{line:?}");
    }
}

#[test]
fn quotes_in_values_do_not_end_them() {
    let lines = text(|| info!(a = "x\" b=\"y", c = "back\\", "say \"hi\""));
    assert!(
        lines[0].ends_with(r#"say "hi" a="x\" b=\"y" c="back\\""#),
        "{}",
        lines[0]
    );
}

#[test]
fn names_cannot_forge_fields() {
    let lines = text(|| info!("a=1 b" = 2, level = "X", "m"));
    assert!(lines[0].ends_with(r#"m a_1_b=2 field.level="X""#), "{}", lines[0]);
}

#[test]
fn secrets_are_redacted_and_spans_overridden() {
    let lines = text(|| {
        info_span!("s", user = "outer", Token = "hunter2", n = 1)
            .in_scope(|| info!(user = "inner", "m {:?}", Some(1)));
    });
    assert!(
        lines[0].ends_with(r#"m Some(1) user="inner" Token="[REDACTED]" n=1"#),
        "{}",
        lines[0]
    );
}

#[test]
fn lines_keep_within_their_length() {
    let long = "x\n".repeat(20_000);
    let lines = text(|| info!(a = long, b = %long, c = long, d = long, e = long, "{long}"));
    assert!(
        lines[0].contains("…[truncated ") && lines[0].contains("log.dropped_fields="),
        "{}",
        lines[0]
    );
}

#[test]
fn colours_only_when_they_are_asked_for() {
    let plain = text(|| info!(a = 1, "m"));
    assert!(!plain[0].contains('\x1b'));
    let colored = LogSettings::new().format(LogFormat::Text).color(LogColor::Always);
    let (lines, _guard) = lines(colored, || {
        info_span!("s", b = "x", c = 2).in_scope(|| info!(a = 1, b = "y", "m\x1b[0m"));
    });
    let uncolored = lines[0]
        .replace("\x1b[2m", "")
        .replace("\x1b[32m", "")
        .replace("\x1b[0m", "");
    assert_ne!(uncolored, lines[0]);
    assert!(
        rest(&uncolored).ends_with("INFO log::text: m\\u{001b}[0m a=1 b=\"y\" c=2"),
        "{uncolored:?}"
    );
}

#[test]
fn json_has_no_colours() {
    let settings = LogSettings::new().format(LogFormat::Json).color(LogColor::Always);
    let (lines, _guard) = lines(settings, || info!("m"));
    crate::capture::parse_line(&lines[0]);
}
