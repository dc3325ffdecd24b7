//! Counts the copies of three secrets in the memory of a process that loads them by several loaders.
//!
//! `cargo run --release -p bench-memory` prints the table; it needs Linux. One secret comes from the environment, one
//! from `./.env`, one from a file; each has 48 bytes and is kept in `secrecy::SecretString`, or in this library's. The
//! program starts itself once for each loader and scans that child.

mod loaders;
#[path = "../../../support/scan.rs"]
#[allow(dead_code, reason = "shared with the tests, which look closer")]
mod scan;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::hint::black_box;
use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStringExt;
use std::process::Command;

use loaders::LOADERS;
use scan::{Piece, Scratch, Target};

const SOURCES: [&str; 3] = ["environment", ".env", "file"];

fn main() -> io::Result<()> {
    match std::env::args().nth(1) {
        None => table(),
        Some(loader) => child(&loader),
    }
}

fn table() -> io::Result<()> {
    println!("Whole copies + pieces of ≥ 16 bytes: loaded / dropped / after some more work.\n");
    println!("| loader | environment | .env | file | `/proc/PID/environ` shows it |");
    println!("|---|---|---|---|---|");
    for (loader, _) in LOADERS {
        let (cells, shows) = measure(loader)?;
        println!(
            "| {loader} | {} | {} |",
            cells.join(" | "),
            if shows { "yes" } else { "no" }
        );
    }
    Ok(())
}

/// The counts for each source in each phase, and whether the environment still shows the secret once it is loaded.
fn measure(loader: &str) -> io::Result<(Vec<String>, bool)> {
    let scratch = Scratch::new()?;
    let path = scratch.path();
    let mut secrets = BTreeMap::new();
    for source in SOURCES {
        secrets.insert(source, scan::random(48)?);
    }
    let [environment, dotenv, file] = SOURCES.map(|source| secrets[source].as_slice());
    fs::write(
        path.join(".env"),
        [b"APP_OTHER=\"abc\"\nAPP_DOT_SECRET=", dotenv, b"\nAPP_LAST=zzz\n"].concat(),
    )?;
    fs::write(
        path.join("secrets.toml"),
        [b"file_secret = \"", file, b"\"\n"].concat(),
    )?;
    fs::create_dir(path.join("secrets"))?;
    fs::write(path.join("secrets/app_file_secret"), [file, b"\n"].concat())?;
    let mut command = Command::new(std::env::current_exe()?);
    command
        .arg(loader)
        .current_dir(path)
        .env_clear()
        .env("APP_ENV_SECRET", OsString::from_vec(environment.to_owned()));
    let mut target = Target::start(&mut command)?;
    let mut cells = vec![Vec::new(); SOURCES.len()];
    let mut shows = false;
    while let Some(phase) = target.phase()? {
        for (source, cell) in SOURCES.iter().zip(&mut cells) {
            cell.push(count(&scan::find(target.pid(), &secrets[source])?));
        }
        if phase == "LOADED" {
            shows = scan::is_in_environ(target.pid(), environment)?;
        }
        target.go_on()?;
    }
    assert!(target.end()?.success(), "{loader} failed");
    // Nothing while the settings live: the loader does not read that source.
    let text = |cell: &Vec<String>| {
        if cell[0] == "0" {
            "–".to_owned()
        } else {
            cell.join(" / ")
        }
    };
    Ok((cells.iter().map(text).collect(), shows))
}

fn count(pieces: &[Piece]) -> String {
    let whole = pieces.iter().filter(|piece| piece.is_whole).count();
    match pieces.len() - whole {
        0 => whole.to_string(),
        parts => format!("{whole}+{parts}"),
    }
}

fn child(name: &str) -> io::Result<()> {
    let (_, load) = LOADERS
        .into_iter()
        .find(|(loader, _)| *loader == name)
        .expect("a loader of the table");
    let settings = load();
    phase("LOADED")?;
    drop(black_box(settings));
    phase("DROPPED")?;
    let blocks: Vec<Vec<u8>> = (0..2_000_usize).map(|n| vec![n as u8; n % 600 + 1]).collect();
    let text: String = (0..500).map(|n| format!("{n:x} ")).collect();
    drop(black_box((blocks, text)));
    phase("NOISE")
}

fn phase(name: &str) -> io::Result<()> {
    let mut output = io::stdout().lock();
    writeln!(output, "{name}")?;
    output.flush()?;
    io::stdin().read_exact(&mut [0])
}
