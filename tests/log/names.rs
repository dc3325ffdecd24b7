//! Names of fields: none can forge the log's own keys, none stands twice.

use tracing::{info, info_span};

use crate::capture::{field, number, object};

#[test]
fn the_keys_of_the_log_cannot_be_forged() {
    let line = object(|| {
        info!(
            timestamp = "1970-01-01",
            level = "FATAL",
            target = "forged",
            log.dropped_fields = 9,
            "the real message"
        );
    });
    assert_eq!(field(&line, "message"), "the real message");
    assert_eq!(field(&line, "level"), "INFO");
    assert_eq!(field(&line, "target"), "log::names");
    assert_eq!(field(&line, "field.timestamp"), "1970-01-01");
    assert_eq!(field(&line, "field.level"), "FATAL");
    assert_eq!(field(&line, "field.target"), "forged");
    assert_eq!(number(&line, "field.log.dropped_fields"), "9");
}

#[test]
fn nor_by_a_span() {
    let line = object(|| {
        let span = info_span!(
            "s",
            timestamp = 1,
            level = "FATAL",
            message = "forged",
            target = "forged",
            a = 1
        );
        span.in_scope(|| info!("the real message"));
    });
    assert_eq!(field(&line, "message"), "the real message");
    assert_eq!(field(&line, "level"), "INFO");
    assert_eq!(field(&line, "field.message"), "forged");
    assert_eq!(number(&line, "field.timestamp"), "1");
}

#[test]
fn a_second_message_moves_aside() {
    let line = object(|| info!(message = "first", "second"));
    let both = [field(&line, "message"), field(&line, "field.message")];
    assert!(both.contains(&"first") && both.contains(&"second"), "{line:?}");
}

#[test]
fn no_key_stands_twice() {
    let line = object(|| info!(a = 1, a = 2, a_2 = 3, a = 4, field.level = 5, level = 6));
    let digits = |key| number(&line, key);
    let all: Vec<_> = line
        .keys()
        .into_iter()
        .filter(|key| key.starts_with("a"))
        .map(digits)
        .collect();
    assert_eq!(all, ["1", "2", "3", "4"]);
    assert_eq!((digits("field.level"), digits("field.level_2")), ("5", "6"));
}

#[test]
fn names_are_escaped() {
    let line = object(|| {
        info!(
            "we\"ird\n\\key" = 1,
            "" = 2,
            r#type = "t",
            "ключ" = 3,
            "a\":1,\"b" = 4
        )
    });
    assert_eq!((number(&line, "we\"ird\n\\key"), number(&line, "")), ("1", "2"));
    assert_eq!(
        (
            field(&line, "type"),
            number(&line, "ключ"),
            number(&line, "a\":1,\"b")
        ),
        ("t", "3", "4")
    );
}

#[test]
fn a_field_of_an_event_wins_over_a_span_of_that_name() {
    let line = object(|| {
        info_span!("s", user = "outer", other = 1).in_scope(|| info!(user = "inner", "m"));
    });
    assert_eq!((field(&line, "user"), number(&line, "other")), ("inner", "1"));
}

#[test]
fn a_field_that_is_not_recorded_does_not_hide_a_span() {
    let line = object(|| {
        info_span!("s", user = "outer").in_scope(|| info!(user = None::<&str>, other = 1, "m"));
    });
    assert_eq!(field(&line, "user"), "outer");
}

#[test]
fn more_names_than_masks_have_bits_for() {
    macro_rules! many {
        ($($names:ident)*) => {
            info_span!("s", $($names = stringify!($names),)*).in_scope(|| {
                info!($($names = 1,)* "both");
                info!("span only");
            })
        };
    }
    let lines = crate::capture::objects(|| {
        many!(m00 m01 m02 m03 m04 m05 m06 m07 m08 m09 m10 m11 m12 m13 m14 m15 m16 m17 m18 m19 m20 m21 m22 m23 m24 m25
            m26 m27 m28 m29 m30 m31 m32 m33 m34 m35 m36 m37 m38 m39 m40 m41 m42 m43 m44 m45 m46 m47 m48 m49 m50 m51
            m52 m53 m54 m55 m56 m57 m58 m59 m60 m61 m62 m63 m64 m65 m66 m67 m68 m69 m70 m71 m72 m73 m74 m75 m76 m77);
    });
    assert_eq!((number(&lines[0], "m00"), number(&lines[0], "m77")), ("1", "1"));
    assert_eq!((field(&lines[1], "m00"), field(&lines[1], "m77")), ("m00", "m77"));
    assert_eq!(lines[1].keys().len(), 4 + 78);
}
