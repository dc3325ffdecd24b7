//! Trains the letter model of the gate on its own word lists: `letters LISTS_DIR OUT`, `letters --check LISTS_DIR FILE`.
//!
//! For every two letters in a row (or the start of a word) the model holds what each next letter, or the end of the
//! word, costs. A cost is one of sixteen levels, so a context takes 14 bytes; levels are chosen so that the
//! probabilities that they stand for never add up to more than one.

use std::{collections::BTreeMap, env, error::Error, fs, path::Path, process::ExitCode};

/// The levels in sixteenths of a bit; the gate holds the same.
const LEVELS: [u32; 16] = [4, 10, 16, 24, 32, 40, 48, 56, 64, 74, 86, 100, 118, 140, 172, 224];

/// How often the words of a list count, because people type some more often than others.
const WEIGHTS: [(&str, f64); 4] = [("markers", 8.0), ("config", 4.0), ("names", 2.0), ("english", 2.0)];

/// How much a context trusts the shorter one behind it (Witten–Bell, with this factor for two letters).
const BACK_OFF: f64 = 2.5;

const END: usize = 26;
const SYMBOLS: usize = 27;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let args: Vec<String> = env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--check", lists, file] => {
            let same = train(Path::new(lists))? == fs::read(file)?;
            println!("{file} is {}", if same { "fresh" } else { "stale" });
            Ok(if same { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        [lists, file] => {
            fs::write(file, train(Path::new(lists))?)?;
            Ok(ExitCode::SUCCESS)
        }
        _ => Err("usage: letters [--check] LISTS_DIR FILE".into()),
    }
}

#[derive(Default)]
struct Counts {
    next: [f64; SYMBOLS],
    total: f64,
    kinds: f64,
}

impl Counts {
    fn add(&mut self, symbol: usize, weight: f64) {
        self.kinds += f64::from(u8::from(self.next[symbol] == 0.0));
        self.next[symbol] += weight;
        self.total += weight;
    }

    /// The probability of `symbol`, leaning on `shorter` by `trust`.
    fn probability(&self, symbol: usize, trust: f64, shorter: f64) -> f64 {
        let lean = trust * self.kinds;
        if self.total == 0.0 { shorter } else { (self.next[symbol] + lean * shorter) / (self.total + lean) }
    }
}

fn train(lists: &Path) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut words = BTreeMap::new();
    for entry in fs::read_dir(lists)? {
        let path = entry?.path();
        let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let weight = WEIGHTS.iter().find(|(list, _)| *list == name).map_or(1.0, |(_, weight)| *weight);
        for line in fs::read_to_string(&path)?.lines().filter(|line| !line.starts_with('#')) {
            words.extend(line.split_ascii_whitespace().filter(|w| w.len() > 2).map(|w| (w.to_owned(), weight)));
        }
    }
    let mut single = Counts::default();
    let mut pairs: Vec<Counts> = (0..SYMBOLS).map(|_| Counts::default()).collect();
    let mut triples: Vec<Counts> = (0..SYMBOLS * SYMBOLS).map(|_| Counts::default()).collect();
    for (word, weight) in &words {
        let (mut before, mut last) = (END, END);
        for symbol in word.bytes().map(|byte| usize::from(byte - b'a')).chain([END]) {
            single.add(symbol, *weight);
            pairs[last].add(symbol, *weight);
            triples[before * SYMBOLS + last].add(symbol, *weight);
            (before, last) = (last, symbol);
        }
    }
    let mut packed = Vec::new();
    for (context, triple) in triples.iter().enumerate() {
        let pair = &pairs[context % SYMBOLS];
        let probability = |symbol| {
            let one = (single.next[symbol] + 0.5) / (single.total + 0.5 * SYMBOLS as f64);
            triple.probability(symbol, BACK_OFF, pair.probability(symbol, 1.0, one))
        };
        let levels = levels(&(0..SYMBOLS).map(probability).collect::<Vec<_>>());
        packed.extend(levels.chunks(2).map(|two| two[0] | two.get(1).unwrap_or(&0) << 4));
    }
    Ok(packed)
}

/// Rounds every cost up to a level, then spends what the rounding left where it saves most.
fn levels(probabilities: &[f64]) -> Vec<u8> {
    let share = |level: u8| (-f64::from(LEVELS[usize::from(level)]) / 16.0).exp2();
    let up = |p: &f64| (0..16).find(|level| share(*level) <= *p).unwrap_or(15);
    let mut levels: Vec<u8> = probabilities.iter().map(up).collect();
    loop {
        let sum: f64 = levels.iter().map(|level| share(*level)).sum();
        let gain = |at: usize| {
            let level = levels[at];
            let fits = level > 0 && sum - share(level) + share(level - 1) <= 1.0;
            let saved = fits.then(|| LEVELS[usize::from(level)] - LEVELS[usize::from(level) - 1])?;
            Some(probabilities[at] * f64::from(saved) / (share(level - 1) - share(level)))
        };
        let best = (0..levels.len()).filter_map(|at| Some((at, gain(at)?))).max_by(|a, b| a.1.total_cmp(&b.1));
        match best {
            Some((at, _)) => levels[at] -= 1,
            None => return levels,
        }
    }
}
