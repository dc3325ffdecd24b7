//! The fields of spans in the lines of their events.

use tracing::{Span, error, info, info_span};

use crate::capture::{field, json, lines, number, object, objects, parse};

#[test]
fn fields_are_inherited_at_any_depth() {
    let line = object(|| {
        info_span!("a", a = 1, x = "outer").in_scope(|| {
            info_span!("nothing").in_scope(|| {
                info_span!("b", b = 2, x = "inner").in_scope(|| info!("m"));
            });
        });
    });
    assert_eq!(
        (number(&line, "a"), number(&line, "b"), field(&line, "x")),
        ("1", "2", "inner")
    );
}

#[test]
fn outside_of_a_span_its_fields_are_gone() {
    let lines = objects(|| {
        let span = info_span!("s", a = 1);
        info!("before");
        span.in_scope(|| info!("in"));
        info!("after");
    });
    assert!(lines[0].get("a").is_none() && lines[1].get("a").is_some() && lines[2].get("a").is_none());
}

#[test]
fn an_explicit_parent_is_the_parent() {
    let lines = objects(|| {
        let other = info_span!("other", other = 1);
        info_span!("current", current = 1).in_scope(|| {
            info!(parent: &other, "other");
            info!(parent: None, "none");
            info_span!(parent: &other, "child", child = 1).in_scope(|| info!("child"));
            info_span!(parent: None, "root", root = 1).in_scope(|| info!("root"));
            info!("current");
        });
    });
    let has = |line: usize| {
        let keys = ["other", "current", "child", "root"];
        keys.into_iter()
            .filter(|key| lines[line].get(key).is_some())
            .collect::<Vec<_>>()
    };
    assert_eq!(has(0), ["other"]);
    assert!(has(1).is_empty());
    assert_eq!(has(2), ["other", "child"]);
    assert_eq!(has(3), ["root"]);
    assert_eq!(has(4), ["current"]);
}

#[test]
fn what_is_recorded_late_is_in_every_later_line() {
    let lines = objects(|| {
        let outer = info_span!("outer", user = tracing::field::Empty, a = 1);
        let inner = info_span!(parent: &outer, "inner", b = 1);
        let sibling = info_span!(parent: &outer, "sibling");
        inner.in_scope(|| info!("before"));
        outer.record("user", "bob");
        inner.in_scope(|| info!("after"));
        sibling.in_scope(|| info!("sibling"));
        outer.in_scope(|| info!("outer"));
        outer.record("user", "eve").record("a", 2);
        inner.in_scope(|| info!("again"));
        let new = info_span!(parent: &inner, "new", user = "own");
        outer.record("a", 3);
        new.in_scope(|| info!("overridden"));
    });
    assert!(lines[0].get("user").is_none());
    assert!(lines[1..4].iter().all(|line| field(line, "user") == "bob"));
    assert_eq!(
        (
            field(&lines[4], "user"),
            number(&lines[4], "a"),
            number(&lines[4], "b")
        ),
        ("eve", "2", "1")
    );
    assert_eq!((field(&lines[5], "user"), number(&lines[5], "a")), ("own", "3"));
}

#[test]
fn a_late_record_is_seen_inside_the_span_it_goes_to() {
    let lines = objects(|| {
        info_span!("s", user = tracing::field::Empty).in_scope(|| {
            info!("before");
            Span::current().record("user", "bob");
            info!("after");
            Span::current().record("unknown", "nothing");
            info!("the same");
        });
    });
    assert!(lines[0].get("user").is_none());
    assert_eq!(
        (field(&lines[1], "user"), field(&lines[2], "user")),
        ("bob", "bob")
    );
}

#[test]
fn two_trees_do_not_mix() {
    let lines = objects(|| {
        let (a, b) = (
            info_span!("a", id = "a", late = tracing::field::Empty),
            info_span!("b", id = "b"),
        );
        for _ in 0..3 {
            a.in_scope(|| info!("a"));
            b.in_scope(|| info!("b"));
            a.record("late", 1);
        }
    });
    assert_eq!(lines.len(), 6);
    for (index, line) in lines.iter().enumerate() {
        assert_eq!(field(line, "id"), ["a", "b"][index % 2]);
        assert_eq!(line.get("late").is_some(), index % 2 == 0 && index > 0);
    }
}

#[test]
fn spans_may_be_left_in_any_order_and_entered_again() {
    let lines = objects(|| {
        let (a, b) = (info_span!("a", a = 1), info_span!("b", b = 1));
        let (in_a, in_b) = (a.enter(), b.enter());
        info!("both entered");
        drop(in_a);
        info!("a left first");
        let again = b.enter();
        drop(again);
        info!("b entered twice and left once");
        drop(in_b);
        info!("none");
    });
    let has_b: Vec<_> = lines.iter().map(|line| line.get("b").is_some()).collect();
    assert_eq!(has_b, [true, true, true, false]);
}

#[test]
fn an_id_that_is_used_again_brings_no_old_fields() {
    let lines = objects(|| {
        for id in 0..40_000 {
            let span = info_span!("s", id);
            if id % 2 == 0 {
                span.in_scope(|| info!(expected = id, "m"));
            }
        }
    });
    assert!(
        lines
            .iter()
            .all(|line| number(line, "id") == number(line, "expected"))
    );
}

#[test]
fn deep_spans() {
    let line = object(|| {
        let mut spans = vec![info_span!("root", root = 1)];
        for depth in 0..5_000 {
            let parent = spans.last().unwrap();
            spans.push(if depth % 2 == 0 {
                info_span!(parent: parent, "deep", depth)
            } else {
                info_span!(parent: parent, "deep without fields")
            });
        }
        spans[0].record("root", 2);
        info!(parent: spans.last().unwrap(), "deep");
        // From the inside out: a registry closes a chain of parents recursively.
        while spans.pop().is_some() {}
    });
    assert_eq!((number(&line, "root"), number(&line, "depth")), ("2", "4998"));
}

#[test]
fn more_span_fields_than_a_line_has_room_for_are_counted() {
    let long = "s".repeat(2_500);
    let line = object(|| {
        info_span!("a", a = long).in_scope(|| {
            info_span!("b", b = long)
                .in_scope(|| info_span!("c", c = long, id = 7).in_scope(|| info!("{}", "m".repeat(9_000))));
        });
    });
    assert_eq!(number(&line, "id"), "7");
    assert!(line.get("c").is_some() && line.get("b").is_some() && line.get("a").is_none());
    assert_eq!(number(&line, "log.dropped_fields"), "1");
    assert!(field(&line, "message").contains("[truncated"));
}

#[test]
fn an_error_has_its_request_whatever_the_level() {
    let settings = json().level(tracing::level_filters::LevelFilter::ERROR);
    let (lines, _guard) = lines(settings, || {
        info_span!("request", request_id = "r1").in_scope(|| {
            info!("not written");
            error!("written");
        });
    });
    let lines = parse(&lines);
    assert_eq!(lines.len(), 1);
    assert_eq!(field(&lines[0], "request_id"), "r1");
}

#[test]
fn a_span_follows_its_work_to_other_threads() {
    let capture = crate::capture::Capture::default();
    let output = secure_runtime::log::LogOutput::writer(capture.clone());
    let (layer, _guard) = secure_runtime::log::layer(json(), output).unwrap();
    let dispatch = tracing::Dispatch::new(tracing_subscriber::layer::SubscriberExt::with(
        tracing_subscriber::registry(),
        layer,
    ));
    tracing::dispatcher::with_default(&dispatch, || {
        let spans: Vec<_> = (0..8)
            .map(|thread| info_span!("work", thread, late = tracing::field::Empty))
            .collect();
        std::thread::scope(|scope| {
            for (thread, span) in spans.iter().enumerate() {
                let dispatch = dispatch.clone();
                scope.spawn(move || {
                    tracing::dispatcher::with_default(&dispatch, || {
                        for round in 0..500 {
                            span.in_scope(|| info!(expected = thread, round, "m"));
                            if round == 250 {
                                span.record("late", thread);
                            }
                        }
                    });
                });
            }
        });
    });
    let lines = parse(&capture.lines());
    assert_eq!(lines.len(), 4_000);
    for line in &lines {
        assert_eq!(number(line, "thread"), number(line, "expected"));
        let is_late = number(line, "round").parse::<u32>().unwrap() > 250;
        assert_eq!(line.get("late").is_some(), is_late);
        assert!(!is_late || number(line, "late") == number(line, "expected"));
    }
}

#[test]
fn two_logs_in_one_subscriber_do_not_mix() {
    use secure_runtime::log::{self, LogFormat, LogOutput, LogSettings};
    use tracing_subscriber::layer::SubscriberExt;

    let (first, second) = (
        crate::capture::Capture::default(),
        crate::capture::Capture::default(),
    );
    let (json, _a) = log::layer(json().redact("user"), LogOutput::writer(first.clone())).unwrap();
    let text = LogSettings::new().format(LogFormat::Text);
    let (text, _b) = log::layer(text, LogOutput::writer(second.clone())).unwrap();
    tracing::subscriber::with_default(tracing_subscriber::registry().with(json).with(text), || {
        info_span!("s", user = "bob").in_scope(|| {
            info!("m");
            Span::current().record("user", "eve");
            info!("m");
        });
    });
    assert!(
        parse(&first.lines())
            .iter()
            .all(|line| field(line, "user") == "[REDACTED]")
    );
    let second = second.lines();
    assert!(
        second[0].ends_with("m user=\"bob\"") && second[1].ends_with("m user=\"eve\""),
        "{second:?}"
    );
}
