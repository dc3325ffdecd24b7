//! Values and writers that misbehave.

use std::fmt;
use std::io;

use secure_runtime::log::{self, LogOutput};
use tracing::{Span, info, info_span};
use tracing_subscriber::layer::SubscriberExt;

use crate::capture::{Capture, field, json, lines, number, object, objects, parse};

struct Fails;
impl fmt::Display for Fails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("half a \"va")?;
        Err(fmt::Error)
    }
}

struct Panics;
impl fmt::Display for Panics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("half a \"va")?;
        std::panic::resume_unwind(Box::new("not through the hook"))
    }
}

/// Its payload panics when it is dropped.
struct PanicsTwice;
impl fmt::Display for PanicsTwice {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        struct Bomb;
        impl Drop for Bomb {
            fn drop(&mut self) {
                std::panic::resume_unwind(Box::new("again"))
            }
        }
        std::panic::resume_unwind(Box::new(Bomb))
    }
}

#[test]
fn a_value_that_fails_is_marked() {
    let line = object(|| info!(before = 1, value = %Fails, after = 2, "m"));
    assert_eq!(field(&line, "value"), "half a \"va[formatting failed]");
    assert_eq!((number(&line, "before"), number(&line, "after")), ("1", "2"));
    assert_eq!(
        field(&object(|| info!("said {Fails}")), "message"),
        "said half a \"va[formatting failed]"
    );
}

#[test]
fn a_value_that_panics_is_marked_and_the_rest_is_written() {
    let lines = objects(|| {
        info!(before = 1, value = %Panics, between = 2, value2 = %Panics, after = 3, "m");
        info!(next = 1, "the next line");
        info!(a = 1, "said {Panics}");
        info!(value = %PanicsTwice, after = 1, "m");
        info_span!("s", value = %Panics, other = 1).in_scope(|| {
            Span::current().record("other", tracing::field::display(Panics));
            info!("in it");
        });
        info!("last");
    });
    assert_eq!(
        (field(&lines[0], "value"), field(&lines[0], "value2")),
        ("[formatting panicked]", "[formatting panicked]")
    );
    assert_eq!(
        (
            number(&lines[0], "before"),
            number(&lines[0], "between"),
            number(&lines[0], "after")
        ),
        ("1", "2", "3")
    );
    assert_eq!(
        lines[1].keys(),
        ["timestamp", "level", "message", "next", "target"]
    );
    assert_eq!(
        (field(&lines[2], "message"), number(&lines[2], "a")),
        ("[formatting panicked]", "1")
    );
    assert_eq!(
        (field(&lines[3], "value"), number(&lines[3], "after")),
        ("[formatting panicked]", "1")
    );
    assert_eq!(
        (field(&lines[4], "value"), field(&lines[4], "other")),
        ("[formatting panicked]", "[formatting panicked]")
    );
    assert_eq!(lines[5].keys(), ["timestamp", "level", "message", "target"]);
}

#[test]
fn an_error_that_panics_in_its_cause() {
    #[derive(Debug)]
    struct Outer;
    impl fmt::Display for Outer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("outer")
        }
    }
    impl std::error::Error for Outer {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            std::panic::resume_unwind(Box::new("no source"))
        }
    }
    let line = object(|| {
        info!(
            error = &Outer as &(dyn std::error::Error + 'static),
            after = 1,
            "m"
        )
    });
    assert_eq!(
        (field(&line, "error"), number(&line, "after")),
        ("[formatting panicked]", "1")
    );
}

#[test]
fn a_value_that_enters_spans_while_it_is_formatted() {
    struct Enters;
    impl fmt::Display for Enters {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            info_span!("inner", inner = 1).in_scope(|| f.write_str("entered"))
        }
    }
    let lines = objects(|| {
        info_span!("outer", outer = 1).in_scope(|| {
            info!(value = %Enters, "m");
            info!("after");
        });
    });
    assert_eq!(
        (field(&lines[0], "value"), number(&lines[0], "outer")),
        ("entered", "1")
    );
    assert!(
        lines
            .iter()
            .all(|line| line.get("inner").is_none() && line.get("outer").is_some())
    );
}

/// A writer that fails or panics as told.
struct Bad(fn() -> io::Result<usize>);
impl io::Write for Bad {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        self.0()
    }
    fn flush(&mut self) -> io::Result<()> {
        self.0().map(drop)
    }
}

#[test]
fn a_writer_that_fails_is_counted() {
    let failing: [fn() -> io::Result<usize>; 4] = [
        || Err(io::ErrorKind::BrokenPipe.into()),
        || Err(io::ErrorKind::StorageFull.into()),
        || Ok(0),
        || std::panic::resume_unwind(Box::new("the writer")),
    ];
    for fail in failing {
        let (layer, guard) = log::layer(json(), LogOutput::writer(Bad(fail))).unwrap();
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
            (0..5).for_each(|_| info!("m"))
        });
        let counters = guard.handle().counters();
        assert_eq!((counters.written, counters.failed), (0, 5));
    }
}

#[test]
fn a_writer_that_takes_little_gets_the_whole_line() {
    #[derive(Clone)]
    struct Slow(Capture);
    impl io::Write for Slow {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if bytes.len() % 7 == 3 {
                // Once in a while something else comes first.
                self.0.write(&bytes[..1])?;
                return Ok(1);
            }
            self.0.write(&bytes[..bytes.len().min(3)])
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    impl Slow {
        fn text(&self) -> String {
            let all: std::sync::Arc<std::sync::Mutex<Vec<Vec<u8>>>> = self.0.shared();
            String::from_utf8(all.lock().unwrap().concat()).unwrap()
        }
    }
    let slow = Slow(Capture::default());
    let (layer, guard) = log::layer(json(), LogOutput::writer(slow.clone())).unwrap();
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
        (0..5).for_each(|n| info!(n, "m"))
    });
    let lines: Vec<String> = slow.text().lines().map(str::to_owned).collect();
    assert_eq!(parse(&lines).len(), 5);
    assert_eq!(guard.handle().counters().written, 5);
}

#[test]
fn many_threads_at_once() {
    let capture = Capture::default();
    let (layer, guard) = log::layer(json(), LogOutput::writer(capture.clone())).unwrap();
    let dispatch = tracing::Dispatch::new(tracing_subscriber::registry().with(layer));
    std::thread::scope(|scope| {
        for thread in 0..16 {
            let dispatch = &dispatch;
            scope.spawn(move || {
                tracing::dispatcher::with_default(dispatch, || {
                    for n in 0..500 {
                        info!(thread, n, text = "x".repeat(n % 300), "m");
                    }
                });
            });
        }
    });
    let lines = parse(&capture.lines());
    assert_eq!(lines.len(), 8_000);
    assert_eq!(guard.handle().counters().written, 8_000);
    for thread in 0..16 {
        let of_thread = lines
            .iter()
            .filter(|line| number(line, "thread") == thread.to_string());
        assert!(
            of_thread
                .enumerate()
                .all(|(n, line)| number(line, "n") == n.to_string()),
            "order of {thread}"
        );
    }
}

#[test]
fn nothing_is_written_without_events() {
    let (lines, guard) = lines(json(), || {
        let span = info_span!("s", a = 1);
        span.record("a", 2);
        drop(span.entered());
    });
    assert!(lines.is_empty());
    assert_eq!(guard.handle().counters(), log::LogCounters::default());
}
