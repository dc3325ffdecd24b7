//! A small program that loads three secrets, for a parent that scans its memory.
//!
//! `APP_ENV_SECRET` comes from the environment, `APP_DOT_SECRET` from `./.env`, and `app_file_secret` is a file in the
//! directory that `APP_SECRETS_DIR` names. It prints the name of each phase on a line of its own and then waits for a
//! byte on its standard input; lines that begin with `#` are notes.
//!
//! The first argument says what it does: `load` (also without an argument), `reload`, `spelled`, `refuse`, `missing`, `threads`,
//! `harden`, `many`, `live`, `spelled-live`, `rotate`, `sweep` or `control`.

use std::hint::black_box;
use std::io::{Read, Write};

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use secure_config::keyring::{Clock, KeyRing, SystemClock};
use secure_config::reload::Live;
use secure_config::{LoadError, SecretBytes, SecretString, SecretUrl, SecureConfig};

#[cfg(feature = "jemalloc")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

#[cfg(all(feature = "mimalloc", not(feature = "jemalloc")))]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Three secrets from three sources.
#[derive(SecureConfig)]
#[secure(prefix = "APP_", erase_env)]
#[allow(dead_code, reason = "that they are in memory is what matters")]
struct Settings {
    name: String,
    port: u16,
    env_secret: SecretString,
    dot_secret: SecretString,
    file_secret: SecretBytes,
}

/// The same secrets, spelled: a list, base64, and either.
#[derive(SecureConfig)]
#[secure(prefix = "APP_", erase_env)]
#[allow(dead_code, reason = "that they are in memory is what matters")]
struct Spelled {
    env_secret: Vec<SecretString>,
    #[secure(encoding = "base64")]
    dot_secret: SecretBytes,
    #[secure(encoding = "base64")]
    file_secret: Option<SecretBytes>,
    #[secure(encoding = "base64")]
    encoded_secret: SecretBytes,
    url: SecretUrl,
}

/// The same secrets, and rules that they break.
#[derive(SecureConfig)]
#[secure(prefix = "APP_", erase_env)]
#[allow(dead_code, reason = "that they are in memory is what matters")]
struct Refused {
    #[secure(min_len = 100000)]
    env_secret: SecretString,
    #[secure(min_len = 100000)]
    dot_secret: SecretString,
    #[secure(encoding = "hex")]
    file_secret: SecretBytes,
}

/// The same secrets, which are sound, and one that is not there.
#[derive(SecureConfig)]
#[secure(prefix = "APP_", erase_env)]
#[allow(dead_code, reason = "that they are in memory is what matters")]
struct Missing {
    #[secure(nested)]
    inner: Inner,
    port: u16,
    absent_secret: SecretString,
}

/// The secrets, a struct further in.
#[derive(SecureConfig)]
#[allow(dead_code, reason = "that they are in memory is what matters")]
struct Inner {
    #[secure(env = "APP_ENV_SECRET")]
    env: SecretString,
    #[secure(env = "APP_DOT_SECRET")]
    dot: SecretString,
    #[secure(env = "APP_FILE_SECRET")]
    file: SecretString,
}

fn main() {
    let mode = std::env::args().nth(1).unwrap_or_else(|| "load".into());
    match mode.as_str() {
        "load" => {
            let settings = load::<Settings>().expect("sound settings");
            phase("LOADED");
            drop(black_box(settings));
        }
        "reload" => {
            let first = load::<Settings>().expect("sound settings");
            let second = load::<Settings>().expect("sound settings, of which one is carried");
            assert!(first.env_secret.ct_eq(second.env_secret.expose_secret()));
            drop(first);
            phase("LOADED");
            drop(black_box(second));
            let Err(error) = load::<Settings>() else {
                panic!("the environment's secret is gone")
            };
            note(&error.to_string());
        }
        "spelled" => {
            let first = load::<Spelled>().expect("sound settings");
            let second = load::<Spelled>().expect("sound settings, of which some are carried");
            assert_eq!(first.env_secret.len(), second.env_secret.len());
            for (first, second) in first.env_secret.iter().zip(&second.env_secret) {
                assert!(first.ct_eq(second.expose_secret()));
            }
            assert!(first.encoded_secret.ct_eq(second.encoded_secret.expose_secret()));
            assert!(first.url.ct_eq(second.url.expose_secret()));
            drop(first);
            phase("LOADED");
            drop(black_box(second));
        }
        "threads" => {
            let (stop, stopped) = std::sync::mpsc::channel::<()>();
            let thread = std::thread::spawn(move || stopped.recv());
            let settings = load::<Settings>().expect("sound settings");
            phase("LOADED");
            drop((black_box(settings), stop));
            assert!(thread.join().is_ok_and(|received| received.is_err()));
        }
        "many" => {
            phase("EMPTY");
            let small = many(48);
            phase("SMALL");
            drop(small);
            let large = many(1_700);
            phase("LARGE");
            drop(large);
        }
        "harden" => {
            let report = secure_runtime::harden::Hardening::new().apply();
            note(&report.to_string());
            let settings = load::<Settings>().expect("sound settings");
            phase("LOADED");
            drop(black_box(settings));
        }
        "live" => {
            let live = live::<Settings>();
            phase("LOADED");
            // The environment is read again beside other threads, too.
            std::thread::scope(|scope| scope.spawn(|| (0..50).for_each(|_| unchanged(&live))).join())
                .expect("no reload fails");
            phase("RELOADED");
            drop(black_box(live));
        }
        "spelled-live" => {
            let live = live::<Spelled>();
            (0..50).for_each(|_| unchanged(&live));
            phase("LOADED");
            drop(black_box(live));
        }
        "rotate" => rotate(),
        "sweep" => sweep(),
        "refuse" => refuse::<Refused>(),
        "missing" => refuse::<Missing>(),
        "control" => {
            let secrets = ["APP_ENV_SECRET"].map(|name| std::env::var(name).expect("it is set"));
            phase("LOADED");
            drop(black_box(secrets));
        }
        other => panic!("no mode {other}"),
    }
    phase("DROPPED");
    noise();
    phase("NOISE");
}

fn load<T: SecureConfig>() -> Result<T, LoadError> {
    let directory = std::env::var_os("APP_SECRETS_DIR").expect("it is set");
    let (settings, report) = T::loader().secrets_dir(directory).load_with_report()?;
    for warning in report.warnings() {
        note(&warning.to_string());
    }
    Ok(settings)
}

fn live<T: SecureConfig>() -> Live<T> {
    let directory = std::env::var_os("APP_SECRETS_DIR").expect("it is set");
    let (live, _) = T::loader().secrets_dir(directory).live().expect("sound settings");
    live
}

fn unchanged<T: SecureConfig>(live: &Live<T>) {
    let reloaded = live.reload().expect("sound settings, of which some are carried");
    assert!(reloaded.changed().is_empty(), "{reloaded}");
}

/// Time that goes when it is told to.
#[derive(Clone, Default)]
struct Later(Arc<AtomicU64>);

impl Clock for Later {
    fn monotonic(&self) -> Instant {
        SystemClock::default().monotonic() + Duration::from_secs(self.0.load(Ordering::SeqCst))
    }

    fn wall(&self) -> SystemTime {
        SystemClock::default().wall()
    }
}

/// The parent exchanges the secret in the file after the first phase, and makes it a bad one after the third.
fn rotate() {
    let live = live::<Settings>();
    let clock = Later::default();
    let ring = KeyRing::builder(&live.read().file_secret)
        .grace(Duration::from_secs(1_000_000))
        .clock(clock.clone())
        .build();
    ring.follow(&live, |settings| &settings.file_secret).forever();
    phase("LOADED");
    let reloaded = live.reload().expect("a sound secret");
    assert_eq!(reloaded.changed(), ["APP_FILE_SECRET"]);
    assert_eq!(ring.ids().len(), 2);
    phase("ROTATED");
    let error = live.reload().expect_err("a bad secret");
    note(&error.to_string());
    phase("REFUSED");
    clock.0.store(2_000_000, Ordering::SeqCst);
    assert_eq!(ring.sweep(), None);
    phase("ENDED");
    drop(black_box((live, ring)));
}

/// The same with the system's time, and a thread that wipes.
fn sweep() {
    let live = live::<Settings>();
    let ring = KeyRing::new(&live.read().file_secret, Duration::from_millis(50));
    ring.sweep_in_background().expect("a thread");
    ring.follow(&live, |settings| &settings.file_secret).forever();
    phase("LOADED");
    live.reload().expect("a sound secret");
    // From here on nobody asks the ring for anything.
    phase("ROTATED");
    drop(black_box((live, ring)));
}

fn many(len: usize) -> Vec<SecretString> {
    (0..10_000)
        .map(|n| SecretString::from(format!("{n:0>len$}")))
        .collect()
}

/// Loads, prints the report and keeps it.
fn refuse<T: SecureConfig>() {
    let Err(error) = load::<T>() else {
        panic!("a refusal is due")
    };
    note(&error.to_string());
    note(&format!("{error:?}"));
    phase("LOADED");
    drop(black_box(error));
}

fn note(text: &str) {
    for line in text.lines() {
        say(&format!("# {line}"));
    }
}

fn phase(name: &str) {
    say(name);
    let mut byte = [0];
    let read = std::io::stdin().read_exact(&mut byte);
    read.expect("the parent says when to go on");
}

fn say(line: &str) {
    let mut output = std::io::stdout().lock();
    writeln!(output, "{line}")
        .and_then(|()| output.flush())
        .expect("the parent reads");
}

/// What a program does after it has dropped its settings: blocks are made and freed, the stack is used.
fn noise() {
    let mut blocks: Vec<Vec<u8>> = (0..2_000_usize).map(|n| vec![n as u8; n % 600 + 1]).collect();
    blocks.retain(|block| block.len() % 3 == 0);
    let text: String = (0..500).map(|n| format!("{n:x} ")).collect();
    black_box((blocks, text));
}
