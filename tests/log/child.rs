//! A process with a log of its own, for tests that read it from outside: `log-child SCENARIO [COUNT]`.
//!
//! Lines go to standard output, what a scenario has to say about itself to standard error.
#![allow(clippy::print_stderr, reason = "standard output is the log's")]

use std::error::Error;
use std::fmt;
use std::io::Write;
use std::panic::catch_unwind;
use std::time::Duration;

use secure_runtime::log::{self, LogFormat, LogGuard, LogSettings};
use tracing::level_filters::LevelFilter;
use tracing::{Instrument, debug, info, info_span};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let scenario = arguments.next().ok_or("no scenario")?;
    let count: u64 = arguments.next().map_or(Ok(0), |count| count.parse())?;
    let json = LogSettings::new().format(LogFormat::Json);
    match scenario.as_str() {
        "default" => {
            let _guard = log::init(LogSettings::new())?;
            info!(a = 1, "hello");
        }
        "lines" => lines(log::init(json)?, count),
        "batched" => lines(log::init(json.batched(true))?, count),
        "batched-exit" => {
            let guard = log::init(json.batched(true))?;
            write_lines(count);
            assert!(guard.handle().flush(Duration::from_secs(5)), "flushed");
            std::process::exit(0);
        }
        "batched-idle" => {
            let _guard = log::init(json.batched(true))?;
            info!("waits");
            std::thread::sleep(Duration::from_secs(60));
        }
        "stall" | "stall-batched" | "unread" => {
            let guard = log::init(json.batched(scenario == "stall-batched"))?;
            stall(count);
            if scenario == "unread" {
                lines(guard, 0)
            } else {
                drain(guard, count)
            }
        }
        "threads" => {
            let _guard = log::init(json)?;
            std::thread::scope(|scope| {
                for thread in 0..8_u64 {
                    scope.spawn(move || {
                        (0..count).for_each(|n| info!(thread, n, text = "x".repeat(n as usize % 6_000), "m"))
                    });
                }
            });
        }
        "panics" => panics(&log::init(json)?),
        "payload" => {
            let _guard = log::init(json.panic_payload(true))?;
            let _ = std::thread::spawn(|| panic!("it has password=hunter2 in {{ token: hunter2 }}")).join();
        }
        "panic-in-main" => {
            let _guard = log::init(json.batched(true))?;
            write_lines(count);
            panic!("hunter2");
        }
        "nested" => nested(log::init(json)?),
        "requests" => requests(&log::init(json)?)?,
        "thread-exit" => thread_exit(&log::init(json)?),
        "bridge" => bridge(log::init(json.level(LevelFilter::DEBUG).rust_log("quiet=warn")?)?),
        "again" => again(json)?,
        "foreign" => {
            tracing::subscriber::set_global_default(tracing_subscriber::registry())?;
            eprintln!("{}", log::init(json).err().ok_or("no error")?);
        }
        "level" => level(&log::init(json)?)?,
        "env" => {
            use secure_config::SecureConfig;
            let _guard = log::init(LogSettings::load()?)?;
            debug!(a = 1, "debug");
            info!("info");
        }
        _ => return Err("unknown scenario".into()),
    }
    Ok(())
}

fn write_lines(count: u64) {
    for n in 0..count {
        info!(n, text = "some text to make the line a little longer", "line");
    }
}

fn lines(guard: LogGuard, count: u64) {
    write_lines(count);
    let handle = guard.handle();
    drop(guard);
    let counters = handle.counters();
    eprintln!(
        "written={} dropped={} failed={}",
        counters.written, counters.dropped, counters.failed
    );
}

/// Logs before the parent reads: a call that waited for it would wait for ever.
fn stall(count: u64) {
    for n in 0..count {
        if n % 100 == 0 {
            tracing::error!(n, "error");
        } else {
            info!(n, text = "some text to make the line a little longer", "line");
        }
    }
    // The parent begins to read when it has seen this.
    eprintln!("logged");
}

/// Waits until the parent has read every line that is kept, on a busy machine longer than the guard would.
fn drain(guard: LogGuard, count: u64) {
    let settled = || {
        let counters = guard.handle().counters();
        counters.written + counters.dropped + counters.failed >= count
    };
    while !settled() {
        std::thread::sleep(Duration::from_millis(5));
    }
    lines(guard, 0);
}

fn panics(guard: &LogGuard) {
    let _ = std::thread::Builder::new()
        .name("worker".into())
        .spawn(|| {
            info_span!("request", request_id = "r1").in_scope(|| panic!("secret hunter2 in {}", "payload"))
        })
        .map(std::thread::JoinHandle::join);
    let caught = catch_unwind(|| "not a number: hunter2".parse::<u8>().expect("hunter2"));
    assert!(caught.is_err());
    // One inside the formatting of a line.
    struct Panics;
    impl fmt::Display for Panics {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            panic!("hunter2")
        }
    }
    info!(value = %Panics, after = 1, "goes on");
    info!("last");
    assert_eq!(guard.handle().counters().failed, 0);
}

fn nested(guard: LogGuard) {
    struct Logs(u32);
    impl fmt::Display for Logs {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            if self.0 > 0 {
                info!(depth = self.0, value = %Self(self.0 - 1), "inside");
            }
            f.write_str("formatted")
        }
    }
    info!(value = %Logs(2), after = 1, "outside");
    info!(value = %Logs(1_000), "too deep");
    info!("last");
    let handle = guard.handle();
    drop(guard);
    eprintln!("nested={}", handle.counters().nested);
}

/// Logs from the destructors of thread-locals, some of which run after the log's own are gone. (In those no span can be
/// opened: the registry's own thread-locals are gone as well, and it panics.)
fn thread_exit(_guard: &LogGuard) {
    struct Last(&'static str);
    impl Drop for Last {
        fn drop(&mut self) {
            info!(name = self.0, "dropped");
            ::log::info!(name = self.0; "dropped");
        }
    }
    thread_local! {
        static BEFORE: Last = const { Last("before") };
        static AFTER: Last = const { Last("after") };
    }
    let _ = std::thread::spawn(|| {
        BEFORE.with(|_| {});
        info!("first line of the thread");
        AFTER.with(|_| {});
    })
    .join();
}

fn bridge(_guard: LogGuard) {
    ::log::info!(target: "sqlx::query", "select {}", 1);
    ::log::info!(target: "quiet::inner", "not written");
    ::log::debug!(target: "own", "written");
    info_span!("request", request_id = "r1", user = "span").in_scope(|| {
        ::log::warn!(target: "a\"b\n", user = "kv", password = "hunter2", n = 7, level = "X", f = 1.5, b = true; "kv\n");
    });
    let args = format_args!("with {}", "a file");
    let record = |file| {
        ::log::Record::builder()
            .level(::log::Level::Debug)
            .target("x")
            .args(args)
            .file(Some(file))
            .build()
    };
    ::log::logger().log(&record("/home/x/.cargo/registry/src/x/src/lib.rs"));
    ::log::logger().log(&record("src/own.rs"));
}

fn again(settings: LogSettings) -> Result<(), Box<dyn Error>> {
    let guard = log::init(settings.clone())?;
    let error = log::init(settings).err().ok_or("the second log was no error")?;
    eprintln!("{error}");
    info!("the first one goes on");
    assert!(log::handle().is_some(), "a handle");
    drop(guard);
    info!("also without its guard");
    Ok(())
}

fn level(guard: &LogGuard) -> Result<(), Box<dyn Error>> {
    let handle = guard.handle();
    debug!("not this");
    ::log::debug!("nor this");
    handle.set_level(LevelFilter::DEBUG)?;
    debug!("tracing");
    ::log::debug!("log");
    handle.reset();
    debug!("not this");
    ::log::debug!("nor this");
    std::io::stderr().flush()?;
    Ok(())
}

/// Requests whose handlers log in all the places where a line has its request's id.
fn requests(guard: &LogGuard) -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        one("plain", async { info!("line") }).await;
        // Often enough for the places of spans to be used again, and with others in between.
        for _ in 0..20_000 {
            one("again", async {}).await;
        }
        one("awaits", async {
            tokio::task::yield_now().await;
            info!("line");
        })
        .await;
        one("child", async {
            let span = info_span!("child", inner = 1);
            span.in_scope(|| info!("line"));
            tokio::task::yield_now().await;
            span.in_scope(|| info!("line"));
            drop(span);
            info!("line");
        })
        .await;
        one("recorded", async {
            let span = info_span!("child", inner = tracing::field::Empty);
            span.record("inner", 1);
            span.in_scope(|| info!("line"));
        })
        .await;
        one("spawns", async {
            let task = tokio::spawn(async { info!("line") }.in_current_span());
            task.await.expect("does not panic");
            let task = tokio::spawn(async { info!("alone") });
            task.await.expect("does not panic");
        })
        .await;
        let mut outlives = None;
        one("outlived", async {
            outlives = Some(tracing::Span::current());
        })
        .await;
        let outlives = outlives.expect("a span");
        outlives.in_scope(|| info!("line"));
        drop(outlives);
        one("panics", async {
            let caught = catch_unwind(|| panic!("within"));
            assert!(caught.is_err());
            info!("line");
        })
        .await;
        one("record", async { ::log::info!("line") }).await;
        // Two at a time, in turns.
        let turns = |name| {
            one(name, async {
                for _ in 0..3 {
                    tokio::task::yield_now().await;
                    info!("line");
                }
            })
        };
        tokio::join!(biased; turns("left"), turns("right"));
        // Within a span, which is around them.
        one("within", async { info!("line") })
            .instrument(info_span!("outer", outer = 1))
            .await;
        // One that serves another.
        one("outside", async {
            one("inside", async { info!("line") }).await;
            info!("line");
        })
        .await;
    });
    // Nothing of them is left.
    info!("alone");
    guard.handle().set_level(LevelFilter::OFF)?;
    runtime.block_on(one("silent", async { info!("line") }));
    Ok(())
}

/// Serves one request with the id `name`, by a handler that does `work`.
async fn one(name: &'static str, work: impl Future<Output = ()>) {
    use secure_runtime::client::{ClientLayer, TrustedProxies};
    use secure_runtime::connection::Connection;
    use secure_runtime::request_id::RequestIdLayer;
    use tower_layer::Layer;
    use tower_service::Service;

    struct Handler<F>(Option<F>);

    impl<F: Future<Output = ()>> Service<http::Request<()>> for Handler<F> {
        type Response = http::Response<()>;
        type Error = std::convert::Infallible;
        type Future = Answer<F>;

        fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> std::task::Poll<Result<(), Self::Error>> {
            std::task::Poll::Ready(Ok(()))
        }

        fn call(&mut self, _: http::Request<()>) -> Self::Future {
            Answer(Box::pin(self.0.take().expect("called once")))
        }
    }

    struct Answer<F>(std::pin::Pin<Box<F>>);

    impl<F: Future<Output = ()>> Future for Answer<F> {
        type Output = Result<http::Response<()>, std::convert::Infallible>;

        fn poll(
            mut self: std::pin::Pin<&mut Self>,
            cx: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Self::Output> {
            self.0.as_mut().poll(cx).map(|()| Ok(http::Response::new(())))
        }
    }

    // A trusted proxy names the requests.
    let proxies = TrustedProxies::networks(["10.0.0.0/8"]).expect("networks");
    let request = http::Request::builder()
        .extension(Connection::new(Some(([10, 0, 0, 1], 50_000).into())))
        .header("x-forwarded-for", "192.0.2.1")
        .header("x-request-id", name)
        .body(())
        .expect("a request");
    let mut service = ClientLayer::new(proxies).layer(RequestIdLayer::new().layer(Handler(Some(work))));
    let response = service.call(request).await.expect("infallible");
    assert_eq!(response.headers()["x-request-id"], name);
}
