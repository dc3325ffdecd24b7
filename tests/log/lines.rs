//! The shape of a line, and its length.

use tracing::info;

use crate::capture::{field, json, lines, number, object, objects};

#[test]
fn a_line_has_its_fields_in_order() {
    let line = object(|| info!(target: "app::auth", user_id = "123", tries = 2, "User logged in"));
    assert_eq!(
        line.keys(),
        ["timestamp", "level", "message", "user_id", "tries", "target"]
    );
    assert_eq!(field(&line, "message"), "User logged in");
    assert_eq!(field(&line, "level"), "INFO");
    assert_eq!(field(&line, "target"), "app::auth");
    assert_eq!(field(&line, "user_id"), "123");
    assert_eq!(number(&line, "tries"), "2");
}

#[test]
fn an_event_without_a_message_has_an_empty_one() {
    assert_eq!(field(&object(|| info!(a = 1)), "message"), "");
}

#[test]
fn a_message_may_come_last_or_be_a_field() {
    let line = object(|| info!(a = 1, message = "late"));
    assert_eq!((field(&line, "message"), number(&line, "a")), ("late", "1"));
    assert_eq!(field(&object(|| info!(message = 5)), "message"), "5");
    assert_eq!(field(&object(|| info!(message = 1.5, a = 1)), "message"), "1.5");
    assert_eq!(field(&object(|| info!(message = true)), "message"), "true");
    assert_eq!(
        field(&object(|| info!(message = &b"ab\xff"[..])), "message"),
        "ab\u{fffd}"
    );
    assert_eq!(field(&object(|| info!(message = ?Some(1))), "message"), "Some(1)");
}

#[test]
fn a_message_that_is_declared_and_not_recorded_is_empty() {
    let line = object(|| info!(message = tracing::field::Empty, a = 1));
    assert_eq!((field(&line, "message"), number(&line, "a")), ("", "1"));
    let line = object(|| info!(message = tracing::field::Empty));
    assert_eq!(field(&line, "message"), "");
}

#[test]
fn a_long_value_is_cut_where_it_can_be_seen() {
    let long = "x".repeat(1 << 20);
    let line = object(|| info!(long, after = 1, "m"));
    let value = field(&line, "long");
    assert_eq!(value.len(), 4_096 + "…[truncated 1044480 bytes]".len());
    assert!(value.ends_with("x…[truncated 1044480 bytes]"));
    assert_eq!(number(&line, "after"), "1");
}

#[test]
fn a_long_value_is_cut_between_characters_and_escapes() {
    for (char, count) in [
        ("é", 10_000),
        ("世", 10_000),
        ("\u{e0041}", 2_000),
        ("\n", 10_000),
        ("👩‍💻", 2_000),
        ("\"", 9_000),
    ] {
        for pad in 0..8 {
            let long = "a".repeat(pad) + &char.repeat(count);
            let line = object(|| info!(long, debug = ?long, "{long}"));
            for key in ["long", "message"] {
                let (kept, mark) = field(&line, key).split_once("…[truncated ").unwrap();
                assert!(long.starts_with(kept));
                let missing: usize = mark.strip_suffix(" bytes]").unwrap().parse().unwrap();
                assert_eq!(kept.len() + missing, long.len(), "{char:?} {pad}");
            }
        }
    }
}

#[test]
fn a_long_formatted_value_and_message_are_cut() {
    let long = "y".repeat(1 << 20);
    let line = object(|| info!(shown = %long, "{long}"));
    assert!(field(&line, "shown").ends_with("y…[truncated 1044480 bytes]"));
    assert!(field(&line, "message").ends_with("y…[truncated 1040384 bytes]"));
}

#[test]
fn an_endless_value_ends() {
    struct Endless;
    impl std::fmt::Display for Endless {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            loop {
                f.write_str("again and again ")?;
            }
        }
    }
    let line = object(|| info!(value = %Endless, after = 1, "m"));
    assert!(field(&line, "value").contains("…[truncated 10"));
    assert_eq!(number(&line, "after"), "1");
}

/// Ten fields of one text.
macro_rules! ten {
    ($value:expr, $($names:ident)*) => { info!($($names = $value,)* "m") };
}

#[test]
fn a_line_keeps_within_its_length_and_counts_what_it_drops() {
    let big = "z".repeat(1_000);
    let (lines, guard) = lines(json(), || {
        ten!(big, a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 b0 b1 b2 b3 b4 b5 b6 b7 b8 b9 c0 c1 c2 c3 c4 c5 c6 c7 c8 c9);
    });
    let line = crate::capture::parse_line(&lines[0]);
    let kept = line.keys().iter().filter(|key| key.len() == 2).count();
    assert!((10..=16).contains(&kept), "{kept}");
    assert_eq!(number(&line, "log.dropped_fields"), (30 - kept).to_string());
    assert!(lines[0].len() > 10_000);
    assert_eq!(guard.handle().counters().cut, 1);
}

#[test]
fn a_hundred_fields_fit() {
    let line = object(|| {
        ten!("v", d00 d01 d02 d03 d04 d05 d06 d07 d08 d09 d10 d11 d12 d13 d14 d15 d16 d17 d18 d19 d20 d21 d22 d23 d24
            d25 d26 d27 d28 d29 d30 d31 d32 d33 d34 d35 d36 d37 d38 d39 d40 d41 d42 d43 d44 d45 d46 d47 d48 d49 d50
            d51 d52 d53 d54 d55 d56 d57 d58 d59 d60 d61 d62 d63 d64 d65 d66 d67 d68 d69 d70 d71 d72 d73 d74 d75 d76
            d77 d78 d79 d80 d81 d82 d83 d84 d85 d86 d87 d88 d89 d90 d91 d92 d93 d94 d95 d96 d97 d98 d99);
    });
    assert_eq!(line.keys().len(), 104);
}

#[test]
fn a_long_target_is_cut() {
    static TARGET: &str = concat!(
        "t234567890",
        "t234567890",
        "t234567890",
        "t234567890",
        "t234567890",
        "t234567890",
        "t234567890",
        "t234567890",
        "t234567890",
        "t234567890",
        "t234567890",
        "t234567890",
        "t234567890",
        "t234567890",
        "t234567890",
        "t234567890",
        "t234567890",
        "t234567890",
        "t234567890",
        "t234567890",
        "t234567890",
        "t234567890"
    );
    let line = object(|| info!(target: TARGET, "m"));
    assert!(TARGET.starts_with(field(&line, "target")));
}

#[test]
fn time_does_not_run_backwards() {
    let lines = objects(|| (0..2_000).for_each(|n| info!(n, "tick")));
    let times: Vec<_> = lines.iter().map(|line| field(line, "timestamp")).collect();
    assert!(times.windows(2).all(|pair| pair[0] <= pair[1]));
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs();
    // The last minute of this run, by its day of the month: the calendar itself is tested beside its code.
    let day = |second: u64| (second / 86_400, second % 86_400 / 3_600);
    let hour: u64 = times[1_999][11..13].parse().unwrap();
    assert!(day(now).1 == hour || day(now - 60).1 == hour);
}
