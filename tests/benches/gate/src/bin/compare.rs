//! The gate beside other ways to tell a bad secret: `compare [CORPUS.tsv]` prints a table in Markdown.
//!
//! Bad values are placeholders put together here, in the manner of example files, and, where a corpus is named, its
//! rows `value TAB kind TAB variable` of real ones. Good values are made by the generators of the gate's tests. The
//! detectors judge strength alone: values are of 16 bytes and more, and no length rule applies.

#[path = "../../../../gate/machine.rs"]
#[allow(dead_code, reason = "the tests of the gate use what this program does not")]
mod machine;

use std::{collections::HashSet, env, error::Error, fs, time::Instant};

use machine::{MACHINES, Rng};
use secure_config::gate::{Policy, judge};

type Detector = (&'static str, fn(&str) -> bool);

const DETECTORS: &[Detector] = &[
    ("length ≥ 32 and not `change_this_secret`", |value| value.len() < 32 || value == "change_this_secret"),
    ("a list of 30 defaults, folded", |value| DEFAULTS.contains(&fold(value).as_str())),
    ("12 words of placeholders in it", |value| WORDS.iter().any(|word| value.to_ascii_lowercase().contains(word))),
    ("Shannon < 3.5 bits a character", |value| shannon(value) < 3.5),
    ("Shannon < 4.5 bits a character", |value| shannon(value) < 4.5),
    ("Django's W009 (50 characters, 5 distinct)", |value| {
        value.chars().count() < 50 || distinct(value) < 5 || value.starts_with("django-insecure-")
    }),
    ("zxcvbn, score < 3", |value| u8::from(zxcvbn::zxcvbn(value, &[]).score()) < 3),
    ("zxcvbn, score < 4", |value| u8::from(zxcvbn::zxcvbn(value, &[]).score()) < 4),
    ("**this gate**", |value| judge(value.as_bytes(), &Policy::key().min_len(0)).is_refused()),
];

const DEFAULTS: [&str; 30] = [
    "admin", "changeit", "changeme", "changethis", "changethissecret", "default", "example", "guest", "jwtsecret",
    "letmein", "minioadmin", "mysecret", "mysecretkey", "password", "placeholder", "postgres", "qwerty", "root",
    "secret", "secretkey", "supersecret", "supersecretkey", "test", "testsecret", "token", "toor", "yoursecret",
    "yoursecretkey", "yoursecretkeyhere", "yourjwtsecret",
];

const WORDS: [&str; 12] = [
    "change", "default", "dummy", "example", "insecure", "password", "placeholder", "replace", "secret", "test", "todo",
    "your",
];

fn fold(value: &str) -> String {
    value.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

fn distinct(value: &str) -> usize {
    value.bytes().collect::<HashSet<_>>().len()
}

fn shannon(value: &str) -> f64 {
    let mut counts = [0u32; 256];
    value.bytes().for_each(|byte| counts[usize::from(byte)] += 1);
    let len = value.len() as f64;
    counts.iter().filter(|count| **count > 0).map(|count| f64::from(*count) / len).map(|p| -p * p.log2()).sum()
}

/// Placeholders as people write them, and none that the gate was made on.
fn made_up() -> Vec<String> {
    const OPENINGS: [&str; 12] = [
        "your", "my", "change this", "replace me with a", "put here your", "use a", "insert", "some", "please set a",
        "cambia esta", "troque a", "bitte aendern",
    ];
    const MIDDLES: [&str; 10] = [
        "super secret", "long random", "jwt signing", "session", "very secure", "clave secreta", "chave segura",
        "geheimer schluessel", "refresh token", "encryption",
    ];
    const ENDINGS: [&str; 10] = [
        "key", "secret here", "key change in production", "string 32 chars min", "key 12345", "value", "del sistema",
        "para producao", "fuer die produktion", "at least 64 characters long",
    ];
    const JOINS: [&str; 3] = ["-", "_", " "];
    let mut values = Vec::new();
    for (at, opening) in OPENINGS.iter().enumerate() {
        for (middle_at, middle) in MIDDLES.iter().enumerate() {
            for (ending_at, ending) in ENDINGS.iter().enumerate() {
                let text = format!("{opening} {middle} {ending}");
                let join = JOINS[(at + middle_at + ending_at) % JOINS.len()];
                let text = text.replace(' ', join);
                values.push(if (at + ending_at) % 4 == 0 { text.to_ascii_uppercase() } else { text });
            }
        }
    }
    values
}

fn corpus(path: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let text = fs::read_to_string(path)?;
    let rows = text.lines().filter_map(|line| line.split_once('\t'));
    let judged = rows.filter(|(value, kind)| {
        value.len() >= 16 && (kind.starts_with("example file") || kind.starts_with("framework default"))
    });
    Ok(judged.map(|(value, _)| value.to_owned()).collect())
}

fn main() -> Result<(), Box<dyn Error>> {
    let real = env::args().nth(1).map(|path| corpus(&path)).transpose()?;
    let made_up = made_up();
    let mut rng = Rng::new(11);
    let key = Policy::key().min_len(0);
    let random: Vec<String> = MACHINES
        .iter()
        .filter(|machine| machine.policy == key)
        .flat_map(|machine| (0..200).map(|_| (machine.make)(&mut rng)).collect::<Vec<_>>())
        .filter_map(|secret| String::from_utf8(secret).ok())
        .collect();
    println!(
        "{} made-up placeholders, {} real ones, {} machine-made keys\n",
        made_up.len(),
        real.as_ref().map_or(0, Vec::len),
        random.len()
    );
    println!("| detector | made-up refused | real refused | machine-made refused | median time |");
    println!("|---|---|---|---|---|");
    for (name, refuses) in DETECTORS {
        let share = |values: &[String]| {
            let refused = values.iter().filter(|value| refuses(value)).count();
            100.0 * refused as f64 / values.len() as f64
        };
        let real = real.as_ref().map_or("–".to_owned(), |real| format!("{:.1} %", share(real)));
        let false_refusals = random.iter().filter(|value| refuses(value)).count();
        println!(
            "| {name} | {:.1} % | {real} | {:.2} % ({false_refusals}) | {} |",
            share(&made_up),
            100.0 * false_refusals as f64 / random.len() as f64,
            median(*refuses),
        );
    }
    let long: Vec<String> = (0..500).map(|_| String::from_utf8(rng.pick(b"0123456789abcdef", 128))).collect::<Result<_, _>>()?;
    println!("\n128 hexadecimal digits in this gate: {}", median_of(&long, |value| judge(value.as_bytes(), &key).is_refused()));
    Ok(())
}

/// The median time for the base64 of 32 random bytes.
fn median(refuses: fn(&str) -> bool) -> String {
    let mut rng = Rng::new(12);
    let make = MACHINES.iter().find(|machine| machine.name == "base64 of 32 bytes").expect("listed").make;
    let values: Vec<String> = (0..500).filter_map(|_| String::from_utf8(make(&mut rng)).ok()).collect();
    median_of(&values, refuses)
}

fn median_of(values: &[String], refuses: impl Fn(&str) -> bool) -> String {
    let mut times: Vec<u128> = values
        .iter()
        .map(|value| {
            let start = Instant::now();
            std::hint::black_box(refuses(std::hint::black_box(value)));
            start.elapsed().as_nanos()
        })
        .collect();
    times.sort_unstable();
    format!("{:.1} µs", times[times.len() / 2] as f64 / 1_000.0)
}
